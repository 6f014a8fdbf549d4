"""What keeps a finding off the list: an inline comment, a waiver. Never silently: each is reported.

``# mlsec: ignore[secret/password, …] why`` counts for secrets, personal data, code and dependencies that are found on the
same line of a cell's source (on the first or the last line of a value that spans several), where the policy trusts the
folder. The rules or categories must be named: a bare ``# mlsec: ignore`` would hide what nobody has seen yet, so it does
nothing. Findings about the notebook itself (``notebook/*``) are never kept off the list.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.policy import Policy, Waiver
from mlsec_lab.core.report import Suppressed, SuppressedBy

_INLINE = re.compile(
    r"#[ \t]*mlsec:[ \t]*ignore\[(?P<rules>[a-z0-9/, \t-]{1,200})\][ \t]*(?P<reason>(?:(?!#[ \t]*mlsec:)[^\n]){0,200})"
)
_NEVER_INLINE = ("content", "model", "notebook")


@dataclass(frozen=True, slots=True)
class InlineWaiver:
    """An inline comment: the rules or categories that it names, and the reason as it stands there."""

    rules: frozenset[str]
    reason: str


def inline_waivers(raw: str, start: int, end: int) -> list[InlineWaiver]:
    """The inline comments on the first and the last line of ``raw[start:end]``."""
    first = raw[raw.rfind("\n", 0, start) + 1 : _line_end(raw, start)]
    last_start = raw.rfind("\n", 0, max(start, end - 1)) + 1
    lines = [first] if last_start <= start else [first, raw[last_start : _line_end(raw, last_start)]]
    return [
        InlineWaiver(frozenset(name.strip() for name in found["rules"].split(",")), found["reason"].strip())
        for line in lines
        for found in _INLINE.finditer(line)
    ]


def inline(finding: Finding, names: Collection[str], comments: Collection[InlineWaiver], policy: Policy) -> Suppressed | None:
    """The suppression by an inline comment. ``names`` are the rule's id, category and former ids."""
    if not policy.trusted or finding.category in _NEVER_INLINE:
        return None
    for comment in comments:
        if not comment.rules.isdisjoint(names):
            return suppressed(finding, "inline", comment.reason or None, None)
    return None


def waived(finding: Finding, names: Collection[str], former: Collection[str], policy: Policy, today: date) -> Suppressed | None:
    """The suppression by the first waiver that matches and has not expired. ``former`` are older fingerprints."""
    for waiver in policy.waivers:
        if finding.category != "notebook" and _matches(waiver, finding, names, former) and not expired(waiver, today):
            return suppressed(finding, "waiver", waiver.reason, waiver.expires.isoformat() if waiver.expires else None)
    return None


def expired_waiver(
    finding: Finding, names: Collection[str], former: Collection[str], policy: Policy, today: date
) -> Waiver | None:
    """A waiver that would match if it had not expired; the finding then says so."""
    return next((w for w in policy.waivers if expired(w, today) and _matches(w, finding, names, former)), None)


def expired(waiver: Waiver, today: date) -> bool:
    """Whether a waiver's last day is over."""
    return waiver.expires is not None and waiver.expires < today


def suppressed(finding: Finding, by: SuppressedBy, reason: str | None, expires: str | None) -> Suppressed:
    """The report's row for a finding that is kept off the list."""
    return Suppressed(finding.fingerprint, finding.rule_id, finding.location.path, by, reason, expires)


def _matches(waiver: Waiver, finding: Finding, names: Collection[str], former: Collection[str]) -> bool:
    return (
        (waiver.rule is None or waiver.rule in names)
        and (waiver.fingerprint is None or waiver.fingerprint in (finding.fingerprint, *former))
        and (waiver.path is None or fnmatchcase(finding.location.path, waiver.path))
    )


def _line_end(raw: str, start: int) -> int:
    end = raw.find("\n", start)
    return len(raw) if end < 0 else end
