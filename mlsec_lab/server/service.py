"""The one owner of the server's scan process: every handler asks here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from logging import Logger
from pathlib import Path
from traceback import format_tb
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from mlsec_lab.core.errors import MlsecError
from mlsec_lab.core.report import SCHEMA_VERSION, CheckRow, CheckStatus

from .errors import RefusedError
from .lane import Lane
from .messages import LiveRequest, LiveResync, LiveRunning, ScanFinished, ServerStatus
from .paths import shown_path
from .sessions import Done, Failed, Key, LiveSession, LiveSessions, Outcome

if TYPE_CHECKING:
    from mlsec_lab.core.policy import Policy
    from mlsec_lab.engine import Resync
    from mlsec_lab.engine.scan import NotebookScan

#: A live message may have this many bytes; media are not in it.
MAX_LIVE_BYTES = 64 * 1024 * 1024
#: How long a response waits for the scan before it promises the result instead.
WAIT_SECONDS = 1.0
#: How long the status waits for the scan process to start.
STATUS_SECONDS = 5.0
#: How long the end of the server waits for a running scan to be gone.
_CLOSE_SECONDS = 5.0

_EMPTY = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'

T = TypeVar("T")


class ScanWorker(Protocol):
    """What the service needs of ``engine.Worker``."""

    def live_update(self, session: str, message: bytes, shown: str, policy: Policy) -> dict[str, Any] | Resync:
        """Apply a live message and scan."""

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        """Scan a notebook's bytes."""

    def forget(self, session: str) -> None:
        """Drop a live session."""

    def close(self) -> None:
        """End the process."""


class ScanService:
    """Scans for the handlers. Blocking calls run in one lane; everything else lives on the event loop.

    ``root_dir`` is the folder that contents paths are relative to, ``None`` where the contents manager has no files.
    ``ping`` is called with the counts of a result that comes later than its response.
    """

    def __init__(
        self,
        root_dir: str | None,
        log: Logger,
        *,
        ping: Callable[[ScanFinished], None],
        worker: Callable[[], ScanWorker] | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._root_dir = root_dir
        self._log = log
        self._ping = ping
        self._make_worker = worker or _engine_worker
        self._wait_seconds = wait_seconds
        self._worker: ScanWorker | None = None
        self._closed = False
        self._lane = Lane("mlsec-scan")
        self._sessions = LiveSessions()
        self._tasks: set[asyncio.Task[None]] = set()
        self._rows: tuple[Policy, tuple[CheckRow, ...]] | None = None

    async def status(self) -> ServerStatus:
        """Versions, limits and checks. Starts the scan process, so that the first scan finds it ready."""
        versions, policy = await asyncio.gather(asyncio.to_thread(_versions), asyncio.to_thread(self._policy))
        return ServerStatus(*versions, SCHEMA_VERSION, MAX_LIVE_BYTES, policy.limits, await self._checks(policy))

    async def update(self, key: Key, request: LiveRequest, size: int) -> Outcome | LiveRunning:
        """Scan what a live message says, waiting a moment for the result. ``size`` is the message's in bytes."""
        session = self._sessions.open(key, size)
        ticket = session.submit(request, size)
        if ticket is None:
            return LiveResync()
        if not session.busy:
            session.busy = True
            self._spawn(self._drain(key, session))
        outcome = await session.wait(ticket, self._wait_seconds)
        if outcome is None:
            session.promised = max(session.promised, ticket)
            return LiveRunning(request.revision)
        return outcome

    def result(self, key: Key, revision: int) -> Outcome | LiveRunning:
        """What came of ``revision`` or a later one. Raises ``RefusedError`` (404) where the server knows of none."""
        session = self._sessions.find(key)
        if session is not None and session.outcome is not None and session.outcome_revision >= revision:
            return session.outcome
        if session is not None and session.busy and session.revision >= revision:
            return LiveRunning(revision)
        raise RefusedError(404, "There is no such scan.", hint="Send the notebook again.")

    def forget(self, key: Key) -> None:
        """Drop a session, here now and in the scan process as soon as it is free."""
        self._sessions.drop(key)
        self._spawn(self._forget(key))

    async def scan(self, data: bytes, path: str) -> bytes:
        """The JSON report of a saved notebook's bytes; ``path`` is the contents manager's."""
        return await self._run(partial(self._scan, data, path))

    async def notebook_bytes(self) -> int:
        """How large a saved notebook may be."""
        return (await asyncio.to_thread(self._policy)).limits.max_bytes

    def close(self) -> None:
        """End the scan process, also in mid-scan. Nothing can be scanned afterwards."""
        self._closed = True
        self._lane.shutdown(wait=False, cancel_futures=True)
        deadline = time.monotonic() + _CLOSE_SECONDS
        while True:
            # Once is not enough: a call that begins just now may still be about to make the worker.
            if self._worker is not None:
                self._worker.close()
            if self._lane.ended(0.05) or time.monotonic() > deadline:
                break
        if self._worker is not None:
            self._worker.close()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, call: Callable[[], T]) -> T:
        """The call's result from the lane. Raises ``RefusedError`` (503) where the server ends before it began."""
        if self._closed:
            raise _ending()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._lane, call)
        except asyncio.CancelledError:
            if self._closed:
                raise _ending() from None
            raise

    async def _drain(self, key: Key, session: LiveSession) -> None:
        """Scan what waits in a session until nothing does."""
        try:
            while (taken := session.take()) is not None:
                request, ticket = taken
                outcome = await self._outcome(key, request)
                await session.settle(ticket, request.revision, outcome)
                self._sessions.trim_results(session)
                if session.promised:
                    session.promised = 0
                    self._ping(_finished(key, request, outcome))
        finally:
            session.busy = False

    async def _outcome(self, key: Key, request: LiveRequest) -> Outcome:
        try:
            return await self._run(partial(self._live, key, request))
        except MlsecError as error:
            return Failed(error.message, error.hint)
        except Exception as error:
            # A bug of ours must reach those who wait; its text may quote the notebook, so only its type and place go on.
            self._log.error("mlsec: a live scan failed: %s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__)))
            return Failed("The scan failed in a way that nobody foresaw.", "See the server's log, and report it.")

    def _live(self, key: Key, request: LiveRequest) -> Outcome:
        policy = self._policy()
        message = msgspec.json.encode(request)
        report = self._engine().live_update(_worker_session(key), message, self._shown(request.path, policy), policy)
        if not isinstance(report, dict):
            return LiveResync()
        body = msgspec.json.encode({"status": "done", "revision": request.revision, "report": report})
        return Done(request.revision, body, len(report["findings"]), report["summary"]["by_severity"])

    def _scan(self, data: bytes, path: str) -> bytes:
        from mlsec_lab.engine import merge

        started = time.perf_counter()
        policy = self._policy()
        scan = self._engine().scan_bytes(data, self._shown(path, policy), policy)
        return msgspec.json.encode(merge([scan], policy, (time.perf_counter() - started) * 1000).to_dict())

    async def _forget(self, key: Key) -> None:
        try:
            await self._run(partial(self._forget_in_worker, _worker_session(key)))
        except MlsecError as error:
            # The process is gone, and the session with it: what was asked for.
            self._log.debug("mlsec: %s", error)

    def _forget_in_worker(self, session: str) -> None:
        if self._worker is not None:
            self._worker.forget(session)

    async def _checks(self, policy: Policy) -> tuple[CheckRow, ...]:
        if self._rows is not None and self._rows[0] == policy:
            return self._rows[1]
        probe = asyncio.ensure_future(self._run(partial(self._probe, policy)))
        try:
            rows = await asyncio.wait_for(asyncio.shield(probe), STATUS_SECONDS)
        except TimeoutError:
            # The probe goes on; whatever it says is asked for again.
            probe.add_done_callback(lambda done: done.cancelled() or done.exception())
            return await asyncio.to_thread(_all_rows, "skipped", "The scan process is starting or busy.")
        except MlsecError as error:
            return await asyncio.to_thread(_all_rows, "failed", str(error))
        if all(row.status != "failed" for row in rows):
            self._rows = policy, rows
        return rows

    def _probe(self, policy: Policy) -> tuple[CheckRow, ...]:
        return self._engine().scan_bytes(_EMPTY, "status.ipynb", policy).checks

    def _engine(self) -> ScanWorker:
        if self._worker is None:
            self._worker = self._make_worker()
        return self._worker

    def _policy(self) -> Policy:
        """Read anew for each scan, so that an edited policy counts from then on. Raises ``ConfigError``."""
        from mlsec_lab.engine import load_policy

        if self._root_dir is not None:
            return load_policy([Path(self._root_dir)])
        # No folder to look in: whatever lies where the server was started is not about these notebooks.
        return replace(load_policy(trust_project=False), trusted=True)

    def _shown(self, path: str, policy: Policy) -> str:
        return shown_path(path, self._root_dir, policy.root)


def _ending() -> RefusedError:
    return RefusedError(503, "This server is about to end.", hint="Scan again when it is back.")


def _finished(key: Key, request: LiveRequest, outcome: Outcome) -> ScanFinished:
    if isinstance(outcome, Done):
        return ScanFinished(key[2], request.revision, outcome.findings, dict(outcome.by_severity))
    return ScanFinished(key[2], request.revision, None, {})


def _worker_session(key: Key) -> str:
    """One name for who and what: the client's part cannot hold the separator, and the user's comes last."""
    kind, owner, session = key
    return f"{kind}/{session}/{owner}"


def _versions() -> tuple[str, str]:
    from mlsec_lab.engine import tool_version
    from mlsec_lab.rules import rules_version

    return tool_version(), rules_version()


def _all_rows(status: CheckStatus, reason: str) -> tuple[CheckRow, ...]:
    from mlsec_lab.rules import catalogue

    names = sorted({rule.category for rule in catalogue()} - {"notebook"})
    return tuple(CheckRow(name, status, reason) for name in names)


def _engine_worker() -> ScanWorker:
    from mlsec_lab.engine import Worker

    return Worker()
