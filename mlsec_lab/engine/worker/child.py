"""The worker's side: reads requests, scans, answers. Ends with its parent, when idle, or when told."""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from mlsec_lab.core.errors import MlsecError, OversizedError
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow
from mlsec_lab.engine.cache import MatchCache
from mlsec_lab.engine.report import merge
from mlsec_lab.engine.scan import NotebookScan, failed_scan, scan_notebook
from mlsec_lab.engine.state import user_key
from mlsec_lab.readers import decode_notebook, notebook_from_object, read_notebook_file
from mlsec_lab.rules import load_checks, rules_version

from .protocol import read_frame, write_frame
from .sessions import LiveMessage, Sessions

IDLE_SECONDS = 600.0


class Request(msgspec.Struct):
    """One request. ``path`` is read by ``file`` only; ``shown`` is what findings say."""

    op: str
    shown: str = ""
    path: str = ""
    session: str = ""
    policy: Policy = Policy()


class _Server:
    def __init__(self, memory_limited: bool) -> None:
        self._checks = load_checks()
        self._cache = MatchCache(user_key(), rules_version())
        self._sessions = Sessions()
        self._memory_limited = memory_limited

    def answer(self, request: Request, body: bytes) -> tuple[dict[str, str], Any]:
        if request.op == "live":
            return self._live(request, body)
        if request.op == "forget":
            self._sessions.forget(request.session)
            return {"status": "ok"}, None
        if request.op == "ping":
            return {"status": "ok"}, None
        return {"status": "ok"}, self._scan(request, body)

    def _scan(self, request: Request, body: bytes) -> NotebookScan:
        size = len(body)
        try:
            if request.op == "file":
                path = Path(request.path)
                size = path.stat().st_size if path.is_file() else 0
                body = read_notebook_file(path, request.policy.limits)
                size = len(body)
            notebook = decode_notebook(body, request.policy.limits)
            scan = scan_notebook(notebook, request.shown, request.policy, self._checks, data=body)
        except MemoryError:
            return failed_scan(request.shown, OversizedError("Scanning it needs more memory than the limit."), size)
        except MlsecError as error:
            return failed_scan(request.shown, error, size)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            return failed_scan(request.shown, MlsecError(f"The file cannot be opened: {reason}."), size)
        return self._with_limits(scan)

    def _live(self, request: Request, body: bytes) -> tuple[dict[str, str], Any]:
        started = time.perf_counter()
        message = msgspec.json.decode(body, type=LiveMessage)
        message.session = request.session
        updated = self._sessions.update(message, len(body))
        if updated is None:
            return {"status": "resync"}, None
        try:
            notebook = notebook_from_object(updated[0], request.policy.limits, size=updated[1])
            scan = self._with_limits(
                scan_notebook(notebook, request.shown, request.policy, self._checks, cache=self._cache, spans=True)
            )
        except MlsecError as error:
            scan = failed_scan(request.shown, error, len(body))
        report = merge([scan], request.policy, (time.perf_counter() - started) * 1000)
        return {"status": "ok"}, report.to_dict()

    def _with_limits(self, scan: NotebookScan) -> NotebookScan:
        if self._memory_limited:
            return scan
        row = CheckRow("limits/memory", "skipped", "This system cannot limit the worker's memory.")
        return _with_row(scan, row)


def _with_row(scan: NotebookScan, row: CheckRow) -> NotebookScan:
    return NotebookScan(scan.input, scan.findings, scan.suppressed, (*scan.checks, row), scan.surfaces, scan.below)


def _limit_memory(limit: int) -> bool:
    if sys.platform == "win32":
        return False
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (OSError, ValueError):
        return False
    return sys.platform == "linux"


def _wait(stream: BinaryIO) -> bool:
    """Whether a request came before the idle time was over."""
    if sys.platform == "win32":
        return True
    return bool(select.select([stream], [], [], IDLE_SECONDS)[0])


def main() -> int:
    """Serve requests on standard input until it ends."""
    # Frames have the real standard output for themselves; a stray print goes to standard error.
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit = int(os.environ.get("MLSEC_WORKER_MEMORY", "0"))
    server = _Server(_limit_memory(limit) if limit else False)
    reader = _Exact(requests)
    while _wait(requests):
        frame = read_frame(reader)  # type: ignore[arg-type]
        if frame is None:
            break
        try:
            header, payload = server.answer(msgspec.json.decode(frame[0], type=Request), frame[1])
        except Exception as error:  # Whatever it is, the parent must hear of it; only the type: the text may hold a value.
            header, payload = {"status": "error", "type": type(error).__name__}, None
        write_frame(answers, header, msgspec.json.encode(payload))
    return 0


class _Exact:
    """Reads exactly as many bytes as asked from an unbuffered pipe, so that ``select`` sees what is left."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def read(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._raw.read(size - len(parts))
            if not part:
                break
            parts += part
        return bytes(parts)
