"""The parent's side: starts the worker when needed, kills it at its limits, starts it again."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from mlsec_lab.core.errors import MlsecError, WorkerError
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow
from mlsec_lab.engine.scan import NotebookScan, failed_scan

from .protocol import read_frame, write_frame

#: Starting the interpreter and loading the rules, on a busy machine.
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Resync:
    """The worker does not have the notebook that a change is based on: send all of it."""


class Worker:
    """One worker process. Methods may be called from any thread, one at a time each; they block.

    Raises ``WorkerError`` only: a notebook that breaks its limits gives a finding instead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue()

    def scan_file(self, path: str, shown: str, policy: Policy) -> NotebookScan:
        """Scan a file that the worker reads itself."""
        size = os.path.getsize(path) if os.path.isfile(path) else 0
        return self._scan({"op": "file", "path": path, "shown": shown, "policy": policy}, b"", shown, policy, size)

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        """Scan a notebook's bytes."""
        return self._scan({"op": "bytes", "shown": shown, "policy": policy}, data, shown, policy, len(data))

    def live_update(self, session: str, message: bytes, shown: str, policy: Policy) -> dict[str, Any] | Resync:
        """Apply a live message (JSON bytes) and scan the notebook as it is now: the contract's report as JSON values."""
        request = {"op": "live", "session": session, "shown": shown, "policy": policy}
        status, body = self._ask(request, message, policy)
        return Resync() if status == "resync" else cast("dict[str, Any]", msgspec.json.decode(body))

    def forget(self, session: str) -> None:
        """Drop a live session; nothing happens where no worker runs."""
        if self._process is not None and self._process.poll() is None:
            self._ask({"op": "forget", "session": session}, b"", Policy())

    def ping(self) -> None:
        """Start the worker if need be. Raises ``WorkerError`` when it does not answer."""
        self._ask({"op": "ping"}, b"", Policy())

    def close(self) -> None:
        """End the worker process; a request that waits for it fails."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was still to be flushed has no reader any more.
                    continue

    def _scan(self, request: dict[str, Any], body: bytes, shown: str, policy: Policy, size: int) -> NotebookScan:
        try:
            _, answer = self._ask(request, body, policy)
        except WorkerError as error:
            return _limited(shown, error, size)
        return msgspec.json.decode(answer, type=NotebookScan)

    def _ask(self, request: dict[str, Any], body: bytes, policy: Policy) -> tuple[str, bytes]:
        with self._lock:
            fresh = self._start(policy)
            try:
                header, answer = self._exchange(request, body, policy, fresh)
            except _EndedError:
                if fresh:
                    self.close()
                    raise WorkerError("The scan's process ended.", hint="Run 'mlsec doctor'.") from None
                # It may have ended for idleness just now, or died of this notebook: one more try tells.
                self.close()
                self._start(policy)
                try:
                    header, answer = self._exchange(request, body, policy, True)
                except _EndedError:
                    self.close()
                    raise WorkerError("Scanning it ended the scan's process, as a passed memory limit does.") from None
        status = header["status"]
        if status == "error":
            raise WorkerError(f"The scan failed ({header.get('type', 'unknown')}).", hint="Please report this.")
        return str(status), answer

    def _exchange(self, request: dict[str, Any], body: bytes, policy: Policy, fresh: bool) -> tuple[dict[str, str], bytes]:
        process = self._process
        if process is None or process.stdin is None:
            raise _EndedError
        seconds = policy.limits.max_seconds + (_START_SECONDS if fresh else 0)
        try:
            write_frame(cast(Any, process.stdin), request, body)
        except OSError:
            raise _EndedError from None
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise WorkerError(f"Scanning it took longer than the limit of {policy.limits.max_seconds:g} seconds.") from None
        if answer is None:
            raise _EndedError
        return msgspec.json.decode(answer[0], type=dict[str, str]), answer[1]

    def _start(self, policy: Policy) -> bool:
        if self._process is not None and self._process.poll() is None:
            return False
        self.close()
        self._answers = queue.Queue()
        environment = {**os.environ, "MLSEC_WORKER_MEMORY": str(int(policy.limits.max_memory))}
        try:
            self._process = subprocess.Popen(
                # -P: what lies in the working folder is never imported.
                [sys.executable, "-P", "-m", "mlsec_lab.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            raise WorkerError("The scan's process cannot be started.", hint="Run 'mlsec doctor'.") from error
        threading.Thread(target=_pump, args=(self._process, self._answers), daemon=True).start()
        return True


class _EndedError(Exception):
    """The process is gone."""


def _pump(process: subprocess.Popen[bytes], answers: queue.Queue[tuple[bytes, bytes] | None]) -> None:
    try:
        while process.stdout is not None and (frame := read_frame(cast(Any, process.stdout))) is not None:
            answers.put(frame)
    except (OSError, ValueError):
        # The pipe was closed under us by close(): the same as its end.
        answers.put(None)
        return
    answers.put(None)


def _limited(shown: str, error: MlsecError, size: int) -> NotebookScan:
    scan = failed_scan(shown, error, size, status="limited")
    row = CheckRow("secret", "failed", f"{shown}: {error.message}")
    return NotebookScan(scan.input, scan.findings, (), (row,))
