"""Why a finding is there: what ``mlsec explain`` and the panel's details say. Never the value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.report import Report, Suppressed
from mlsec_lab.core.rule import Rule
from mlsec_lab.rules import catalogue


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a report knows about one fingerprint.

    ``findings`` are the listed ones (several where one leak stands in a cell more than once), ``suppressed`` those kept
    off the list; ``rule`` is their rule without its hooks' results, ``None`` where this version does not know it.
    """

    fingerprint: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    rule: Rule | None


def finding_evidence(report: Report, fingerprint: str) -> Evidence | None:
    """The evidence for a fingerprint, ``None`` where the report does not have it."""
    findings = tuple(finding for finding in report.findings if finding.fingerprint == fingerprint)
    suppressed = tuple(row for row in report.suppressed if row.fingerprint == fingerprint)
    if not findings and not suppressed:
        return None
    rule_id = findings[0].rule_id if findings else suppressed[0].rule_id
    return Evidence(fingerprint, findings, suppressed, rule_of(catalogue(), rule_id))


def rule_of(rules: Sequence[Rule], rule_id: str) -> Rule | None:
    """The rule with an id or a former id."""
    return next((rule for rule in rules if rule_id == rule.id or rule_id in rule.aliases), None)
