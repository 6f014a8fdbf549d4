"""A wrong policy stops the run: status 2, with the file, the line and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import KEY, Mlsec, write

BAD = [
    ("fail-on = 'worst'", 1, "fail-on"),
    ("\nselect = 'secret'", 2, "select"),
    ("ignor = []", 1, "ignor"),
    ("[limits]\nmax-bytes = -1", 2, "limits.max-bytes"),
    ("[limits]\n\nmax-everything = 1", 3, "limits.max-everything"),
    ("[severity]\n'secret/jwt' = 'awful'", 2, "severity.secret/jwt"),
    ("[[waivers]]\nrule = 'secret'", 1, "waivers"),
    ("[[waivers]]\nrule = 'secret'\nreason = 'x'\nexpires = 'soon'", 4, "waivers.expires"),
    ("allow-incomplete = 1", 1, "allow-incomplete"),
    ("trusted = ['/']", 1, "trusted"),
]


@pytest.mark.parametrize(("text", "line", "key"), BAD)
def test_file_line_and_key_are_named(project: Path, mlsec: Mlsec, text: str, line: int, key: str) -> None:
    (project / "mlsec.toml").write_text(text)
    run = mlsec("scan")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"mlsec: {project / 'mlsec.toml'}:{line}: [{key}] ")


@pytest.mark.parametrize("data", [b"fail-on = ", b"x = 1\n= 2", b"a = '\xff'", b"\x00"])
def test_what_is_not_toml_is_2(project: Path, mlsec: Mlsec, data: bytes) -> None:
    (project / "mlsec.toml").write_bytes(data)
    run = mlsec("scan")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"mlsec: {project / 'mlsec.toml'}:")


def test_pyproject_is_read_too(project: Path, mlsec: Mlsec) -> None:
    (project / "pyproject.toml").write_text("[tool.other]\nx = 1\n\n[tool.mlsec]\nfail-on = 3\n")
    run = mlsec("scan")
    assert run.status == 2
    assert run.err.startswith(f"mlsec: {project / 'pyproject.toml'}:5: [fail-on] 'fail-on' must be one of")


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_config_that_cannot_be_read_is_2(project: Path, mlsec: Mlsec, name: str) -> None:
    run = mlsec("scan", "--config", name)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("mlsec: ")


@pytest.mark.parametrize("text", ["select = ['secrt']", "ignore = ['secret/opnai']", "severity = { secrt = 'low' }"])
def test_a_rule_that_the_policy_misspells_is_2_and_the_file_named(project: Path, mlsec: Mlsec, text: str) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    (project / "mlsec.toml").write_text(text)
    run = mlsec("scan")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"mlsec: {project / 'mlsec.toml'}: There is no rule or category ")


def test_a_policy_may_name_rules_of_later_versions(project: Path, mlsec: Mlsec) -> None:
    (project / "mlsec.toml").write_text("ignore = ['pii/email', 'code']\nseverity = { 'dependency/vulnerable' = 'low' }")
    assert mlsec("scan").status == 0
