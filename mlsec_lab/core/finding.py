"""What a report says about one leak or risk: no value, ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .location import Location
from .rule import Confidence, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One leak in one place (contract: "The JSON report"). ``preview`` is masked; ``fingerprint`` is ``mf1:`` + 32 hex."""

    rule_id: str
    category: str
    severity: Severity
    confidence: Confidence
    message: str
    location: Location
    preview: str
    fingerprint: str
    remediation: str = ""
    references: tuple[str, ...] = ()
    properties: Mapping[str, object] = field(default_factory=dict)
