"""A report as text and as HTML. What comes from outside (paths, ids, names) is escaped for its target."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

from mlsec_lab.core.rule import SEVERITIES

from .copies import SESSION_PATH

#: Findings that one view lists; all of them are in ``.frame`` and ``.report``.
MAX_ROWS = 200

_STYLE = "line-height:1.4;text-align:left;vertical-align:top;padding:2px 8px"
_CELL = f'style="{_STYLE}"'
_PREVIEW = f'style="{_STYLE};white-space:nowrap"'
_NOTE = 'style="line-height:1.4;margin:4px 0"'
_HEADERS = ("Severity", "What", "Where", "Preview", "What to do")


def sorted_findings(report: dict[str, Any], severities: Collection[str] = SEVERITIES) -> list[dict[str, Any]]:
    """The findings of some severities, the worst first, then as the report has them."""
    chosen = [finding for finding in report["findings"] if finding["severity"] in severities]
    return sorted(chosen, key=lambda finding: SEVERITIES.index(finding["severity"]))


def headline(report: dict[str, Any]) -> str:
    """How many findings of which severity, and whether the scan was complete."""
    counts = report["summary"]["by_severity"]
    parts = [f"{counts[severity]} {severity}" for severity in SEVERITIES if counts.get(severity)]
    total = len(report["findings"])
    first = f"{_count(total, 'finding')}: {', '.join(parts)}." if total else "No findings in what was checked."
    return first if report["summary"]["complete"] else f"{first} THE SCAN IS INCOMPLETE: see what was not checked."


def not_checked(report: dict[str, Any]) -> list[str]:
    """What did not run or is not listed, one sentence each; never empty without a reason."""
    rows = [
        f"{row['check']} ({row['status']}): {row['reason'] or 'no reason given'}"
        + (f" Enable it with: {row['enable']}" if row["enable"] else "")
        for row in report["checks"]
        if row["status"] != "ran"
    ]
    rows += [f"{row['path']}: {row['status']}" for row in report["inputs"] if row["status"] != "scanned"]
    if report["summary"]["below_confidence"]:
        rows.append(f"{_count(report['summary']['below_confidence'], 'finding')} of low confidence not listed.")
    if report["suppressed"]:
        rows.append(f"{_count(len(report['suppressed']), 'finding')} suppressed by waivers, comments or the baseline.")
    return rows


def place(location: dict[str, Any], *, with_path: bool) -> str:
    """A finding's place in words. Cells and outputs count from 1 (the report: from 0), a session's by their prompt."""
    session = location["path"] == SESSION_PATH
    index = location["cell_index"]
    where = [] if session or not with_path else [location["path"]]
    if index is None:
        where.append("notebook metadata" if location["surface"] == "metadata" else location["surface"])
    elif session:
        where.append(f"{'In' if location['surface'] == 'source' else 'Out'}[{index}]")
    else:
        where.append(f"cell {index + 1}")
    if location["output_index"] is not None:
        where.append(f"output {location['output_index'] + 1} ({location['mime_type']})")
    elif index is not None and location["surface"] not in ("source", "output"):
        where.append(location["surface"])
    if location["line"] is not None:
        where.append(f"line {location['line']}")
    return ", ".join(where)


def render_text(report: dict[str, Any], notes: Sequence[str]) -> str:
    """The whole result as plain text; control and direction characters are made visible."""
    from mlsec_lab.formats.clean import clean

    lines = [headline(report), *notes]
    findings = sorted_findings(report)
    for finding in findings[:MAX_ROWS]:
        lines += ["", f"{finding['severity']:<8}  {finding['rule_id']}  {finding['preview']}".rstrip()]
        lines.append(f"          {finding['message']}: {place(finding['location'], with_path=_many(report))}")
        if finding["remediation"]:
            lines.append(f"          {finding['remediation']}")
    lines += _more(findings)
    missing = not_checked(report)
    if missing:
        lines += ["", "Not checked or not listed:", *(f"  {row}" for row in missing)]
    return "\n".join(clean(line) for line in lines)


def render_html(report: dict[str, Any], notes: Sequence[str]) -> str:
    """The whole result as HTML without scripts, for front ends without widgets."""
    return f'<div class="jp-mlsec-magic">{html_head(report, notes)}{html_table(report)}{html_not_checked(report)}</div>'


def html_head(report: dict[str, Any], notes: Sequence[str]) -> str:
    """Headline and notes."""
    lines = [f"<strong>{escape(headline(report))}</strong>", *(escape(note) for note in notes)]
    return "".join(f"<p {_NOTE}>{line}</p>" for line in lines)


def html_table(report: dict[str, Any], severities: Collection[str] = SEVERITIES) -> str:
    """The findings of some severities as a table."""
    findings = sorted_findings(report, severities)
    if not findings:
        return f"<p {_NOTE}>No findings of the chosen severities.</p>" if report["findings"] else ""
    head = "".join(f'<th scope="col" {_CELL}>{name}</th>' for name in _HEADERS)
    many = _many(report)
    rows = "".join(_html_row(finding, many) for finding in findings[:MAX_ROWS])
    more = "".join(f"<p {_NOTE}>{escape(line)}</p>" for line in _more(findings))
    return f'<table aria-label="Findings"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}'


def html_not_checked(report: dict[str, Any]) -> str:
    """The section of what was not checked; empty where nothing is missing."""
    rows = not_checked(report)
    if not rows:
        return ""
    items = "".join(f"<li>{escape(row)}</li>" for row in rows)
    opened = "" if report["summary"]["complete"] else " open"
    return f"<details{opened}><summary>Not checked or not listed ({len(rows)})</summary><ul>{items}</ul></details>"


def _html_row(finding: dict[str, Any], many: bool) -> str:
    cells = (
        escape(finding["severity"]),
        f"{escape(finding['message'])}<br><code>{escape(finding['rule_id'])}</code>",
        escape(place(finding["location"], with_path=many)),
        f"<code>{escape(finding['preview'])}</code>",
        escape(finding["remediation"]),
    )
    styles = (_CELL, _CELL, _CELL, _PREVIEW, _CELL)
    return "<tr>" + "".join(f"<td {style}>{cell}</td>" for style, cell in zip(styles, cells, strict=True)) + "</tr>"


def _many(report: dict[str, Any]) -> bool:
    return len([row for row in report["inputs"] if row["path"] != SESSION_PATH]) > 1


def _more(findings: Sequence[object]) -> list[str]:
    hidden = len(findings) - MAX_ROWS
    return [f"… and {hidden} more: they are in .frame and .report of the result."] if hidden > 0 else []


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
