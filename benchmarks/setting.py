"""What the benchmarks share: where the corpus is, how often to measure, where figures are printed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Setting:
    """``shared`` is the folder beside the repository with the corpus; ``runs`` is how often each thing is measured."""

    shared: Path = ROOT.parent / "shared"
    runs: int = 5
    megabytes: float = 5.0


def fastest(runs: int, what: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs: the others tell how busy the machine is."""
    best = float("inf")
    for _ in range(max(1, runs)):
        started = time.perf_counter()
        what()
        best = min(best, time.perf_counter() - started)
    return best


def show(rows: Sequence[Sequence[object]]) -> None:
    """Print rows as columns, the first one to the left."""
    texts = [[str(item) for item in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        print("  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip())


def load() -> str:
    """How busy the machine is, where that is known."""
    return f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"
