"""Worker processes for tests: which ones run, and strange ones instead of the real one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from mlsec_lab.engine.worker import process
from mlsec_lab.engine.worker.client import Worker

STRANGE = Path(__file__).with_name("strange_worker.py")
ROOT = STRANGE.parent.parent.parent


def spawner(*arguments: str) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a Python with arguments where the worker would be started."""

    def spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-P", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**process.environment(), "PYTHONPATH": str(ROOT)},
        )

    return spawn


def strange(idle: float = 60.0) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts the strange worker."""
    return spawner(str(STRANGE), str(idle))


def pid_of(worker: Worker) -> int:
    """The process id of a worker that runs."""
    assert worker._process is not None
    return worker._process.pid


def gone(pid: int, seconds: float = 20.0) -> bool:
    """Whether a process ends within some time (one that is dead and not yet waited for has ended)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
