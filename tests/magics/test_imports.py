"""What is imported, by name: times are for benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import mlsec_lab

ROOT = Path(mlsec_lab.__file__).parents[1]
HEAVY = {"pandas", "IPython", "ipywidgets", "jupyter_server", "detect_secrets", "msgspec", "rich", "tornado", "comm"}


def modules_after(code: str, tmp_path: Path) -> set[str]:
    script = f"{code}\nimport sys, json; json.dump([m.partition('.')[0] for m in sys.modules], sys.stdout)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, env=environment, check=True
    )
    return set(json.loads(done.stdout))


def test_importing_the_package_loads_nothing(tmp_path: Path) -> None:
    assert modules_after("import mlsec_lab", tmp_path) & HEAVY == set()


def test_loading_the_magic_loads_nothing_beside_ipython(tmp_path: Path) -> None:
    start = "from IPython.core.interactiveshell import InteractiveShell\nshell = InteractiveShell.instance()\n"
    before = modules_after(start, tmp_path)
    after = modules_after(start + "shell.extension_manager.load_extension('mlsec_lab')", tmp_path)
    assert "mlsec_lab" in after
    assert (after - before) & HEAVY == set()


def test_a_scan_loads_no_rules_widgets_or_tables(tmp_path: Path) -> None:
    start = "from IPython.core.interactiveshell import InteractiveShell\nshell = InteractiveShell.instance()\n"
    scan = start + "shell.extension_manager.load_extension('mlsec_lab')\nrepr(shell.run_line_magic('mlsec', ''))"
    assert modules_after(scan, tmp_path) & {"pandas", "ipywidgets", "jupyter_server", "detect_secrets"} == set()
