"""``mlsec explain FINGERPRINT|RULE``: the evidence chain of a finding, without its value."""

from __future__ import annotations

from typing import Any

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.rule import Rule
from mlsec_lab.engine import scan_paths
from mlsec_lab.formats.clean import clean

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


def explain(options: Any) -> int:
    """Print a rule's page, or where and why something was found and what to do."""
    if not options.what.startswith("mf1:"):
        print(page(find_rule(options.what)), end="")
        return 0
    report = scan_paths([options.path], read_policy(options, [options.path]))
    found = [finding for finding in report.findings if finding.fingerprint == options.what]
    if not found:
        raise UsageError(
            f"No listed finding has the fingerprint {clean(options.what)}.",
            hint="Give the notebook or folder with --path.",
        )
    print("\n".join(_chain(found, find_rule(found[0].rule_id))))
    return 0


def _chain(findings: list[Finding], rule: Rule) -> list[str]:
    first = findings[0]
    lines = [f"{clean(first.message)}  {first.preview}", "", "Where"]
    for finding in findings:
        place = finding.location
        cell = "notebook" if place.cell_index is None else f"cell {place.cell_index}"
        file_line = f", line {place.file_line} of the file" if place.file_line else ""
        lines.append(f"  {clean(place.path)}: {cell}, {place.surface}, {place.line}:{place.column}{file_line}")
    lines += [
        "",
        "Why",
        f"  Rule {rule.id} ({rule.title}): {_WHY[rule.specificity]}.",
        f"  Severity {first.severity}, confidence {first.confidence}.",
        "",
        "What to do",
        f"  {first.remediation}",
        "",
        "To accept it instead, in mlsec.toml",
        "  [[waivers]]",
        f'  fingerprint = "{first.fingerprint}"',
        '  reason = "why this may stay"',
        "  expires = 2027-01-31",
    ]
    return lines
