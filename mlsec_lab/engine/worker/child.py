"""The worker's side: reads requests, scans, answers. Ends with its parent, when idle, or when told."""

from __future__ import annotations

import io
import os
import queue
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from mlsec_lab.core.errors import MlsecError, OversizedError, UnreadableError
from mlsec_lab.core.report import CheckRow
from mlsec_lab.core.rule import Check
from mlsec_lab.engine.cache import MatchCache
from mlsec_lab.engine.scan import NotebookScan, failed_check, failed_scan, scan_notebook
from mlsec_lab.engine.state import user_key
from mlsec_lab.readers import decode_notebook, read_notebook_file
from mlsec_lab.rules import load_checks, rules_version

from .limits import limit_memory, start_alarm, stop_alarm
from .live import LiveScanner
from .protocol import Answer, Request, read_frame, write_frame

IDLE_SECONDS = 600.0

Frame = tuple[Request, bytes]


class Server:
    """Answers requests. ``exhausted`` says that memory ran out once, so that a fresh process should go on."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = checks
        self._live = LiveScanner(checks, MatchCache(user_key(), rules_version()))
        self._memory_limited = False
        self.exhausted = False

    def answer(self, request: Request, body: bytes) -> tuple[Answer, bytes]:
        """The answer to one request and its body."""
        self._memory_limited = limit_memory(request.policy.limits.max_memory)
        start_alarm(request.policy.limits.max_seconds)
        try:
            return self._answer(request, body)
        except MlsecError as error:
            return Answer("error", error.message, error.hint), b""
        except Exception as error:  # Whatever it is, the parent must hear of it; only the type: the text may hold a value.
            return Answer("error", f"The scan failed ({type(error).__name__}).", "Please report this."), b""
        finally:
            stop_alarm()

    def _answer(self, request: Request, body: bytes) -> tuple[Answer, bytes]:
        if request.op == "forget":
            self._live.sessions.forget(request.session)
        elif request.op == "live":
            return self._update(request, body)
        elif request.op in ("file", "bytes"):
            return Answer("ok"), msgspec.json.encode(self._scan(request, body))
        return Answer("ok"), b""

    def _scan(self, request: Request, body: bytes) -> NotebookScan:
        size = len(body)
        limits = request.policy.limits
        try:
            if request.op == "file":
                size = _file_size(request.path)
                body = read_notebook_file(Path(request.path), limits)
                size = len(body)
            notebook = decode_notebook(body, limits)
            scan = scan_notebook(notebook, request.shown, request.policy, self._checks, data=body)
        except MemoryError:
            return self._out_of_memory(request, size)
        except MlsecError as error:
            return failed_scan(request.shown, error, size)
        except Exception as error:  # A bug of ours costs one notebook, not the run; only the type: the text may hold a value.
            return _broken(request.shown, type(error).__name__, size)
        return self._with_limits(scan)

    def _update(self, request: Request, body: bytes) -> tuple[Answer, bytes]:
        started = time.perf_counter()
        try:
            scan = self._live.update(request.session, body, request.shown, request.policy)
        except MemoryError:
            self._live.sessions.clear()
            scan = self._out_of_memory(request, len(body))
        if scan is None:
            return Answer("resync"), b""
        report = self._live.report(self._with_limits(scan), request.policy, started)
        return Answer("ok"), msgspec.json.encode(report.to_dict())

    def _out_of_memory(self, request: Request, size: int) -> NotebookScan:
        self.exhausted = True
        limit = request.policy.limits.max_memory
        error = OversizedError(
            f"Scanning it needs more memory than the limit of {limit // 1024**2:,} MiB.",
            hint="Clear large outputs, or raise limits.max-memory in the policy.",
        )
        return failed_scan(request.shown, error, size)

    def _with_limits(self, scan: NotebookScan) -> NotebookScan:
        if self._memory_limited:
            return scan
        row = CheckRow("limits/memory", "skipped", "This system cannot limit the worker's memory.")
        return replace(scan, checks=(*scan.checks, row))


def _broken(shown: str, kind: str, size: int) -> NotebookScan:
    scan = failed_scan(shown, UnreadableError(f"Scanning it failed ({kind}).", hint="Please report this."), size)
    return failed_check(scan, f"Scanning failed ({kind})")


def _file_size(path: str) -> int:
    try:
        return os.stat(path).st_size if os.path.isfile(path) else 0
    except (OSError, ValueError):
        # It vanished just now, or never was a name of a file: opening it tells why.
        return 0


def main(idle_seconds: float = IDLE_SECONDS) -> int:
    """Serve requests on standard input until it ends or nothing comes for ``idle_seconds``."""
    if threading.current_thread() is threading.main_thread():
        # Ctrl+C is for the parent, who ends this process.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = _claim_pipes()
    server = Server(load_checks())
    frames: queue.Queue[Frame] = queue.Queue(1)
    threading.Thread(target=_read_all, args=(requests, frames), daemon=True).start()
    write_frame(answers, Answer("ready"))
    while not server.exhausted:
        try:
            request, body = frames.get(timeout=idle_seconds)
        except queue.Empty:
            break
        answer, result = server.answer(request, body)
        answer.job = request.job
        write_frame(answers, answer, result)
    return 0


def _claim_pipes() -> tuple[io.BufferedReader, io.BufferedWriter]:
    """Standard input and output for frames alone: a stray print goes to standard error, a stray read sees nothing."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _read_all(requests: io.BufferedReader, frames: queue.Queue[Frame]) -> None:
    """Pass requests on; at the end of the pipe the parent is gone, and so is this process, in mid-scan too."""
    status = 0
    try:
        while (frame := read_frame(requests, Request)) is not None:
            frames.put(frame)
    except (OSError, ValueError, MemoryError):
        # A broken pipe, frames of another version, a request that does not fit: this process is of no use any more.
        status = 1
    os._exit(status)
