"""Many notebooks: shares them out to worker processes and keeps their order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import Report

from .baseline import read_baseline
from .cores import available_cores
from .find import find_notebooks, shown_path
from .report import merge
from .scan import NotebookScan
from .worker import Worker


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files and bytes done, files in all."""

    done: int
    total: int
    bytes: int


def scan_paths(
    paths: Sequence[str],
    policy: Policy,
    *,
    jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Scan notebooks with ``jobs`` worker processes (default: the cores this process may use).

    The report is the same for any number of them. ``progress`` is called after each file, from one thread at a time.
    Raises ``UsageError`` for a path that does not exist, ``ConfigError`` for a wrong baseline, ``WorkerError`` where no
    process can be started. ``KeyboardInterrupt`` ends the workers and is passed on.
    """
    started = time.perf_counter()
    files = find_notebooks(paths, policy)
    baseline = read_baseline(Path(policy.baseline)) if policy.baseline else None
    count = max(1, min(jobs or available_cores(), len(files)))
    crew = _Crew(policy, len(files), progress)
    with ThreadPoolExecutor(count, thread_name_prefix="mlsec-scan") as pool:
        try:
            scans = list(pool.map(crew.scan, files))
        finally:
            # Also at Ctrl+C or an error: what waits is dropped, and threads in mid-scan get an error instead of an answer.
            pool.shutdown(wait=False, cancel_futures=True)
            crew.close()
    return merge(scans, policy, (time.perf_counter() - started) * 1000, baseline=baseline)


class _Crew:
    """A worker for each thread, and the count of what they did."""

    def __init__(self, policy: Policy, total: int, progress: Callable[[Progress], None] | None) -> None:
        self._policy = policy
        self._total = total
        self._progress = progress
        self._local = threading.local()
        self._workers: list[Worker] = []
        self._lock = threading.Lock()
        self._closed = False
        self._done = 0
        self._bytes = 0

    def scan(self, path: Path) -> NotebookScan:
        scan = self._worker().scan_file(os.fspath(path), shown_path(path, self._policy), self._policy)
        with self._lock:
            self._done += 1
            self._bytes += scan.input.bytes
            if self._progress is not None and not self._closed:
                self._progress(Progress(self._done, self._total, self._bytes))
        return scan

    def close(self) -> None:
        # Not under the lock: a progress callback may hold it.
        self._closed = True
        for worker in list(self._workers):
            worker.close()

    def _worker(self) -> Worker:
        worker: Worker | None = getattr(self._local, "worker", None)
        if worker is None:
            worker = self._local.worker = Worker()
            self._workers.append(worker)
            if self._closed:
                worker.close()
        return worker
