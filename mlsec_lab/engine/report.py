"""Many notebook scans → one report, and the exit status that it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow, Report, Summary, Suppressed, Tool, count_categories, count_severities
from mlsec_lab.core.rule import SEVERITIES
from mlsec_lab.rules import rules_version

from .baseline import Baseline, read_baseline
from .checks import images_row, unread_rows
from .scan import NotebookScan

_WORST = {"failed": 0, "ran": 1, "skipped": 2}
#: How many different failures a row tells; the others are counted.
_MAX_REASONS = 5


def tool_version() -> str:
    """The installed package's version, else the source tree's."""
    try:
        return version("mlsec-lab")
    except PackageNotFoundError:
        from mlsec_lab._version import __version__

        return __version__


def merge(scans: Sequence[NotebookScan], policy: Policy, duration_ms: float, *, baseline: Baseline | None = None) -> Report:
    """One report of many scans, in their order. Applies the baseline, which counts over the whole run.

    ``baseline`` is the policy's, already read; without it the policy's file is read here (raises ``ConfigError``).
    """
    if baseline is None:
        baseline = read_baseline(Path(policy.baseline)) if policy.baseline else Baseline({})
    taker = baseline.open()
    findings: list[Finding] = []
    suppressed: list[Suppressed] = []
    for scan in scans:
        suppressed.extend(scan.suppressed)
        for finding in scan.findings:
            by = taker.take(finding, scan.former.get(finding.fingerprint, ()))
            if by is None:
                findings.append(finding)
            else:
                suppressed.append(by)
    rows = tuple(_merge_rows(scans))
    inputs = tuple(scan.input for scan in scans)
    complete = (
        all(row.status != "failed" for row in rows)
        and all(row.status != "limited" for row in inputs)
        and not missing_checks(rows, policy)
    )
    summary = Summary(
        notebooks=len(scans),
        cells=sum(row.cells for row in inputs),
        surfaces=sum(scan.surfaces for scan in scans),
        bytes=sum(row.bytes for row in inputs),
        duration_ms=round(duration_ms, 1),
        by_severity=count_severities(tuple(findings)),
        by_category=count_categories(tuple(findings)),
        below_confidence=sum(scan.below for scan in scans),
        complete=complete,
    )
    tool = Tool(version=tool_version(), rules_version=rules_version())
    return Report(tool, summary, rows, tuple(findings), tuple(suppressed), inputs)


def missing_checks(rows: Sequence[CheckRow], policy: Policy) -> list[str]:
    """Required checks that did not run."""
    ran = {row.check for row in rows if row.status == "ran"}
    return [name for name in policy.require if name not in ran]


def exit_status(report: Report, policy: Policy) -> int:
    """0: nothing at or above ``fail_on``; 1: something; 2: the run is incomplete and that is not allowed."""
    if not report.summary.complete and not policy.allow_incomplete:
        return 2
    if policy.fail_on == "never":
        return 0
    bad = SEVERITIES[: SEVERITIES.index(policy.fail_on) + 1]
    return int(any(finding.severity in bad for finding in report.findings))


def _merge_rows(scans: Sequence[NotebookScan]) -> Iterator[CheckRow]:
    """One row for each check: failed where it failed once, else run where it ran once. Different failures are all told."""
    rows: dict[str, CheckRow] = {}
    failures: dict[str, dict[str, None]] = {}
    for checks in [scan.checks for scan in scans] or [tuple(unread_rows())]:
        for row in checks:
            known = rows.get(row.check)
            if known is None or _WORST[row.status] < _WORST[known.status]:
                rows[row.check] = row
            if row.status == "failed":
                failures.setdefault(row.check, {})[row.reason or "It failed."] = None
    for name, row in rows.items():
        yield row if row.status != "failed" else CheckRow(name, "failed", _told(list(failures[name])), row.enable)
    media = sum(scan.media for scan in scans)
    if media:
        yield images_row(media)


def _told(reasons: list[str]) -> str:
    more = len(reasons) - _MAX_REASONS
    return "; ".join(reasons[:_MAX_REASONS]) + (f"; and {more} more" if more > 0 else "")
