"""The engine: notebook → report, under a policy, in a worker. What the doors need of it."""

from __future__ import annotations

from .baseline import baseline_text
from .cores import available_cores
from .explain import Evidence, finding_evidence
from .find import find_notebooks, shown_path
from .fleet import Progress, scan_paths
from .policy import Flags, load_policy
from .report import exit_status, merge, missing_checks, tool_version
from .state import purge, state_paths
from .worker import Resync, Worker

__all__ = [
    "Evidence",
    "Flags",
    "Progress",
    "Resync",
    "Worker",
    "available_cores",
    "baseline_text",
    "exit_status",
    "find_notebooks",
    "finding_evidence",
    "load_policy",
    "merge",
    "missing_checks",
    "purge",
    "scan_paths",
    "shown_path",
    "state_paths",
    "tool_version",
]
