"""The report for a person at a terminal: by notebook, worst first, and what was not checked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.report import Report
from mlsec_lab.core.rule import SEVERITIES, Rule

from .clean import clean
from .words import where

_STYLES = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "low": "cyan", "info": "dim"}


def render_table(report: Report, rules: Sequence[Rule] = (), width: int | None = None, colour: bool = False) -> str:
    """Lines of at most ``width`` characters where the text allows it; severities are words, colour only repeats them."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width or 100,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        soft_wrap=False,
    )
    for line in _lines(report):
        console.print(line)
    return stream.getvalue()


def _lines(report: Report) -> Iterator[Text]:
    for path, group in groupby(report.findings, key=lambda finding: finding.location.path):
        yield Text(clean(path), style="bold underline")
        for finding in sorted(group, key=_order):
            yield from _finding(finding)
        yield Text()
    yield _summary(report)
    yield from _unfinished(report)


def _order(finding: Finding) -> tuple[int, int, int]:
    place = finding.location
    return SEVERITIES.index(finding.severity), -1 if place.cell_index is None else place.cell_index, place.line or 0


def _finding(finding: Finding) -> Iterator[Text]:
    line = Text("  ")
    line.append(f"{finding.severity:<8}", style=_STYLES[finding.severity])
    line.append(f"  {where(finding.location):<22}  ")
    line.append(clean(finding.message))
    if finding.preview:
        line.append(f"  {clean(finding.preview)}", style="bold")
    yield line
    yield Text(f"            {finding.rule_id} · {finding.confidence} confidence · {finding.fingerprint}", style="dim")
    if finding.remediation:
        yield Text(f"            {clean(finding.remediation)}", style="italic")


def _summary(report: Report) -> Text:
    total = report.summary
    counts = [f"{total.by_severity[name]} {name}" for name in SEVERITIES if total.by_severity.get(name)]
    found = f"{len(report.findings)} finding{'s' * (len(report.findings) != 1)}"
    text = Text()
    text.append(f"{found} ({', '.join(counts)})" if counts else "No findings", style="bold")
    text.append(
        f" in {total.notebooks} notebook{'s' * (total.notebooks != 1)}, {total.cells:,} cells, {total.bytes / 1e6:.1f} MB."
    )
    if total.below_confidence:
        text.append(f" {total.below_confidence} more below the confidence asked for (--min-confidence low lists them).")
    if report.suppressed:
        text.append(f" {len(report.suppressed)} suppressed by waivers, comments or a baseline.")
    return text


def _unfinished(report: Report) -> Iterator[Text]:
    if not report.summary.complete:
        yield Text("The scan is incomplete.", style="bold red")
    for row in (row for row in report.checks if row.status == "failed"):
        yield Text(f"  Failed: {clean(row.check)}: {clean(row.reason or '')}", style="red")
    skipped = [row for row in report.checks if row.status == "skipped"]
    reasons: dict[str, list[str]] = {}
    for row in skipped:
        reasons.setdefault(f"{row.reason or ''}{f' Enable it with: {row.enable}' if row.enable else ''}", []).append(row.check)
    for reason, names in reasons.items():
        yield Text(f"Not checked: {clean(', '.join(names))}. {clean(reason)}", style="dim")
