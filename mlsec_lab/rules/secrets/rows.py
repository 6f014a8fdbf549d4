"""The rows of ``providers.toml``: one row is one rule."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from mlsec_lab.core.rule import Confidence, Mask, Rule, Severity, Specificity

# A token never starts in the middle of a word, save after an escaped line break in a string literal.
_BEFORE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))"
_AFTER = r"(?![A-Za-z0-9])"
ROTATE = "Rotate first: whoever saw the notebook has it."
STORE = "Then read it from the environment or a secret store."

Check = Literal["token", "aws", "crc32", "jwt", "pem", "url"]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What both kinds of rows say.

    ``title`` is a noun phrase, ``env`` the variable that usually holds the value, ``grants`` what its holder can do,
    ``revoke`` where to revoke it. ``examples`` and ``near_misses`` are generators, expanded by tests and rule pages.
    """

    id: str
    title: str
    env: str
    grants: str
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    revoke: str = ""
    references: tuple[str, ...] = ()
    severity: Severity = "critical"
    confidence: Confidence = "high"
    mask: Mask = "provider"

    @property
    def provider(self) -> str:
        """The id without its category."""
        return self.id.partition("/")[2]

    @property
    def remediation(self) -> str:
        """What to do, in order."""
        where = f" Revoke it at {self.revoke}." if self.revoke else ""
        return f"{ROTATE}{where} {STORE}"


class Provider(Row, frozen=True, forbid_unknown_fields=True):
    """A value known by its format.

    ``pattern`` finds the value (its group ``value`` where it has one) between token boundaries, or by itself where
    ``bare``; it is empty where only the ``plugin`` (``module:class`` of detect-secrets) knows the format.

    A match needs one of these literals (``gate.py``): ``starts`` begin a token in a run of 16 letters, digits, ``_`` and
    ``-``; ``heads`` stand right before such a run and end in a dot; ``inside`` stand in texts with a run of 36 characters
    of keys and URLs; ``beside`` stand somewhere, whatever their case, in texts with a token of 24; ``anywhere`` stand
    somewhere. ``shape`` is for values without literals.
    ``probe`` is what must match from the literal on. A match with what stands around it is no longer than
    ``max_length`` characters. ``prefix`` is a pattern of the value's public prefix; ``check`` names what else must hold.
    """

    pattern: str = ""
    starts: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    max_length: int = 0
    prefix: str = ""
    specificity: Specificity = "provider"
    check: Check = "token"
    bare: bool = False
    probe: str = ""
    plugin: str = ""
    shape: str = ""
    min_entropy: float = 3.0

    @property
    def literals(self) -> tuple[str, ...]:
        """Every gate literal."""
        return (*self.starts, *self.heads, *self.inside, *self.beside, *self.anywhere)


class Named(Row, frozen=True, forbid_unknown_fields=True):
    """A value known by the name beside it: ``name`` is searched in what stands before it, ``value`` is its whole shape."""

    name: str = ""
    value: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    provider: tuple[Provider, ...]
    named: tuple[Named, ...]


@cache
def _load() -> _File:
    text = (files("mlsec_lab.rules.secrets") / "providers.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def providers() -> tuple[Provider, ...]:
    """The rows known by their format, in the file's order."""
    return _load().provider


def named() -> tuple[Named, ...]:
    """The rows known by a name, in the file's order: the first that fits wins."""
    return _load().named


@cache
def pattern_of(row: Provider) -> re.Pattern[str]:
    """A row's compiled pattern, between token boundaries unless the row is bare."""
    return re.compile(row.pattern if row.bare else f"{_BEFORE}(?:{row.pattern}){_AFTER}")


@cache
def probe_of(row: Provider) -> re.Pattern[str] | None:
    """A row's compiled probe."""
    return re.compile(row.probe) if row.probe else None


@cache
def _prefix_pattern(row: Provider) -> re.Pattern[str]:
    return re.compile(row.prefix)


def prefix_of(row: Provider, value: str) -> str:
    """The public prefix of a value of a row's format, or nothing."""
    found = _prefix_pattern(row).match(value)
    return found.group() if found else ""


def metadata(row: Row, specificity: Specificity) -> Rule:
    """A row as a rule without its hook."""
    return Rule(
        id=row.id,
        title=row.title,
        severity=row.severity,
        confidence=row.confidence,
        specificity=specificity,
        mask=row.mask,
        remediation=row.remediation,
        references=(*((row.revoke,) if row.revoke else ()), *row.references),
    )
