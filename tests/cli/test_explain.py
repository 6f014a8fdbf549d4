from __future__ import annotations

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from mlsec_lab.cli import explain as explain_module
from mlsec_lab.core.report import Report
from mlsec_lab.core.rule import Rule
from mlsec_lab.engine import Evidence, finding_evidence
from mlsec_lab.rules import catalogue

from .support import KEY, PASSWORD, Mlsec, pieces, write

UNKNOWN = "mf1:" + "0" * 32


def explained(mlsec: Mlsec, fingerprint: str, *more: str) -> str:
    """What it prints, without what changes from day to day."""
    run = mlsec("explain", fingerprint, *more)
    assert (run.status, run.err) == (0, "")
    text = re.sub(r"expires = \d{4}-\d\d-\d\d", "expires = DAY", run.out)
    text = re.sub(r"(What to do\n  )Rotate first: .*", r"\1Rotate first ...", text)
    return text.replace(fingerprint, "FINGERPRINT").replace(KEY[-4:], "LAST")


def test_a_finding(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", "x = 1", f"key = '{KEY}'\ncopy = '{KEY}'")
    [first, _] = mlsec("scan").report["findings"]
    assert explained(mlsec, first["fingerprint"]) == snapshot("""\
OpenAI API key in a code cell  sk-proj-…LAST

Where
  a.ipynb: cell 2 1:8, line 16 of the file
  a.ipynb: cell 2 2:9, line 16 of the file

Why
  Rule secret/openai-api-key (OpenAI API key): the value has the provider's own format.
  Severity critical, confidence high.

What to do
  Rotate first ...

To accept it instead, in mlsec.toml
  [[waivers]]
  fingerprint = "FINGERPRINT"
  reason = "why this may stay"
  expires = DAY
""")


def test_a_suppressed_finding_says_by_what(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'  # mlsec: ignore[secret] made up")
    [row] = mlsec("scan").report["suppressed"]
    assert explained(mlsec, row["fingerprint"]) == snapshot("""\
OpenAI API key, kept off the list

Suppressed
  a.ipynb: by a comment in the cell: made up
""")


def test_one_copy_accepted_and_one_not(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'\ncopy = '{KEY}'")
    fingerprint = mlsec("scan").report["findings"][0]["fingerprint"]
    (project / "base.json").write_text(
        f'{{"version": 1, "findings": {{"{fingerprint}": {{"rule": "secret/openai-api-key", "path": "a.ipynb", "count": 1}}}}}}'
    )
    (project / "mlsec.toml").write_text("baseline = 'base.json'")
    text = explained(mlsec, fingerprint)
    assert "Where\n  a.ipynb: cell 1 2:9, line 8 of the file\n" in text
    assert "Suppressed\n  a.ipynb: by the baseline: Accepted in the baseline.\n" in text


def test_a_waiver_says_until_when(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"password = '{PASSWORD}'")
    (project / "mlsec.toml").write_text("[[waivers]]\nrule = 'secret/password'\nreason = 'local'\nexpires = 2999-01-01")
    [row] = mlsec("scan").report["suppressed"]
    assert "  a.ipynb: by a waiver in the policy, until 2999-01-01: local\n" in explained(mlsec, row["fingerprint"])


def test_a_notebook_that_cannot_be_read_is_never_waived(project: Path, mlsec: Mlsec) -> None:
    (project / "broken.ipynb").write_text("{")
    [finding] = mlsec("scan").report["findings"]
    text = explained(mlsec, finding["fingerprint"])
    assert "  broken.ipynb: the file\n" in text
    assert "Rule notebook/unreadable" in text
    assert "provider" not in text
    assert "[[waivers]]" not in text


def test_a_finding_of_low_confidence_and_another_place(project: Path, mlsec: Mlsec) -> None:
    example = "AK" + "IA" + "IOSFODNN7" + "EXAMPLE"
    write(project / "sub" / "a.ipynb", f"aws = '{example}'")
    assert mlsec("scan").rules == []
    [finding] = mlsec("scan", "--min-confidence", "low").report["findings"]
    assert "confidence low." in explained(mlsec, finding["fingerprint"], "--path", ".")


def test_config_counts(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"key = '{KEY}'")
    fingerprint = mlsec("scan").report["findings"][0]["fingerprint"]
    (project / "none.toml").write_text("ignore = ['secret']")
    assert mlsec("explain", fingerprint, "--config", "none.toml").status == 2


def test_a_finding_whose_rule_this_version_does_not_know(project: Path, mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(report: Report, fingerprint: str) -> Evidence:
        known = finding_evidence(report, fingerprint)
        assert known is not None
        return Evidence(fingerprint, known.findings, known.suppressed, None)

    write(project / "a.ipynb", f"key = '{KEY}'", f"p = '{KEY}'  # mlsec: ignore[secret] x")
    report = mlsec("scan").report
    monkeypatch.setattr(explain_module, "finding_evidence", nameless)
    assert "Why\n  Severity critical, confidence high.\n" in explained(mlsec, report["findings"][0]["fingerprint"])
    shown = explained(mlsec, report["suppressed"][0]["fingerprint"])
    assert shown.startswith("secret/openai-api-key, kept off the list\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((UNKNOWN,), f"No finding has the fingerprint '{UNKNOWN}'."),
        (("mf1:\x1b[2J",), "No finding has the fingerprint 'mf1:\\x1b[2J'."),
        ((UNKNOWN, "--path", "nowhere"), "There is no file or folder 'nowhere'."),
        (("secret/nothing",), "There is no rule 'secret/nothing'."),
    ],
)
def test_what_is_not_there_is_2(project: Path, mlsec: Mlsec, arguments: tuple[str, ...], message: str) -> None:
    run = mlsec("explain", *arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err.splitlines()[0] == f"mlsec: {message}"


def test_no_piece_of_the_value(project: Path, mlsec: Mlsec) -> None:
    write(project / "a.ipynb", f"password = '{PASSWORD}'")
    [finding] = mlsec("scan").report["findings"]
    text = mlsec("explain", finding["fingerprint"]).out
    assert [piece for piece in pieces(PASSWORD) if piece in text] == []


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_every_rule_has_its_page(mlsec: Mlsec, rule: Rule) -> None:
    page = mlsec("explain", rule.id).out
    assert page.splitlines()[0] == rule.id
    assert mlsec("rules", rule.id).out == page
    assert mlsec("rules", rule.id.partition("/")[2]).out == page
