"""Many notebooks: finds them, shares them out to worker processes, keeps their order."""

from __future__ import annotations

import glob
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import normalize

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.policy import DEFAULT_EXCLUDES, Policy
from mlsec_lab.core.report import Report

from .report import merge
from .scan import NotebookScan
from .worker import Worker


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files and bytes done, files in all."""

    done: int
    total: int
    bytes: int


def available_cores() -> int:
    """The cores that this process may use: its affinity, and its control group's quota where there is one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


def find_notebooks(paths: Sequence[str], policy: Policy) -> list[Path]:
    """The notebooks of files, folders (recursive) and globs: each once, sorted within a folder.

    Raises ``UsageError`` for a path that does not exist. Links to folders are not followed, so loops cannot be entered.
    """
    found: dict[str, Path] = {}
    for name in paths:
        path = Path(name)
        if path.is_dir() and not name.endswith(".ipynb"):
            matches: Sequence[Path] = list(_walk(path, policy))
        elif os.path.lexists(path):
            matches = [path]
        else:
            matches = [Path(match) for match in sorted(glob.glob(name, recursive=True)) if not _excluded(Path(match), policy)]
            if not matches:
                raise UsageError(f"There is no file or folder {name!r}.", hint="Check the path.")
        for match in matches:
            found.setdefault(os.path.abspath(match), match)
    return list(found.values())


def _walk(folder: Path, policy: Policy) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _excluded(Path(root, name), policy))
        # A folder that is named like a notebook is told about, not entered.
        named = [name for name in folders if name.endswith(".ipynb")]
        folders[:] = [name for name in folders if not name.endswith(".ipynb")]
        for name in sorted([*files, *named]):
            if name.endswith(".ipynb") and not _excluded(Path(root, name), policy):
                yield Path(root, name)


def _excluded(path: Path, policy: Policy) -> bool:
    shown = shown_path(path, policy)
    return path.name in DEFAULT_EXCLUDES or any(
        fnmatchcase(shown, pattern) or fnmatchcase(path.name, pattern) for pattern in policy.exclude
    )


def shown_path(path: Path, policy: Policy) -> str:
    """The path that findings show: POSIX, NFC, relative to the policy's root where it is below it."""
    absolute = Path(os.path.abspath(path))
    root = Path(policy.root)
    relative = absolute.relative_to(root) if absolute.is_relative_to(root) else absolute
    return normalize("NFC", relative.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def scan_paths(
    paths: Sequence[str],
    policy: Policy,
    *,
    jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Scan notebooks with ``jobs`` worker processes. The report is the same for any number of them.

    Raises ``UsageError`` for a path that does not exist. ``KeyboardInterrupt`` ends the workers and is passed on.
    """
    started = time.perf_counter()
    files = find_notebooks(paths, policy)
    count = max(1, min(jobs or available_cores(), len(files)))
    crew = _Crew(policy, len(files), progress)
    try:
        with ThreadPoolExecutor(count) as pool:
            try:
                scans = list(pool.map(crew.scan, files))
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                crew.close()
                raise
    finally:
        crew.close()
    return merge(scans, policy, (time.perf_counter() - started) * 1000)


class _Crew:
    """A worker for each thread, and the count of what they did."""

    def __init__(self, policy: Policy, total: int, progress: Callable[[Progress], None] | None) -> None:
        self._policy = policy
        self._total = total
        self._progress = progress
        self._local = threading.local()
        self._workers: list[Worker] = []
        self._lock = threading.Lock()
        self._done = 0
        self._bytes = 0

    def scan(self, path: Path) -> NotebookScan:
        worker = getattr(self._local, "worker", None)
        if worker is None:
            worker = self._local.worker = Worker()
            self._workers.append(worker)
        scan: NotebookScan = worker.scan_file(os.path.abspath(path), shown_path(path, self._policy), self._policy)
        with self._lock:
            self._done += 1
            self._bytes += scan.input.bytes
            if self._progress is not None:
                self._progress(Progress(self._done, self._total, self._bytes))
        return scan

    def close(self) -> None:
        for worker in self._workers:
            worker.close()
