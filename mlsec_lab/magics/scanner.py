"""Scans for the magic, in the engine's worker: the rules never run in the user's kernel."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import uuid4

from mlsec_lab.core.errors import WorkerError

from .copies import SESSION_PATH, Copy, saved_at
from .session import RunTimes, numbers, saved_sources, session_notebook

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from mlsec_lab.core.policy import Policy
    from mlsec_lab.engine import Resync
    from mlsec_lab.engine.scan import NotebookScan

#: The contract's JSON report as Python values.
ReportDict = dict[str, Any]
_Answer = TypeVar("_Answer")


class ScanWorker(Protocol):
    """What the magic needs of ``engine.Worker``."""

    def scan_file(self, path: str, shown: str, policy: Policy) -> NotebookScan:
        """Scan a file."""

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        """Scan a notebook's bytes."""

    def live_update(self, session: str, message: bytes, shown: str, policy: Policy) -> ReportDict | Resync:
        """Scan a notebook that the front end sent."""

    def close(self) -> None:
        """End the process."""


def engine_worker() -> ScanWorker:
    """The real worker; imports the engine."""
    from mlsec_lab.engine import Worker

    return Worker()


class Scanner:
    """One worker for one shell, started at the first scan. Every method raises ``MlsecError`` only."""

    def __init__(self, shell: InteractiveShell, make_worker: Callable[[], ScanWorker] = engine_worker) -> None:
        self._shell = shell
        self._make_worker = make_worker
        self._worker: ScanWorker | None = None
        self._times = RunTimes(shell)

    def close(self) -> None:
        """End the worker and stop listening to the shell."""
        self._times.close()
        self._end_worker()

    def scan_file(self, path: Path) -> tuple[ReportDict, Copy]:
        """Scan a saved notebook, and the cells that were run since it was saved."""
        from mlsec_lab.engine import load_policy, shown_path

        policy = load_policy([path])
        shown = shown_path(path, policy)
        saved = saved_at(path)
        since = [n for n in numbers(self._shell) if saved is None or self._times.ran_after(n, saved.timestamp())]
        known = saved_sources(path)

        def scan(worker: ScanWorker) -> list[NotebookScan]:
            file = worker.scan_file(os.fspath(path), shown, policy)
            return [file, *([self._scan_session(worker, since, known, policy)] if since else [])]

        return self._report(scan, policy), Copy("file", shown, saved, len(since))

    def scan_session(self) -> tuple[ReportDict, Copy]:
        """Scan what this session ran and showed."""
        from mlsec_lab.engine import load_policy

        policy = load_policy([Path.cwd()])
        chosen = list(numbers(self._shell))
        report = self._report(lambda worker: [self._scan_session(worker, chosen, (), policy)], policy)
        return report, Copy("session", SESSION_PATH, None, len(chosen))

    def scan_paths(self, paths: Sequence[str]) -> tuple[ReportDict, Copy]:
        """Scan notebooks, folders and globs, one after the other. ``UsageError`` where there is none."""
        from mlsec_lab.engine import find_notebooks, load_policy, shown_path

        policy = load_policy([Path(path) for path in paths])
        files = find_notebooks(paths, policy)

        def scan(worker: ScanWorker) -> list[NotebookScan]:
            return [worker.scan_file(os.path.abspath(file), shown_path(file, policy), policy) for file in files]

        return self._report(scan, policy), Copy("paths", ", ".join(paths))

    def scan_editor(self, message: bytes, path: Path | None, name: str) -> tuple[ReportDict, Copy]:
        """Scan what the front end's editor holds (a first message of the live protocol, JSON bytes).

        ``path`` is the session's file where it is known, else ``name`` is shown.
        """
        from mlsec_lab.engine import load_policy, shown_path

        policy = load_policy([path or Path.cwd()])
        shown = shown_path(path, policy) if path else name
        answer = self._ask(lambda worker: worker.live_update(uuid4().hex, message, shown, policy))
        if not isinstance(answer, dict):
            raise WorkerError("The editor sent only a part of the notebook.", hint="Save it and run %mlsec again.")
        return _without_ends(answer), Copy("editor", shown)

    def _scan_session(
        self, worker: ScanWorker, chosen: Sequence[int], known: Sequence[str] | frozenset[str], policy: Policy
    ) -> NotebookScan:
        scan = worker.scan_bytes(session_notebook(self._shell, set(chosen), known), SESSION_PATH, policy)
        return replace(scan, input=replace(scan.input, cells=min(scan.input.cells, len(chosen))))

    def _report(self, scan: Callable[[ScanWorker], list[NotebookScan]], policy: Policy) -> ReportDict:
        from mlsec_lab.engine import merge

        started = time.perf_counter()
        scans = self._ask(scan)
        report = merge(scans, policy, (time.perf_counter() - started) * 1000).to_dict()
        # As a front end's report comes: lists, no tuples.
        plain: ReportDict = json.loads(json.dumps(report))
        return plain

    def _ask(self, question: Callable[[ScanWorker], _Answer]) -> _Answer:
        if self._worker is None:
            self._worker = self._make_worker()
        try:
            return question(self._worker)
        except KeyboardInterrupt:
            # Its answer would come late and be taken for the next one's.
            self._end_worker()
            raise

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


def _without_ends(report: ReportDict) -> ReportDict:
    """A live report tells where short values end, for the editor's marks; a result may be saved, so it must not."""
    for finding in report["findings"]:
        finding["location"].update(end_line=None, end_column=None)
    return report
