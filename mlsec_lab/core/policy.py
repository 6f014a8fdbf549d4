"""What to look for, what to let pass, and when to fail. Frozen; built by ``engine.policy`` from files and flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .rule import Confidence, Severity

FailOn = Literal["critical", "high", "medium", "low", "info", "never"]

#: Folders that a recursive scan never enters.
DEFAULT_EXCLUDES: tuple[str, ...] = (".ipynb_checkpoints", ".venv", "node_modules", ".git")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one notebook's scan. Bytes are of the file; depth is JSON nesting; time and memory are the worker's."""

    max_bytes: int = 256 * 1024 * 1024
    max_depth: int = 200
    max_cells: int = 100_000
    max_surfaces: int = 2_000_000
    max_seconds: float = 60.0
    max_memory: int = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that somebody accepted, why, and until when. Empty selectors match everything; at least one is set."""

    reason: str
    rule: str | None = None
    path: str | None = None
    fingerprint: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The merged policy of one run. ``root`` is the folder that finding paths and fingerprints are relative to.

    ``trusted`` says whether inline waivers (and whatever else comes with the notebook) may loosen.
    """

    root: str = "."
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: FailOn = "high"
    min_confidence: Confidence = "medium"
    require: tuple[str, ...] = ()
    allow_incomplete: bool = False
    exclude: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    baseline: str | None = None
    trusted: bool = True
    limits: Limits = field(default_factory=Limits)
    sources: tuple[str, ...] = ()

    def enabled(self, rule_id: str) -> bool:
        """Whether a rule is selected and not ignored; entries are rule ids or categories."""
        category = rule_id.partition("/")[0]
        names = {rule_id, category}
        return (not self.select or not names.isdisjoint(self.select)) and names.isdisjoint(self.ignore)
