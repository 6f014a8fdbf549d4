from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlsec_lab.engine.cores import available_cores


@pytest.fixture(autouse=True)
def _eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def cores(folder: Path, own: str, **files: str) -> int:
    (folder / "own").write_text(own)
    for name, text in files.items():
        path = folder / "fs" / name.replace("__", "/").replace("cpu_", "cpu.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return available_cores(folder / "fs", folder / "own")


def test_without_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert available_cores(tmp_path / "no", tmp_path / "none") == 8


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("max 100000", 8),
        ("300000 100000", 3),
        ("150000 100000", 1),
        ("50000 100000", 1),
        ("9900000 100000", 8),
        ("x y", 8),
        ("5 0", 8),
    ],
)
def test_the_quota_of_version_2(tmp_path: Path, quota: str, expected: int) -> None:
    assert cores(tmp_path, "0::/\n", cpu_max=quota) == expected


def test_the_smallest_quota_on_the_way_up_counts(tmp_path: Path) -> None:
    own = "0::/user.slice/job\n"
    files = {"user.slice__job__cpu_max": "500000 100000\n", "user.slice__cpu_max": "200000 100000\n"}
    assert cores(tmp_path, own, **files) == 2


def test_version_1(tmp_path: Path) -> None:
    own = "5:memory:/x\n4:cpu,cpuacct:/job\n"
    files = {"cpu__job__cpu_cfs_quota_us": "400000\n", "cpu__job__cpu_cfs_period_us": "100000\n"}
    assert cores(tmp_path, own, **files) == 4
    assert cores(tmp_path, own, **{**files, "cpu__job__cpu_cfs_quota_us": "-1\n"}) == 8


def test_where_the_system_has_no_affinity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert available_cores(tmp_path, tmp_path / "none") == 1
