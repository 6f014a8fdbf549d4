"""What each flag of ``mlsec scan`` does."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from mlsec_lab.cli import scan as scan_module
from mlsec_lab.engine import Progress
from tests.engine.support import cell_json, notebook_json

from .support import AWS, KEY, PASSWORD, TOKEN, Mlsec, write


def test_nothing_found_is_0_and_something_is_1(project: Path, mlsec: Mlsec) -> None:
    write(project / "clean.ipynb", "x = 1")
    assert mlsec("scan").status == 0
    write(project / "leak.ipynb", f"key = '{KEY}'")
    run = mlsec("scan")
    assert (run.status, run.rules, run.err) == (1, ["secret/openai-api-key"], "")
    assert mlsec("scan", "clean.ipynb").status == 0


@pytest.mark.parametrize(
    ("severity", "fail_on", "status"),
    [
        ("critical", "critical", 1),
        ("high", "critical", 0),
        ("high", "high", 1),
        ("high", None, 1),
        ("medium", None, 0),
        ("medium", "medium", 1),
        ("medium", "low", 1),
        ("low", "medium", 0),
        ("low", "low", 1),
        ("info", "low", 0),
        ("info", "info", 1),
        ("critical", "never", 0),
    ],
)
def test_fail_on(project: Path, mlsec: Mlsec, severity: str, fail_on: str | None, status: int) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    (project / "mlsec.toml").write_text(f"severity = {{ secret = '{severity}' }}")
    run = mlsec("scan", *(("--fail-on", fail_on) if fail_on else ()))
    assert [finding["severity"] for finding in run.report["findings"]] == [severity]
    assert run.status == status


def test_select_and_ignore_take_rules_and_categories(project: Path, mlsec: Mlsec) -> None:
    write(project / "leak.ipynb", f"a = '{KEY}'", f"b = '{TOKEN}'", f"c = '{AWS}'")
    openai, github, aws = "secret/openai-api-key", "secret/github-token", "secret/aws-access-key"
    assert mlsec("scan").rules == [openai, github, aws]
    assert mlsec("scan", "--select", f"{github}, {aws}").rules == [github, aws]
    assert mlsec("scan", "--ignore", f"{github},{aws}").rules == [openai]
    assert mlsec("scan", "--select", "secret", "--ignore", openai).rules == [github, aws]
    none = mlsec("scan", "--select", "pii")
    assert (none.rules, none.status) == ([], 0)
    assert {row["check"]: row["status"] for row in none.report["checks"]}["secret"] == "skipped"


@pytest.mark.parametrize("flag", ["--select", "--ignore"])
@pytest.mark.parametrize("name", ["secrets", "secret/openai", "notebook/x", "\x1b[31m"])
def test_a_rule_that_does_not_exist_is_2(project: Path, mlsec: Mlsec, flag: str, name: str) -> None:
    run = mlsec("scan", flag, name)
    assert run.status == 2
    assert run.err == f"mlsec: There is no rule or category {name!r}.\n       'mlsec rules' lists them.\n"


def test_min_confidence_counts_what_it_does_not_list(project: Path, mlsec: Mlsec) -> None:
    example = "AK" + "IA" + "IOSFODNN7" + "EXAMPLE"
    write(project / "leak.ipynb", f"key = '{KEY}'", f"aws = '{example}'")
    default = mlsec("scan").report
    low = mlsec("scan", "--min-confidence", "low").report
    assert default["summary"]["below_confidence"] > 0
    assert low["summary"]["below_confidence"] == 0
    assert len(low["findings"]) == len(default["findings"]) + default["summary"]["below_confidence"]
    assert {finding["confidence"] for finding in mlsec("scan", "--min-confidence", "high").report["findings"]} == {"high"}


def test_a_required_check_that_did_not_run_is_2(project: Path, mlsec: Mlsec) -> None:
    write(project / "clean.ipynb", "x = 1")
    assert mlsec("scan", "--require", "secret").status == 0
    run = mlsec("scan", "--require", "secret,pii,no-such")
    assert (run.status, run.report["summary"]["complete"]) == (2, False)
    assert run.err == "".join(f"mlsec: the required check '{name}' did not run.\n" for name in ("pii", "no-such"))
    assert mlsec("scan", "--require", "pii", "--allow-incomplete").status == 0


def test_an_incomplete_run_is_2_unless_that_is_allowed(project: Path, mlsec: Mlsec) -> None:
    write(project / "big.ipynb", "x = 1" * 100)
    (project / "mlsec.toml").write_text("[limits]\nmax-bytes = 200")
    assert mlsec("scan").status == 2
    assert mlsec("scan", "--fail-on", "never").status == 2
    assert mlsec("scan", "--allow-incomplete").status == 1
    assert mlsec("scan", "--allow-incomplete", "--fail-on", "critical").status == 0


def test_formats(project: Path, mlsec: Mlsec) -> None:
    write(project / "leak.ipynb", "x = 1", f"key = '{KEY}'")
    assert mlsec("scan", "--format", "json").report["findings"][0]["location"]["cell_index"] == 1
    sarif = json.loads(mlsec("scan", "--format", "sarif").out)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "secret/openai-api-key"
    table = mlsec("scan", "--format", "table").out.splitlines()
    assert table[0] == "leak.ipynb"
    assert table[1].startswith("  critical  cell 2 1:8")


@pytest.mark.parametrize("name", ["html", "csv", "markdown", "github", "junit", "yaml", ""])
def test_a_format_that_this_version_lacks_is_2(mlsec: Mlsec, name: str) -> None:
    run = mlsec("scan", "--format", name)
    assert (run.status, run.out) == (2, "")
    assert "choose table, json or sarif" in run.err


def test_the_default_is_a_table_on_a_terminal_and_json_otherwise(
    project: Path, mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    monkeypatch.setenv("COLUMNS", "60")
    assert mlsec("scan").out.startswith("{")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    coloured = mlsec("scan").out
    assert "\x1b[1;37;41mcritical" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    plain = mlsec("scan").out
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60
    assert mlsec("scan", "--format", "json").out.startswith("{")
    mlsec("scan", "--output", "out.txt")
    assert (project / "out.txt").read_text().startswith("{")


def test_output_takes_the_report_and_leaves_standard_output_empty(project: Path, mlsec: Mlsec) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    (project / "r.json").write_text("old")
    run = mlsec("scan", "--output", "r.json")
    assert (run.status, run.out, run.err) == (1, "", "")
    assert json.loads((project / "r.json").read_text())["findings"][0]["rule_id"] == "secret/openai-api-key"
    assert sorted(path.name for path in project.iterdir()) == [".git", "leak.ipynb", "r.json"]


def test_baseline_accepts_counts_and_tells(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'")
    first = mlsec("scan", "--write-baseline", "base.json")
    assert (first.status, first.err) == (0, "mlsec: accepted 1 findings in base.json, kept 0 that it held.\n")
    same = mlsec("scan", "--baseline", "base.json")
    assert (same.status, same.rules) == (0, [])
    assert [(row["by"], row["rule_id"]) for row in same.report["suppressed"]] == [("baseline", "secret/openai-api-key")]
    write(project / "a.ipynb", f"key = '{KEY}'\nagain = '{KEY}'")
    assert mlsec("scan", "--baseline", "base.json").rules == ["secret/openai-api-key"]


def test_writing_a_baseline_keeps_what_the_old_one_held(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'")
    mlsec("scan", "--write-baseline", "base.json")
    write(project / "b.ipynb", f"token = '{TOKEN}'")
    run = mlsec("scan", "--baseline", "base.json", "--write-baseline", "base.json")
    assert (run.status, run.err) == (0, "mlsec: accepted 1 findings in base.json, kept 1 that it held.\n")
    held = json.loads((project / "base.json").read_text())["findings"].values()
    assert sorted((row["rule"], row["path"], row["count"]) for row in held) == [
        ("secret/github-token", "b.ipynb", 1),
        ("secret/openai-api-key", "a.ipynb", 1),
    ]
    assert mlsec("scan", "--baseline", "base.json").status == 0


def test_the_first_baseline_may_be_named_in_the_policy_already(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'")
    (project / "mlsec.toml").write_text("baseline = 'base.json'")
    missing = mlsec("scan")
    assert (missing.status, "base.json" in missing.err) == (2, True)
    assert mlsec("scan", "--write-baseline", "base.json").status == 0
    assert mlsec("scan").status == 0
    assert mlsec("scan", "--write-baseline", "base.json").err.endswith(
        "accepted 0 findings in base.json, kept 1 that it held.\n"
    )


def test_no_baseline_takes_a_notebook_that_cannot_be_read(project: Path, mlsec: Mlsec) -> None:
    (project / "broken.ipynb").write_text("{")
    run = mlsec("scan", "--write-baseline", "base.json")
    assert run.status == 1
    assert "mlsec: 1 about notebooks that cannot be read are not accepted.\n" in run.err
    assert mlsec("scan", "--baseline", "base.json").rules == ["notebook/unreadable"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "findings": {"x": {"count": 1}}}', "\xff"])
def test_a_file_that_is_no_baseline_is_2(project: Path, mlsec: Mlsec, text: str) -> None:
    (project / "base.json").write_text(text, "latin-1")
    run = mlsec("scan", "--baseline", "base.json")
    assert (run.status, run.out) == (2, "")
    assert "base.json: This is not a baseline.\n" in run.err


def test_config_names_the_policy(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'")
    (project / "mlsec.toml").write_text("ignore = ['secret']")
    (project / "other.toml").write_text("fail-on = 'never'")
    assert (mlsec("scan").rules, mlsec("scan", "--config", "other.toml").rules) == ([], ["secret/openai-api-key"])
    assert mlsec("scan", "--config", "other.toml").status == 0


@pytest.mark.parametrize("jobs", ["1", "2", "64"])
def test_any_number_of_jobs_gives_the_same_report(project: Path, mlsec: Mlsec, jobs: str) -> None:
    for number in range(4):
        write(project / f"{number}.ipynb", f"key = '{KEY}'")
    run = mlsec("scan", "--jobs", jobs)
    assert [finding["location"]["path"] for finding in run.report["findings"]] == [f"{number}.ipynb" for number in range(4)]


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "²", "9" * 5000, ""])
def test_jobs_must_be_a_positive_number(mlsec: Mlsec, jobs: str) -> None:
    run = mlsec("scan", f"--jobs={jobs}")
    assert (run.status, run.out) == (2, "")
    assert "is not a positive number" in run.err


@pytest.mark.parametrize("flag", ["--output", "--baseline", "--write-baseline", "--config"])
def test_an_empty_file_name_is_2(mlsec: Mlsec, flag: str) -> None:
    run = mlsec("scan", flag, "")
    assert (run.status, run.out) == (2, "")
    assert run.err.endswith(f"argument {flag}: the name of the file is empty\n")


@pytest.mark.parametrize("flag", ["--select", "--ignore", "--require"])
@pytest.mark.parametrize("names", ["", " , "])
def test_a_list_that_names_nothing_is_2(mlsec: Mlsec, flag: str, names: str) -> None:
    run = mlsec("scan", flag, names)
    assert (run.status, run.out) == (2, "")
    assert run.err.endswith(f"argument {flag}: {names!r} names nothing\n")


def test_offline_changes_nothing_for_local_paths(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'")
    assert mlsec("scan", "--offline").rules == ["secret/openai-api-key"]


def test_inline_comments_and_waivers_are_told(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'  # mlsec: ignore[secret] made up", f"password = '{PASSWORD}'")
    (project / "mlsec.toml").write_text("[[waivers]]\nrule = 'secret/password'\nreason = 'local'\nexpires = 2999-01-01")
    run = mlsec("scan")
    assert (run.status, run.rules) == (0, [])
    assert [(row["by"], row["reason"], row["expires"]) for row in run.report["suppressed"]] == [
        ("inline", "made up", None),
        ("waiver", "local", "2999-01-01"),
    ]


def test_the_scans_flags_are_the_contracts(mlsec: Mlsec) -> None:
    run = mlsec("scan", "--help")
    assert run.status == 0
    assert set(re.findall(r"^  (--[a-z-]+)", run.out, re.MULTILINE)) == {
        *("--format", "--output", "--select", "--ignore", "--fail-on", "--min-confidence", "--require", "--allow-incomplete"),
        *("--baseline", "--write-baseline", "--config", "--jobs", "--offline"),
    }


def test_only_what_works_is_offered(mlsec: Mlsec) -> None:
    assert re.findall(r"^  +([a-z]+) {2,}", mlsec("--help").out, re.MULTILINE) == ["scan", "rules", "explain", "doctor"]
    assert re.fullmatch(r"mlsec-lab \d+\.\d+\.\d+\S*\n", mlsec("--version").out)


@pytest.mark.parametrize(
    "arguments",
    [(), ("nonsense",), ("scan", "--nonsense"), ("scan", "--fail-on", "worst"), ("scan", "--outp", "x"), ("explain",)],
)
def test_bad_usage_is_2(mlsec: Mlsec, arguments: tuple[str, ...]) -> None:
    run = mlsec(*arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("usage: mlsec")


def test_outputs_count_from_1_for_people(project: Path, mlsec: Mlsec) -> None:
    shown = {"output_type": "stream", "name": "stdout", "text": [f"{AWS}\n"]}
    (project / "a.ipynb").write_text(json.dumps(notebook_json(cell_json("x = 1", "c", outputs=[shown]))))
    assert "cell 1 output 1 1:1" in mlsec("scan", "--format", "table").out
    assert mlsec("scan").report["findings"][0]["location"]["output_index"] == 0


@pytest.mark.parametrize(("files", "shown"), [(3, False), (20, True)])
def test_progress_shows_on_a_terminal_where_there_are_many_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], files: int, shown: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with scan_module._progress() as progress:
        assert progress is not None
        for done in range(1, files + 1):
            progress(Progress(done, files, done * 1_000_000))
    said = capsys.readouterr()
    assert said.out == ""
    assert (f"{files}/{files}" in said.err) is shown
