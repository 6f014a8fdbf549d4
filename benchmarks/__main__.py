"""``python -m benchmarks [name ...]``: runs benchmarks and prints their figures; fails where one of them does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import corpus, imports, live, surfaces
from .setting import Setting, load

BENCHMARKS = {"surfaces": surfaces, "corpus": corpus, "imports": imports, "live": live}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, all of it by default. Returns the worst status; a missing corpus (2) counts only by name."""
    default = Setting()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure mlsec-lab.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--shared", type=Path, default=default.shared, help="folder with corpus/ (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=default.runs, help="the fastest of so many runs (default: %(default)s)")
    parser.add_argument("--megabytes", type=float, default=default.megabytes, help="size of the live notebook")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    setting = Setting(options.shared, max(1, options.runs), options.megabytes)
    print(f"fastest of {setting.runs} runs; load of the machine: {load()}")
    worst = 0
    for name in options.names or BENCHMARKS:
        module = BENCHMARKS[name]
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}")
        status = module.run(setting)
        worst = max(worst, 0 if status == 2 and not options.names else status)
    return worst


if __name__ == "__main__":
    sys.exit(main())
