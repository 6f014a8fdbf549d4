"""``mlsec explain FINGERPRINT|RULE``: the evidence chain of a finding, without its value."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.report import Suppressed
from mlsec_lab.core.rule import Rule
from mlsec_lab.engine import Evidence, finding_evidence, scan_paths
from mlsec_lab.formats.clean import clean
from mlsec_lab.formats.words import where

from .output import write_out
from .rules import find_rule, page
from .scan import read_policy

_WHY = {
    "provider": "the value has the provider's own format",
    "url": "the value stands as the password of a URL",
    "named": "the value stands beside a name that says what it is, and has the look of one",
    "generic": "the value stands beside a telling name and looks drawn at random",
    "entropy": "the value looks random beside a telling name, nothing more",
    "pii": "the value has the form of personal data",
}
#: What the example of a waiver proposes.
_WAIVER_DAYS = 90


def explain(options: Any) -> int:
    """Print a rule's page, or where and why something was found and what to do."""
    if not options.what.startswith("mf1:"):
        write_out(page(find_rule(options.what)))
        return 0
    if not os.path.lexists(options.path):
        raise UsageError(f"There is no file or folder {options.path!r}.", hint="Give the notebook or folder with --path.")
    # Whoever asks for a finding has seen it, whatever its confidence.
    policy = replace(read_policy(options, [options.path]), min_confidence="low")
    evidence = finding_evidence(scan_paths([options.path], policy), options.what)
    if evidence is None:
        raise UsageError(f"No finding has the fingerprint {options.what!r}.", hint="Give the notebook or folder with --path.")
    write_out("".join(f"{line}\n" for line in _chain(evidence)))
    return 0


def _chain(evidence: Evidence) -> Iterator[str]:
    rule = evidence.rule
    if evidence.findings:
        yield from _found(evidence.findings, rule)
    if evidence.suppressed:
        title = rule.title if rule else evidence.suppressed[0].rule_id
        yield from [""] if evidence.findings else [f"{title}, kept off the list", ""]
        yield "Suppressed"
        yield from (_suppressed(row) for row in evidence.suppressed)
    if evidence.findings and evidence.findings[0].category != "notebook":
        expires = datetime.now(UTC).date() + timedelta(days=_WAIVER_DAYS)
        yield ""
        yield "To accept it instead, in mlsec.toml"
        yield "  [[waivers]]"
        yield f'  fingerprint = "{evidence.fingerprint}"'
        yield '  reason = "why this may stay"'
        yield f"  expires = {expires}"


def _found(findings: tuple[Finding, ...], rule: Rule | None) -> Iterator[str]:
    first = findings[0]
    yield f"{clean(first.message)}  {first.preview}".rstrip()
    yield ""
    yield "Where"
    for finding in findings:
        place = finding.location
        file_line = f", line {place.file_line} of the file" if place.file_line else ""
        yield f"  {clean(place.path)}: {clean(where(place))}{file_line}"
    yield ""
    yield "Why"
    if rule is not None:
        reason = first.message.rstrip(".") if rule.category == "notebook" else _WHY[rule.specificity]
        yield f"  Rule {rule.id} ({rule.title}): {clean(reason)}."
    yield f"  Severity {first.severity}, confidence {first.confidence}."
    yield ""
    yield "What to do"
    yield f"  {clean(first.remediation)}"


def _suppressed(row: Suppressed) -> str:
    by = {"waiver": "a waiver in the policy", "inline": "a comment in the cell", "baseline": "the baseline"}[row.by]
    until = f", until {row.expires}" if row.expires else ""
    reason = f": {row.reason}" if row.reason else ""
    return f"  {clean(row.path)}: by {by}{until}{clean(reason)}"
