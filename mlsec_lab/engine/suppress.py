"""What keeps a finding off the list: an inline comment, a waiver, a baseline. Never silently: each is reported."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import ConfigError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.policy import Policy, Waiver
from mlsec_lab.core.report import Suppressed

_INLINE = re.compile(r"#[ \t]*mlsec:[ \t]*ignore\[(?P<rules>[a-z0-9/, -]{1,200})\][ \t]*(?P<reason>[^\n]{0,200})")
_NEVER_INLINE = ("content", "model", "notebook")


def inline(finding: Finding, source_line: str, policy: Policy) -> Suppressed | None:
    """The inline waiver ``# mlsec: ignore[rule] reason`` on the finding's own source line, where the policy trusts it."""
    if not policy.trusted or finding.category in _NEVER_INLINE:
        return None
    found = _INLINE.search(source_line)
    if found is None:
        return None
    names = {name.strip() for name in found["rules"].split(",")}
    if names.isdisjoint({finding.rule_id, finding.category}):
        return None
    return _suppressed(finding, "inline", found["reason"].strip() or None, None)


def waived(finding: Finding, policy: Policy, today: date) -> Suppressed | None:
    """The first waiver that matches a finding and has not expired."""
    for waiver in policy.waivers:
        if finding.category != "notebook" and _matches(waiver, finding) and not expired(waiver, today):
            expires = waiver.expires.isoformat() if waiver.expires else None
            return _suppressed(finding, "waiver", waiver.reason, expires)
    return None


def expired_waiver(finding: Finding, policy: Policy, today: date) -> Waiver | None:
    """A waiver that would match if it had not expired; the finding then says so."""
    return next((w for w in policy.waivers if _matches(w, finding) and expired(w, today)), None)


def expired(waiver: Waiver, today: date) -> bool:
    """Whether a waiver's last day is over."""
    return waiver.expires is not None and waiver.expires < today


def _matches(waiver: Waiver, finding: Finding) -> bool:
    return (
        (waiver.rule is None or waiver.rule in (finding.rule_id, finding.category))
        and (waiver.fingerprint is None or waiver.fingerprint == finding.fingerprint)
        and (waiver.path is None or fnmatchcase(finding.location.path, waiver.path))
    )


def _suppressed(finding: Finding, by: Any, reason: str | None, expires: str | None) -> Suppressed:
    return Suppressed(finding.fingerprint, finding.rule_id, finding.location.path, by, reason, expires)


class Baseline:
    """A multiset of accepted findings: fingerprint → how many. One that occurs more often than accepted is listed."""

    def __init__(self, counts: dict[str, int]) -> None:
        self._left = Counter(counts)

    def take(self, finding: Finding) -> Suppressed | None:
        """The suppression of a finding that the baseline still has room for."""
        if finding.category == "notebook" or self._left[finding.fingerprint] <= 0:
            return None
        self._left[finding.fingerprint] -= 1
        return _suppressed(finding, "baseline", None, None)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file. Raises ``ConfigError`` when it is missing or has another shape."""
    try:
        data = json.loads(path.read_text("utf-8"))
        counts = {str(key): int(row["count"]) for key, row in data["findings"].items()}
    except OSError as error:
        raise ConfigError("The baseline cannot be read.", path=str(path), hint="Make it with --write-baseline.") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError("This is not a baseline.", path=str(path), hint="Make it anew with --write-baseline.") from None
    return Baseline(counts)


def baseline_text(findings: Iterable[Finding]) -> str:
    """A baseline of findings as text: sorted, one entry for each fingerprint, no value and no place inside a cell."""
    rows: dict[str, dict[str, object]] = {}
    counts = Counter(finding.fingerprint for finding in findings)
    for finding in findings:
        rows[finding.fingerprint] = {
            "rule": finding.rule_id,
            "path": finding.location.path,
            "count": counts[finding.fingerprint],
        }
    return json.dumps({"version": 1, "findings": dict(sorted(rows.items()))}, indent=2, ensure_ascii=False) + "\n"
