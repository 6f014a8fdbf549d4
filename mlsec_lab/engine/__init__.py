"""The engine: notebook → report, under a policy, in a worker. What the doors need of it."""

from __future__ import annotations

from .fleet import Progress, available_cores, find_notebooks, scan_paths, shown_path
from .policy import Flags, load_policy
from .report import exit_status, merge, missing_checks, tool_version
from .state import purge, state_paths
from .suppress import baseline_text
from .worker import Resync, Worker

__all__ = [
    "Flags",
    "Progress",
    "Resync",
    "Worker",
    "available_cores",
    "baseline_text",
    "exit_status",
    "find_notebooks",
    "load_policy",
    "merge",
    "missing_checks",
    "purge",
    "scan_paths",
    "shown_path",
    "state_paths",
    "tool_version",
]
