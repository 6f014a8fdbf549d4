"""Rules and what they yield."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .notebook import Notebook, Surface

Category = Literal["secret", "pii", "dependency", "code", "model", "content", "server", "notebook", "card"]
Severity = Literal["critical", "high", "medium", "low", "info"]
Confidence = Literal["high", "medium", "low"]

#: From worst to least.
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")

#: How much a rule knows about what it matched. Where matches overlap the highest wins (contract: provider > URL > named >
#: generic > entropy; secret > pii).
Specificity = Literal["provider", "url", "named", "generic", "entropy", "pii"]
SPECIFICITIES: tuple[Specificity, ...] = ("provider", "url", "named", "generic", "entropy", "pii")

#: What of a value a report may show: its public prefix and last four characters, or nothing at all.
Mask = Literal["provider", "fixed"]


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule saw. The only object near a raw value; it never leaves the engine.

    ``start`` and ``end`` are offsets of the value in ``surface.text``; ``value`` is the normalised value (joined where
    the source splits it). ``prefix`` is the public prefix that a provider mask may show. ``confidence``, ``severity`` and
    ``message`` override the rule's own.
    """

    rule_id: str
    start: int
    end: int
    value: str = field(repr=False)
    prefix: str = ""
    confidence: Confidence | None = None
    severity: Severity | None = None
    message: str | None = field(default=None, repr=False)
    table_column: str | None = field(default=None, repr=False)
    properties: Mapping[str, object] = field(default_factory=dict, repr=False)


SurfaceHook = Callable[[Surface], Iterable[Match]]
NotebookHook = Callable[[Notebook], Iterable[tuple[Surface, Match]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Metadata and one hook. ``id`` is ``category/kebab-name``; ``title`` is a noun phrase ("OpenAI API key")."""

    id: str
    title: str
    severity: Severity
    confidence: Confidence = "high"
    specificity: Specificity = "provider"
    mask: Mask = "fixed"
    remediation: str = ""
    references: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    check_surface: SurfaceHook | None = None
    check_notebook: NotebookHook | None = None

    @property
    def category(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]


class Check(Protocol):
    """A family of rules: one row of the report's ``checks``.

    ``candidates`` is the gate: the rules that may match a surface. It must be sound (never leave out a rule that would
    match) and cheap; the engine then runs each candidate's hook by itself, so that one that raises stops no other.
    """

    @property
    def name(self) -> str:
        """The row's name, such as ``secret``."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of the family."""

    def candidates(self, surface: Surface) -> Iterable[Rule]:
        """The rules that may match ``surface``."""


@dataclass(frozen=True, slots=True)
class Family:
    """The simplest ``Check``: every rule is a candidate everywhere unless ``gate`` says otherwise."""

    name: str
    rules: tuple[Rule, ...]
    gate: Callable[[Surface], Iterable[Rule]] | None = None

    def candidates(self, surface: Surface) -> Iterable[Rule]:
        """The rules that may match ``surface``."""
        return self.rules if self.gate is None else self.gate(surface)
