"""Secrets: provider formats (rows of ``providers.toml`` and detect-secrets' patterns) and values beside telling names."""

from __future__ import annotations

from functools import cache

from mlsec_lab.core.rule import Family, Rule

from .assignment import assignment_rules
from .gate import candidates
from .providers import provider_rules

__all__ = ["secret_family", "secret_rules"]


@cache
def secret_rules() -> tuple[Rule, ...]:
    """Every secret rule: provider formats first, then those that need a name."""
    return (*provider_rules(), *assignment_rules())


@cache
def secret_family() -> Family:
    """The check family ``secret``."""
    return Family("secret", secret_rules(), candidates)
