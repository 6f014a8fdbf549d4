"""Owns the server's one worker and the results that wait to be fetched."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsec_lab.core.policy import Policy
    from mlsec_lab.engine import Worker
    from mlsec_lab.engine.scan import NotebookScan

#: Results kept for clients that were told to come back; the oldest go first.
_MAX_JOBS = 64

LiveAnswer = "dict[str, Any] | Resync"


@dataclass(frozen=True, slots=True)
class Job:
    """One scan of one revision."""

    revision: int
    future: asyncio.Future[Any]


class Service:
    """One worker, one thread that talks to it, bounded memory. ``root`` is the contents manager's folder, if it has one."""

    def __init__(self, root: str | None) -> None:
        self._root = Path(root) if root else None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mlsec")
        self._worker: Worker | None = None
        self._policy: Policy | None = None
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def policy(self) -> Policy:
        """The server user's policy. Raises ``ConfigError``."""
        from mlsec_lab.engine import load_policy

        if self._policy is None:
            self._policy = load_policy([self._root] if self._root else [])
        return self._policy

    def start_live(self, key: str, message: bytes, revision: int, path: str, done: Callable[[Any], None]) -> Job:
        """Queue a live message; ``done`` is called with the report on the event loop."""
        policy = self.policy()
        future = asyncio.get_running_loop().run_in_executor(
            self._executor, lambda: self._engine().live_update(key, message, path, policy)
        )
        future.add_done_callback(lambda ended: _report_to(ended, done))
        job = Job(revision, future)
        self._jobs[key] = job
        self._jobs.move_to_end(key)
        while len(self._jobs) > _MAX_JOBS:
            self._jobs.popitem(last=False)
        return job

    def job(self, key: str) -> Job | None:
        """The newest job of a session."""
        return self._jobs.get(key)

    async def forget(self, key: str) -> None:
        """Drop a session and its result."""
        self._jobs.pop(key, None)
        if self._worker is not None:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._worker.forget, key)

    async def scan(self, data: bytes, path: str) -> NotebookScan:
        """Scan a saved notebook's bytes."""
        policy = self.policy()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: self._engine().scan_bytes(data, path, policy))

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _engine(self) -> Worker:
        from mlsec_lab.engine import Worker

        if self._worker is None:
            self._worker = Worker()
        return self._worker


def _report_to(future: asyncio.Future[Any], done: Callable[[Any], None]) -> None:
    # A failure is told by whoever awaits the future; asking for it here marks it as seen.
    if not future.cancelled() and future.exception() is None:
        done(future.result())
