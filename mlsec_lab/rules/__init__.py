"""Rules: what to look for. They yield matches and open nothing."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files

from mlsec_lab.core.rule import Check, Rule

from .notebook import NOTEBOOK_RULES
from .secrets import secret_family, secret_rules

__all__ = ["catalogue", "load_checks", "rules_version"]


def load_checks() -> tuple[Check, ...]:
    """The check families of this version, ready to run."""
    return (secret_family(),)


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule's metadata, sorted by id."""
    return tuple(sorted((*NOTEBOOK_RULES, *secret_rules()), key=lambda rule: rule.id))


@cache
def rules_version() -> str:
    """A short digest of the rules' own files: it changes whenever a rule does."""
    digest = blake2b(digest_size=6)
    folder = files("mlsec_lab.rules")
    for part in sorted((*folder.iterdir(), *(folder / "secrets").iterdir()), key=lambda path: path.name):
        if part.name.endswith((".py", ".toml")):
            digest.update(part.name.encode() + part.read_bytes())
    return digest.hexdigest()
