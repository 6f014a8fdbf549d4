"""``mlsec doctor``: versions, what is enabled, what is missing, where state lives."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mlsec_lab.core.errors import MlsecError
from mlsec_lab.engine import Worker, load_policy, purge, state_paths, tool_version
from mlsec_lab.rules import catalogue, rules_version

_PACKAGES = (
    "detect-secrets",
    "msgspec",
    "rich",
    "ipython",
    "ipywidgets",
    "pandas",
    "jupyter-server",
    "jupyterlab",
    "notebook",
)
_LAB = ("ipywidgets", "pandas", "jupyter-server")


def doctor(options: Any) -> int:
    """Print the state of the installation; 2 when scanning cannot work."""
    if options.purge:
        removed = purge()
        print("\n".join(f"Removed {path}" for path in removed) or "Nothing was kept.")
        return 0
    if options.paths:
        for name, path in state_paths().items():
            print(f"{name:<22} {path} ({'exists' if path.exists() else 'not there'})")
        return 0
    print(f"mlsec-lab {tool_version()}, {len(catalogue())} rules (version {rules_version()})")
    print(f"Python {platform.python_version()} at {sys.executable}, {platform.platform()}")
    for name in _PACKAGES:
        found = _version(name)
        advice = '  (pip install "mlsec-lab[lab]")' if found is None and name in _LAB else ""
        print(f"  {name:<16} {found or 'not installed'}{advice}")
    sources = load_policy().sources
    print(f"Policy: {', '.join(sources) or 'defaults, no file found'}")
    return _worker()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _worker() -> int:
    worker = Worker()
    try:
        worker.ping()
    except MlsecError as error:
        print(f"Worker: does not work. {error}")
        return 2
    finally:
        worker.close()
    print("Worker: starts and answers")
    return 0
