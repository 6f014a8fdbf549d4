"""The report: what every front shows and every exporter translates."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .finding import Finding

SCHEMA_VERSION = "1.0"

CheckStatus = Literal["ran", "skipped", "failed"]
InputStatus = Literal["scanned", "unreadable", "limited"]
SuppressedBy = Literal["waiver", "inline", "baseline"]


@dataclass(frozen=True, slots=True)
class Tool:
    """Which program and which rules made the report."""

    version: str
    rules_version: str
    name: str = "mlsec-lab"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """Whether a check family ran; ``enable`` is the command that would enable a skipped one."""

    check: str
    status: CheckStatus
    reason: str | None = None
    enable: str | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a waiver, an inline comment or the baseline keeps off the list."""

    fingerprint: str
    rule_id: str
    path: str
    by: SuppressedBy
    reason: str | None = None
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class InputRow:
    """One file that was asked for, and how it went. ``bytes`` is its size."""

    path: str
    bytes: int
    cells: int
    status: InputStatus


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals. ``complete`` is false when a check failed, a limit was hit, or a required check did not run."""

    notebooks: int
    cells: int
    surfaces: int
    bytes: int
    duration_ms: float
    by_severity: dict[str, int]
    by_category: dict[str, int]
    below_confidence: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The whole result, in the shape of the contract's JSON."""

    tool: Tool
    summary: Summary
    checks: tuple[CheckRow, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    inputs: tuple[InputRow, ...] = ()
    schema_version: str = SCHEMA_VERSION

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values, keys in the contract's order."""
        data = asdict(self)
        version = data.pop("schema_version")
        tool = {"name": self.tool.name, "version": self.tool.version, "rules_version": self.tool.rules_version}
        return {"schema_version": version, **data, "tool": tool}


def count_severities(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Number of findings by severity; severities without findings are left out."""
    return dict(Counter(finding.severity for finding in findings))


def count_categories(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Number of findings by category."""
    return dict(Counter(finding.category for finding in findings))
