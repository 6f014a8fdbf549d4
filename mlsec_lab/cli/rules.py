"""``mlsec rules [RULE]``."""

from __future__ import annotations

from typing import Any

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.rule import Rule
from mlsec_lab.rules import catalogue

from .output import write_out


def rules(options: Any) -> int:
    """List the catalogue, or print one rule's page."""
    if options.rule:
        write_out(page(find_rule(options.rule)))
        return 0
    width = max(len(rule.id) for rule in catalogue())
    for rule in catalogue():
        print(f"{rule.id:<{width}}  {rule.severity:<8}  {rule.confidence:<6}  {rule.title}")
    return 0


def find_rule(name: str) -> Rule:
    """The rule with this id, name or alias. Raises ``UsageError``."""
    for rule in catalogue():
        if name in (rule.id, rule.id.partition("/")[2], *rule.aliases):
            return rule
    raise UsageError(f"There is no rule {name!r}.", hint="'mlsec rules' lists them.")


def page(rule: Rule) -> str:
    """What there is to know about a rule."""
    lines = [
        rule.id,
        "",
        rule.title,
        f"Severity: {rule.severity}. Confidence: {rule.confidence}.",
        "",
        rule.remediation,
    ]
    lines += [f"See {reference}" for reference in rule.references]
    return "\n".join(lines) + "\n"
