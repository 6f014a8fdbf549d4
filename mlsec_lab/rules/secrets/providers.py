"""Provider formats: one row of ``providers.toml`` is one rule."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match, Rule

from .filters import entropy, is_placeholder

# A token never starts in the middle of a word, save after an escaped line break in a string literal.
_BEFORE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))"
_AFTER = r"(?![A-Za-z0-9])"
ROTATE = "Rotate it first: whoever saw the notebook has it. Then read it from the environment or a secret store"


@dataclass(frozen=True, slots=True)
class Provider:
    """A row: ``pattern`` finds the value (or its group ``value``), ``gate`` are literals without which it cannot match,
    ``prefix`` is the length of the public prefix, ``max_length`` bounds a match in characters, ``examples`` and
    ``near_misses`` are generators expanded by the tests.
    """

    id: str
    title: str
    pattern: str
    gate: tuple[str, ...]
    max_length: int
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    prefix: int = 0
    severity: str = "critical"
    revoke: str = ""
    specificity: str = "provider"
    mask: str = "provider"
    min_entropy: float = 0.0
    bare: bool = False


def load_providers() -> tuple[Provider, ...]:
    """The rows of ``providers.toml``, in order."""
    data = tomllib.loads((files("mlsec_lab.rules.secrets") / "providers.toml").read_text("utf-8"))
    return tuple(_provider(row) for row in data["provider"])


def _provider(row: dict[str, Any]) -> Provider:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Provider(**{**row, **lists})


def compile_pattern(provider: Provider) -> re.Pattern[str]:
    """The row's pattern between token boundaries (``bare`` rows carry their own)."""
    return re.compile(provider.pattern if provider.bare else f"{_BEFORE}(?:{provider.pattern}){_AFTER}")


def _find(pattern: re.Pattern[str], provider: Provider, surface: Surface) -> Iterator[Match]:
    for match in pattern.finditer(surface.text):
        group = "value" if "value" in pattern.groupindex else 0
        value = match.group(group)
        if not value or is_placeholder(value[provider.prefix :]) or entropy(value) < provider.min_entropy:
            # Documented example keys and placeholders: counted, not listed.
            if value and "EXAMPLE" in value:
                yield _match(provider, match.start(group), value, documented=True)
            continue
        yield _match(provider, match.start(group), value, documented=False)


def _match(provider: Provider, start: int, value: str, *, documented: bool) -> Match:
    return Match(
        rule_id=provider.id,
        start=start,
        end=start + len(value),
        value=value,
        prefix=value[: provider.prefix],
        severity="info" if documented else None,
        confidence="low" if documented else None,
        properties={"provider": provider.id.partition("/")[2]},
    )


def _rule(provider: Provider) -> Rule:
    where = f" Revoke it at {provider.revoke}." if provider.revoke else ""
    return Rule(
        id=provider.id,
        title=provider.title,
        severity=provider.severity,  # type: ignore[arg-type]
        specificity=provider.specificity,  # type: ignore[arg-type]
        mask=provider.mask,  # type: ignore[arg-type]
        remediation=f"{ROTATE}.{where}",
        references=(provider.revoke,) if provider.revoke else (),
        check_surface=partial(_find, compile_pattern(provider), provider),
    )


PROVIDERS = load_providers()
PROVIDER_RULES = tuple(_rule(provider) for provider in PROVIDERS)
PROVIDER_GATES: dict[str, tuple[str, ...]] = {provider.id: provider.gate for provider in PROVIDERS}
