"""The parent's side: starts the worker when needed, kills it at its limits, starts it again."""

from __future__ import annotations

import os
import queue
import threading
from typing import Any, TypeVar, cast

import msgspec

from mlsec_lab.core.errors import MlsecError, OversizedError, WorkerError
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine.scan import NotebookScan, failed_check, failed_scan

from .process import Process
from .protocol import Answer, Request

#: Starting the interpreter and loading the rules, on a busy machine.
START_SECONDS = 60.0
#: What the first scan of a process has on top, for the rules that load at their first use.
_FIRST_SECONDS = 5.0

T = TypeVar("T")


class Resync:
    """The worker does not have the notebook that a change is based on: send all of it."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resync)

    def __hash__(self) -> int:
        return hash(Resync)


class _LimitError(Exception):
    """This input cannot be scanned within the limits: ``args[0]`` is the ``MlsecError`` to tell."""

    def __init__(self, error: MlsecError) -> None:
        super().__init__(error)
        self.error = error


class Worker:
    """One worker process. Methods may be called from any thread, one at a time each; they block.

    The process starts with the first request. All methods raise ``WorkerError`` only: a notebook that breaks its limits
    gives a finding instead. ``close`` is final and may be called in mid-request, which then fails.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._process: Process | None = None
        self._closed = False

    def scan_file(self, path: str, shown: str, policy: Policy) -> NotebookScan:
        """Scan a file that the worker reads itself."""
        request = Request("file", shown, os.path.abspath(path), policy=policy)
        try:
            return self._scan(request, b"")
        except _LimitError as limit:
            return _limited(shown, limit.error, _size(path))

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        """Scan a notebook's bytes."""
        try:
            return self._scan(Request("bytes", shown, policy=policy), data)
        except _LimitError as limit:
            return _limited(shown, limit.error, len(data))

    def live_update(self, session: str, message: bytes, shown: str, policy: Policy) -> dict[str, Any] | Resync:
        """Apply a live message (JSON bytes) and scan the notebook as it is now: the contract's report as JSON values.

        Past a limit the session is gone, and ``WorkerError`` says why.
        """
        status, body = self._try(Request("live", shown, session=session, policy=policy), message)
        return Resync() if status == "resync" else cast("dict[str, Any]", _decode(body, dict))

    def forget(self, session: str) -> None:
        """Drop a live session; nothing happens where no worker runs."""
        with self._state:
            running = self._process is not None and self._process.alive()
        if running:
            self._try(Request("forget", session=session))

    def ping(self) -> None:
        """Start the worker if need be. Raises ``WorkerError`` when it does not answer."""
        self._try(Request("ping"))

    def close(self) -> None:
        """End the worker process for good; a request that waits for it fails."""
        with self._state:
            self._closed = True
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def _scan(self, request: Request, body: bytes) -> NotebookScan:
        return _decode(self._ask(request, body)[1], NotebookScan)

    def _try(self, request: Request, body: bytes = b"") -> tuple[str, bytes]:
        try:
            return self._ask(request, body)
        except _LimitError as limit:
            raise WorkerError(limit.error.message, hint=limit.error.hint) from None

    def _ask(self, request: Request, body: bytes) -> tuple[str, bytes]:
        with self._turn:
            frame = self._exchange(request, body)
        answer, data = frame
        if answer.status == "error":
            raise WorkerError(answer.message or "The scan failed.", hint=answer.hint)
        return answer.status, data

    def _exchange(self, request: Request, body: bytes) -> tuple[Answer, bytes]:
        process, fresh = self._running()
        frame = self._send(process, request, body, fresh)
        if frame is None and not fresh:
            # It may have ended for idleness just now, or died of this notebook: one more try tells.
            process, _ = self._running()
            frame = self._send(process, request, body, True)
        if frame is None:
            if self._is_closed():
                raise _stopped()
            message = "Scanning it ended the scan's process, as a passed memory limit does."
            raise _LimitError(OversizedError(message, hint="Clear large outputs, or raise limits.max-memory in the policy."))
        return frame

    def _send(self, process: Process, request: Request, body: bytes, fresh: bool) -> tuple[Answer, bytes] | None:
        """One request and its answer, ``None`` where the process ended. Whoever gives up waiting ends the process."""
        seconds = request.policy.limits.max_seconds
        answered = False
        try:
            if not process.send(request, body):
                return None
            frame = process.receive(seconds + (_FIRST_SECONDS if fresh else 0.0))
            answered = frame is not None
            return frame
        except queue.Empty:
            message = f"Scanning it took longer than the limit of {seconds:g} seconds."
            hint = "Clear large outputs, or raise limits.max-seconds in the policy."
            raise _LimitError(OversizedError(message, hint=hint)) from None
        finally:
            # Its answer would come late and be taken for the next one's.
            if not answered:
                self._drop(process)

    def _running(self) -> tuple[Process, bool]:
        """The process, and whether it was started for this."""
        with self._state:
            if self._closed:
                raise _stopped()
            if self._process is not None and self._process.alive():
                return self._process, False
            if self._process is not None:
                self._process.end()
            process = self._process = Process.start()
        ready = False
        try:
            frame = process.receive(START_SECONDS)
            ready = frame is not None and frame[0].status == "ready"
        except queue.Empty:
            ready = False
        finally:
            if not ready:
                self._drop(process)
        if not ready:
            raise self._failed_start()
        return process, True

    def _is_closed(self) -> bool:
        with self._state:
            return self._closed

    def _failed_start(self) -> WorkerError:
        if self._is_closed():
            return _stopped()
        return WorkerError("The scan's process does not start.", hint="Run 'mlsec doctor'.")

    def _drop(self, process: Process) -> None:
        with self._state:
            if self._process is process:
                self._process = None
        process.end()


def _stopped() -> WorkerError:
    return WorkerError("The scan was stopped.")


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError:
        raise WorkerError("The scan's process answered nonsense.", hint="Run 'mlsec doctor'.") from None


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size if os.path.isfile(path) else 0
    except (OSError, ValueError):
        # It is gone, or never could be one: then it has no size.
        return 0


def _limited(shown: str, error: MlsecError, size: int) -> NotebookScan:
    return failed_check(failed_scan(shown, error, size, status="limited"), error.message)
