"""How many cores this process may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


def available_cores(cgroups: Path = _CGROUPS, own: Path = _OWN_CGROUP) -> int:
    """The cores that this process may use: its affinity, and its control groups' quotas (version 2 or 1) where it has some."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([cores, *_quotas(cgroups, own)]))


def _quotas(cgroups: Path, own: Path) -> Iterator[int]:
    """Whole cores that each control group around this process allows; a part of a core counts as none beside others."""
    for line in _read(own).splitlines():
        number, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        if number == "0":
            base = cgroups
        elif "cpu" in controllers.split(","):
            base = cgroups / "cpu"
        else:
            continue
        group = base / name.lstrip("/")
        # In a container the name is often the host's, and the group itself is mounted at the top.
        for folder in (group, *group.parents):
            if not folder.is_relative_to(base):
                break
            yield from _quota(folder)


def _quota(folder: Path) -> Iterator[int]:
    quota, _, period = _read(folder / "cpu.max").strip().partition(" ")
    if not quota:
        quota, period = _read(folder / "cpu.cfs_quota_us").strip(), _read(folder / "cpu.cfs_period_us").strip()
    if quota.isdigit() and period.isdigit() and int(period):
        yield int(quota) // int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, ValueError):
        # Not Linux, or no such group: then nothing is limited there.
        return ""
