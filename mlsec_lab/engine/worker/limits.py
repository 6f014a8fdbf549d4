"""What keeps the worker in bounds from the inside; time is kept by the parent, who kills it."""

from __future__ import annotations

import math
import signal
import sys

#: The worker ends itself this long after its time limit, in case nobody is there any more to kill it.
_GRACE_SECONDS = 10.0


def limit_memory(limit: int) -> bool:
    """Limit this process's address space to ``limit`` bytes. Returns whether the system enforces it (Linux does)."""
    if sys.platform == "win32":
        return False
    import resource

    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (OSError, ValueError):
        return False
    return sys.platform == "linux"


def start_alarm(seconds: float) -> None:
    """End this process ``seconds`` from now and a little: the signal's default action works in mid-regex too."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, min(math.ceil(seconds) + _GRACE_SECONDS, 10.0**8))


def stop_alarm() -> None:
    """Take the alarm back."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)
