"""What starting costs: imports in fresh processes, beside that of an empty program."""

from __future__ import annotations

import os
import subprocess
import sys

from .setting import ROOT, Setting, fastest, show

_CLOCK = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"
#: name → what is imported, what is there already. A server has loaded itself before it loads an extension.
WITHIN = {
    "import mlsec_lab": ("import mlsec_lab", ""),
    "server finds the extension": ("import mlsec_lab.server", "import jupyter_server.serverapp"),
    "server loads the extension": ("import mlsec_lab.server.extension", "import jupyter_server.serverapp"),
    "command line": ("import mlsec_lab.cli", ""),
    "worker with its rules": (
        "from mlsec_lab.rules import load_checks; load_checks(); import mlsec_lab.engine.worker.child",
        "",
    ),
}


def run(setting: Setting) -> int:
    """Print milliseconds, and how often an empty program (``python -c pass``) fits in."""
    empty = fastest(setting.runs, lambda: _python("pass"))
    rows: list[tuple[object, ...]] = [("", "ms", "× empty program"), ("python -c pass", f"{empty * 1000:.1f}", "1.00")]
    for name, (code, before) in WITHIN.items():
        program = f"{before}\n{_CLOCK.format(code)}"
        seconds = min(float(_python(program)) for _ in range(setting.runs))
        rows.append((name, f"{seconds * 1000:.1f}", f"{seconds / empty:.2f}"))
    show(rows)
    return 0


def _python(code: str) -> str:
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, cwd=ROOT, env=_environment(), check=True)
    return run.stdout.decode() or "0"


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
