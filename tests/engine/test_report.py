from __future__ import annotations

from dataclasses import replace
from importlib import metadata

import jsonschema
import pytest

from mlsec_lab.core.errors import OversizedError, UnreadableError
from mlsec_lab.core.policy import FailOn, Policy
from mlsec_lab.core.report import CheckRow, InputRow
from mlsec_lab.core.rule import SEVERITIES, Severity
from mlsec_lab.engine import report as module
from mlsec_lab.engine.explain import finding_evidence, rule_of
from mlsec_lab.engine.report import exit_status, merge, missing_checks, tool_version
from mlsec_lab.engine.scan import NotebookScan, failed_scan
from mlsec_lab.rules import catalogue, rules_version
from tests.engine.support import notebook, scan, token


def with_rows(*rows: CheckRow, media: int = 0) -> NotebookScan:
    return NotebookScan(InputRow("n.ipynb", 1, 1, "scanned"), checks=rows, media=media)


def test_totals() -> None:
    first = scan(notebook(f"x = '{token()}'", "pass='plum!7' low='abcdef'"), path="a.ipynb")
    second = failed_scan("b.ipynb", UnreadableError("Broken."), 7)
    report = merge([first, second], Policy(), 12.345)
    assert report.summary.notebooks == 2
    assert (report.summary.cells, report.summary.surfaces, report.summary.below_confidence) == (2, 2, 1)
    assert report.summary.bytes == first.input.bytes + 7
    assert report.summary.duration_ms == 12.3
    assert report.summary.by_severity == {"critical": 1, "high": 2}
    assert report.summary.by_category == {"secret": 2, "notebook": 1}
    assert [row.path for row in report.inputs] == ["a.ipynb", "b.ipynb"]
    assert report.tool.rules_version == rules_version()


def test_the_json_has_the_contracts_keys() -> None:
    value = merge([scan(notebook(f"x = '{token()}'"))], Policy(), 0.0).to_dict()
    assert list(value) == ["schema_version", "tool", "summary", "checks", "findings", "suppressed", "inputs"]
    jsonschema.validate(value["findings"][0]["fingerprint"], {"type": "string", "pattern": "^mf1:[0-9a-f]{32}$"})


def test_a_check_that_failed_once_failed_and_tells_each_reason_once() -> None:
    ran, skipped = CheckRow("secret", "ran"), CheckRow("secret", "skipped", "Not now.")
    failed = [CheckRow("secret", "failed", f"r{number}") for number in range(7)]
    assert merge([with_rows(skipped), with_rows(ran)], Policy(), 0).checks == (ran,)
    assert merge([with_rows(ran), with_rows(failed[0]), with_rows(failed[0])], Policy(), 0).checks == (failed[0],)
    report = merge([with_rows(row) for row in failed], Policy(), 0)
    assert [row.reason for row in report.checks] == ["r0; r1; r2; r3; r4; and 2 more"]
    assert not report.summary.complete


def test_media_are_counted_over_all_notebooks() -> None:
    report = merge([with_rows(media=2), with_rows(), with_rows(media=1)], Policy(), 0)
    assert report.checks == (CheckRow("secret/images", "skipped", "3 images and other media values are not read."),)


def test_without_a_notebook_nothing_ran() -> None:
    assert {row.status for row in merge([], Policy(), 0).checks} == {"skipped"}


@pytest.mark.parametrize(
    ("scans", "policy", "complete"),
    [
        ([with_rows(CheckRow("secret", "ran"))], Policy(require=("secret",)), True),
        ([with_rows(CheckRow("secret", "skipped"))], Policy(require=("secret",)), False),
        ([with_rows(CheckRow("secret", "ran"))], Policy(require=("pii",)), False),
        ([with_rows(CheckRow("secret", "failed", "x"))], Policy(), False),
        ([failed_scan("a", OversizedError("Long."), 1)], Policy(), False),
        ([failed_scan("a", UnreadableError("Broken."), 1)], Policy(), True),
    ],
)
def test_complete(scans: list[NotebookScan], policy: Policy, complete: bool) -> None:
    report = merge(scans, policy, 0)
    assert report.summary.complete is complete
    if not complete:
        assert exit_status(report, policy) == 2
        assert exit_status(report, replace(policy, allow_incomplete=True)) in (0, 1)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("fail_on", [*SEVERITIES, "never"])
def test_the_exit_status_compares_severities(severity: Severity, fail_on: FailOn) -> None:
    policy = Policy(severity={"secret": severity}, fail_on=fail_on)
    report = merge([scan(notebook("pass='plum!7'"), policy)], policy, 0)
    order = [*SEVERITIES, "never"]
    expected = fail_on != "never" and order.index(severity) <= order.index(fail_on)
    assert exit_status(report, policy) == int(expected)


def test_an_unreadable_notebook_fails_the_run() -> None:
    report = merge([failed_scan("a", UnreadableError("Broken."), 1)], Policy(), 0)
    assert exit_status(report, Policy()) == 1


def test_required_checks_that_did_not_run() -> None:
    rows = (CheckRow("secret", "ran"), CheckRow("pii", "skipped"))
    assert missing_checks(rows, Policy(require=("secret", "pii", "model"))) == ["pii", "model"]


def test_the_version_is_the_installed_packages_else_the_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tool_version()

    def missing(_: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(module, "version", missing)
    assert tool_version()[0].isdigit()


def test_evidence_is_all_that_a_report_knows_of_a_fingerprint() -> None:
    report = merge([scan(notebook("pass='plum!7' pass='plum!7'", "pass='fig!88'  # mlsec: ignore[secret] ok"))], Policy(), 0)
    first = finding_evidence(report, report.findings[0].fingerprint)
    assert first is not None
    assert [finding.location.column for finding in first.findings] == [7, 21]
    assert first.rule is not None
    assert first.rule.id == "secret/password"
    second = finding_evidence(report, report.suppressed[0].fingerprint)
    assert second is not None
    assert (second.findings, [row.reason for row in second.suppressed]) == ((), ["ok"])
    assert finding_evidence(report, "mf1:" + "0" * 32) is None


def test_a_rule_is_found_by_its_former_name_too() -> None:
    rules = (*catalogue(), replace(catalogue()[0], id="secret/new", aliases=("secret/old",)))
    assert [rule and rule.id for rule in (rule_of(rules, "secret/old"), rule_of(rules, "secret/none"))] == ["secret/new", None]
