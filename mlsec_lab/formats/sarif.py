"""SARIF 2.1.0 (OASIS), for code scanning: regions are lines of the ``.ipynb`` file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.report import Report, Suppressed
from mlsec_lab.core.rule import Rule

from .clean import clean
from .words import cell_name, where

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
#: GitHub reads these as CVSS-like scores.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}
_DRIVE = re.compile(r"[A-Za-z]:/")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(report: Report, rules: Sequence[Rule] = (), width: int | None = None, colour: bool = False) -> str:
    """The report as one SARIF run. Checks that did not run are notifications; suppressed findings say by what."""
    used = sorted({f.rule_id for f in report.findings} | {s.rule_id for s in report.suppressed})
    by_id = {rule.id: rule for rule in rules}
    index = {rule_id: number for number, rule_id in enumerate(used)}
    run = {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "semanticVersion": report.tool.version,
                "rules": [_rule(rule_id, by_id.get(rule_id)) for rule_id in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [
            *(_result(finding, index) for finding in report.findings),
            *(_suppressed(row, index) for row in report.suppressed),
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule_id: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": rule_id}
    return {
        "id": rule_id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.remediation or rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["security", rule.category], "security-severity": _SCORES[rule.severity]},
    }


def _artifact(path: str) -> dict[str, str]:
    if _DRIVE.match(path):
        return {"uri": f"file:///{quote(path, safe='/:')}"}
    return {"uri": f"{'file://' if path.startswith('/') else ''}{quote(path, safe='/')}"}


def _text(text: str) -> dict[str, str]:
    """A message. What comes from outside cannot make a link: SARIF reads ``[text](address)`` as one."""
    return {"text": clean(text).replace("](", "] (")}


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    place = finding.location
    pointer = "" if place.cell_index is None else f"/cells/{place.cell_index}"
    return {
        "ruleId": finding.rule_id,
        "ruleIndex": index[finding.rule_id],
        "level": _LEVELS[finding.severity],
        "message": _text(f"{finding.message} ({where(place)}). {finding.remediation}".rstrip()),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(place.path),
                    "region": {"startLine": place.file_line or 1},
                },
                "logicalLocations": [
                    {"name": cell_name(place.cell_index), "fullyQualifiedName": f"{place.path}#{pointer}/{place.surface}"}
                ],
            }
        ],
        "partialFingerprints": {"mlsec/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "preview": finding.preview,
            "cell_index": place.cell_index,
            "surface": place.surface,
            "output_index": place.output_index,
            "line": place.line,
            "column": place.column,
        },
    }


def _suppressed(row: Suppressed, index: dict[str, int]) -> dict[str, Any]:
    kind = "inSource" if row.by == "inline" else "external"
    return {
        "ruleId": row.rule_id,
        "ruleIndex": index[row.rule_id],
        "message": {"text": f"Suppressed by {row.by}."},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(row.path)}}],
        "partialFingerprints": {"mlsec/v1": row.fingerprint},
        "suppressions": [{"kind": kind, "status": "accepted", "justification": clean(row.reason or f"by {row.by}")}],
    }


def _invocation(report: Report) -> dict[str, Any]:
    notes: list[dict[str, Any]] = [
        {
            "level": "error" if row.status == "failed" else "note",
            "message": _text(f"Check {row.check} {row.status}: {row.reason or 'no reason given'}"),
        }
        for row in report.checks
        if row.status != "ran"
    ]
    notes += [
        {
            "level": "error",
            "message": {"text": f"Input {row.status}."},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(row.path)}}],
        }
        for row in report.inputs
        if row.status != "scanned"
    ]
    return {"executionSuccessful": report.summary.complete, "toolExecutionNotifications": notes}
