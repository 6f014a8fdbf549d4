"""Secrets: provider formats (rows of ``providers.toml`` and detect-secrets' patterns) and assignments to telling names."""

from __future__ import annotations

from collections.abc import Iterable

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Family, Rule

from .assignment import ASSIGNMENT_RULES, may_assign
from .plugins import PLUGIN_RULES
from .providers import PROVIDER_GATES, PROVIDER_RULES

SECRET_RULES: tuple[Rule, ...] = (*PROVIDER_RULES, *PLUGIN_RULES, *ASSIGNMENT_RULES)

#: No provider's value is shorter, in characters; most strings of a notebook are.
_SHORTEST = 16

#: Gate literal → rules that cannot match a text without one of their literals.
_GATES: dict[str, list[Rule]] = {}
for _rule in (*PROVIDER_RULES, *PLUGIN_RULES):
    for _literal in PROVIDER_GATES[_rule.id]:
        _GATES.setdefault(_literal, []).append(_rule)


def gate(surface: Surface) -> Iterable[Rule]:
    """The secret rules that may match a surface: those with a literal in it, and the assignment rule by its words."""
    text = surface.text
    rules: dict[str, Rule] = {}
    if len(text) >= _SHORTEST:
        for literal, found in _GATES.items():
            if literal in text:
                rules.update((rule.id, rule) for rule in found)
    candidates = list(rules.values())
    if may_assign(surface):
        candidates.append(ASSIGNMENT_RULES[0])
    return candidates


def secret_family() -> Family:
    """The check family ``secret``."""
    return Family("secret", SECRET_RULES, gate)
