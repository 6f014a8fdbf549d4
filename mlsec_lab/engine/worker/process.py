"""One child process and its pipes."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from mlsec_lab.core.errors import WorkerError

from .protocol import Answer, Request, read_frame, write_frame

Frame = tuple[Answer, bytes]


class Process:
    """Starts, speaks to and ends one ``python -m mlsec_lab.worker``. ``end`` may be called from any thread."""

    def __init__(self, child: subprocess.Popen[bytes], requests: IO[bytes], answers: IO[bytes]) -> None:
        self._child = child
        self._requests = requests
        self._frames: queue.Queue[Frame | None] = queue.Queue()
        self._job = 0
        threading.Thread(target=_pump, args=(answers, self._frames), name="mlsec-answers", daemon=True).start()

    @classmethod
    def start(cls) -> Process:
        """Start the process. Raises ``WorkerError``."""
        try:
            child = spawn()
        except OSError as error:
            raise WorkerError("The scan's process cannot be started.", hint="Run 'mlsec doctor'.") from error
        if child.stdin is None or child.stdout is None:
            raise WorkerError("The scan's process has no pipes.", hint="Run 'mlsec doctor'.")
        return cls(child, child.stdin, child.stdout)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def send(self, request: Request, body: bytes) -> bool:
        """Send a request, numbered; false where the process has ended."""
        self._job += 1
        request.job = self._job
        try:
            write_frame(self._requests, request, body)
        except (OSError, ValueError):
            # The pipe is broken, or was closed by end().
            return False
        return True

    def receive(self, seconds: float) -> Frame | None:
        """The answer to the last request (before the first: that the process is ready), ``None`` where the process ended.

        Raises ``queue.Empty`` after ``seconds``. An answer to an earlier request, whose asker was interrupted, is let pass.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            frame = self._frames.get(timeout=min(left, threading.TIMEOUT_MAX))
            if frame is None or frame[0].job == self._job:
                return frame

    def end(self) -> None:
        """Kill it and wait until it is gone. Whoever waits for an answer gets ``None``."""
        self._child.kill()
        self._child.wait()
        self._frames.put(None)
        try:
            self._requests.close()
        except OSError:
            # What was still to be flushed has no reader any more.
            return


def spawn() -> subprocess.Popen[bytes]:
    """The worker's process. Raises ``OSError``."""
    return subprocess.Popen(
        # -P: what lies in the working folder is never imported.
        [sys.executable, "-P", "-m", "mlsec_lab.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_own_folder(),
        env=environment(),
    )


def environment() -> dict[str, str]:
    """The child's environment: of ``PYTHONPATH`` only folders that stay the same wherever the child is."""
    variables = dict(os.environ)
    folders = [folder for folder in variables.pop("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(folder)]
    if folders:
        variables["PYTHONPATH"] = os.pathsep.join(folders)
    if variables.get("MLSEC_DATA_DIR"):
        variables["MLSEC_DATA_DIR"] = os.path.abspath(variables["MLSEC_DATA_DIR"])
    return variables


def _own_folder() -> str:
    """Where the child runs: the root of the disk that Python is on, so that no folder of the user is held or imported."""
    return Path(sys.executable).anchor or os.sep


def _pump(answers: IO[bytes], frames: queue.Queue[Frame | None]) -> None:
    with answers:
        try:
            while (frame := read_frame(answers, Answer)) is not None:
                frames.put(frame)
        except (OSError, ValueError):
            # A pipe that breaks and words that are no frame mean the same: nothing more will come.
            return
        finally:
            frames.put(None)
