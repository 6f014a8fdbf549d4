from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from mlsec_lab.core.errors import ConfigError, UsageError, WorkerError
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.core.report import Report
from mlsec_lab.engine import Progress, baseline_text, exit_status, fleet, scan_paths
from mlsec_lab.engine.fleet import _Crew
from mlsec_lab.engine.worker import client, process
from tests.engine.support import cell_json, notebook_json
from tests.engine.workers import ROOT, gone, spawner, strange
from tests.fakes import github_token, openai_key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        source = f"key = '{openai_key(number)}'" if number % 2 else "x = 1"
        book = notebook_json(cell_json(source, "c"), cell_json(f"t = '{github_token()}'", "d"))
        (tmp_path / f"n{number}.ipynb").write_text(json.dumps(book, indent=1))
    (tmp_path / "broken.ipynb").write_text('{"cells": [')
    (tmp_path / "empty.ipynb").write_text("")
    return tmp_path


def timeless(report: Report) -> dict[str, Any]:
    return replace(report, summary=replace(report.summary, duration_ms=0.0)).to_dict()


def write(folder: Path, *sources: str) -> list[str]:
    paths = [folder / f"{number}.ipynb" for number in range(len(sources))]
    for path, source in zip(paths, sources, strict=True):
        path.write_text(json.dumps(notebook_json(cell_json(source, "c"))))
    return [str(path) for path in paths]


def test_every_notebook_is_scanned_whatever_the_others_are(folder: Path) -> None:
    policy = Policy(root=str(folder))
    report = scan_paths([str(folder)], policy, jobs=2)
    assert [(row.path, row.status) for row in report.inputs] == [
        ("broken.ipynb", "unreadable"),
        ("empty.ipynb", "unreadable"),
        *((f"n{number}.ipynb", "scanned") for number in range(6)),
    ]
    found = [
        (f.rule_id, f.location.path) for f in report.findings if f.location.path in ("broken.ipynb", "n0.ipynb", "n1.ipynb")
    ]
    assert found == [
        ("notebook/unreadable", "broken.ipynb"),
        ("secret/github-token", "n0.ipynb"),
        ("secret/openai-api-key", "n1.ipynb"),
        ("secret/github-token", "n1.ipynb"),
    ]
    assert report.summary.complete
    assert exit_status(report, policy) == 1


def test_the_report_is_the_same_for_any_number_of_jobs(folder: Path) -> None:
    policy = Policy(root=str(folder))
    reports = [timeless(scan_paths([str(folder)], policy, jobs=jobs)) for jobs in (1, 3)]
    assert reports[0] == reports[1]


def test_progress_counts_files_and_bytes(folder: Path) -> None:
    seen: list[Progress] = []
    report = scan_paths([str(folder)], Policy(root=str(folder)), jobs=2, progress=seen.append)
    assert [(step.done, step.total) for step in seen] == [(number, 8) for number in range(1, 9)]
    assert seen[-1].bytes == report.summary.bytes == sum(path.stat().st_size for path in folder.iterdir())


def test_a_baseline_is_read_before_anything_is_scanned(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy(root=str(folder))
    first = scan_paths([str(folder)], policy, jobs=1)
    path = folder / "base.json"
    path.write_text(baseline_text(first.findings))
    again = scan_paths([str(folder)], replace(policy, baseline=str(path)), jobs=1)
    assert {f.rule_id for f in again.findings} == {"notebook/unreadable"}
    assert len(again.suppressed) == 9
    monkeypatch.setattr(process, "spawn", None)
    with pytest.raises(ConfigError, match="cannot be read"):
        scan_paths([str(folder)], replace(policy, baseline=str(folder / "none.json")))


def test_nothing_to_scan(tmp_path: Path) -> None:
    report = scan_paths([str(tmp_path)], Policy(root=str(tmp_path)))
    assert (report.inputs, report.findings, report.summary.notebooks) == ((), (), 0)
    with pytest.raises(UsageError):
        scan_paths([str(tmp_path / "none")], Policy())


def test_a_notebook_past_its_limit_leaves_the_run_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "spawn", strange())
    monkeypatch.setattr(client, "_FIRST_SECONDS", 0.0)
    policy = Policy(root=str(tmp_path), limits=Limits(max_seconds=0.4), fail_on="critical")
    report = scan_paths(write(tmp_path, "found", "hang", "found"), policy, jobs=1)
    assert [(row.path, row.status) for row in report.inputs] == [
        ("0.ipynb", "scanned"),
        ("1.ipynb", "limited"),
        ("2.ipynb", "scanned"),
    ]
    assert [f.rule_id for f in report.findings] == ["secret/strange", "notebook/oversized", "secret/strange"]
    assert report.checks[0].reason == "1.ipynb: Scanning it took longer than the limit of 0.4 seconds."
    assert exit_status(report, policy) == 2
    assert exit_status(report, replace(policy, allow_incomplete=True)) == 0


def test_where_no_process_starts_the_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "spawn", spawner("-c", ""))
    with pytest.raises(WorkerError, match="does not start"):
        scan_paths(write(tmp_path, "x", "y"), Policy(root=str(tmp_path)), jobs=2)


def test_an_error_in_the_progress_ends_the_run_and_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "spawn", strange())

    def progress(step: Progress) -> None:
        raise RuntimeError(str(step.done))

    started = time.monotonic()
    with pytest.raises(RuntimeError, match="1"):
        scan_paths(write(tmp_path, "found", "hang"), Policy(root=str(tmp_path)), jobs=2, progress=progress)
    assert time.monotonic() - started < 50, "the hanging scan was waited for"


def test_a_crew_that_is_closed_starts_nothing_new(tmp_path: Path) -> None:
    crew = _Crew(Policy(root=str(tmp_path)), 1, None)
    crew.close()
    with pytest.raises(WorkerError, match="was stopped"):
        crew.scan(Path(write(tmp_path, "x")[0]))


def test_the_default_is_the_cores_of_this_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = fleet.ThreadPoolExecutor

    def pool(count: int, **more: Any) -> Any:
        asked.append(count)
        return real(count, **more)

    monkeypatch.setattr(fleet, "ThreadPoolExecutor", pool)
    monkeypatch.setattr(fleet, "available_cores", lambda: 3)
    monkeypatch.setattr(process, "spawn", strange())
    for jobs in (None, 2, 100):
        scan_paths([str(folder)], Policy(root=str(folder)), jobs=jobs)
    assert asked == [3, 2, 8]


SCAN = """
import signal, sys
# A background job of a shell that has no job control starts with SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine import scan_paths
from mlsec_lab.engine.worker import process
from tests.engine.workers import strange
process.spawn = strange()
print("go", flush=True)
try:
    scan_paths(sys.argv[1:], Policy(), jobs=2)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_control_c_ends_the_workers(tmp_path: Path) -> None:
    paths = write(tmp_path, "hang", "hang", "hang", "hang")
    run = subprocess.Popen(
        [sys.executable, "-c", SCAN, *paths],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    with run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"go\n"
        family = psutil.Process(run.pid)
        deadline = time.monotonic() + 20
        while len(family.children()) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        # Long enough for both to be in mid-scan.
        time.sleep(0.6)
        children = [child.pid for child in family.children()]
        os.killpg(run.pid, signal.SIGINT)
        assert run.stdout.read() == b"interrupted\n"
    assert len(children) == 2
    assert [gone(pid) for pid in children] == [True, True]
    assert run.returncode == 0
