from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from mlsec_lab.cli import doctor as doctor_module
from mlsec_lab.core.errors import WorkerError
from mlsec_lab.engine import state_paths
from mlsec_lab.engine.state import user_key
from mlsec_lab.rules import catalogue

from .support import Mlsec


def test_the_catalogue_is_listed(mlsec: Mlsec) -> None:
    lines = mlsec("rules").out.splitlines()
    assert [re.split(r" {2,}", line) for line in lines] == [
        [rule.id, rule.severity, rule.confidence, rule.title] for rule in catalogue()
    ]


def test_a_rule_that_does_not_exist_is_2(mlsec: Mlsec) -> None:
    run = mlsec("rules", "secret/nothing")
    assert (run.status, run.out) == (2, "")
    assert run.err == "mlsec: There is no rule 'secret/nothing'.\n       'mlsec rules' lists them.\n"


def test_doctor_says_what_works(mlsec: Mlsec) -> None:
    run = mlsec("doctor")
    assert (run.status, run.err) == (0, "")
    lines = run.out.splitlines()
    assert re.fullmatch(rf"mlsec-lab \S+, {len(catalogue())} rules \(version \S+\)", lines[0])
    assert "Policy: defaults, no file found" in lines
    assert lines[-1] == "Worker: starts and answers"


def test_doctor_names_the_policy_files(project: Path, mlsec: Mlsec) -> None:
    (project / "mlsec.toml").write_text("fail-on = 'low'")
    assert f"Policy: {project / 'mlsec.toml'}" in mlsec("doctor").out


def test_doctor_says_what_is_missing_and_how_to_get_it(mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor_module, "version", version)
    lines = mlsec("doctor").out.splitlines()
    assert '  pandas           not installed  (pip install "mlsec-lab[lab]")' in lines
    assert "  notebook         not installed" in lines


def test_doctor_is_2_where_no_worker_starts(mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch) -> None:
    def ping(_: object) -> None:
        raise WorkerError("The scan's process does not start.", hint="Reinstall it.")

    monkeypatch.setattr(doctor_module.Worker, "ping", ping)
    run = mlsec("doctor")
    assert run.status == 2
    assert run.out.splitlines()[-1] == "Worker: does not work. The scan's process does not start. Reinstall it."


def test_paths_and_purge(mlsec: Mlsec) -> None:
    folder = state_paths()["data"]
    assert mlsec("doctor", "--purge").out.splitlines() in (["Nothing was kept."], [f"Removed {folder}"])
    user_key()
    assert [re.split(r" {2,}", line)[0].split(" /")[0] for line in mlsec("doctor", "--paths").out.splitlines()] == list(
        state_paths()
    )
    assert f"{folder / 'key'} (exists)" in mlsec("doctor", "--paths").out
    assert mlsec("doctor", "--purge").out.splitlines() == [f"Removed {folder / 'key'}", f"Removed {folder}"]
    assert f"{folder} (not there)" in mlsec("doctor", "--paths").out
    assert mlsec("doctor", "--purge").out == "Nothing was kept.\n"
    assert mlsec("doctor", "--purge", "--paths").status == 2
