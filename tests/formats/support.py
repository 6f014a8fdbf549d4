"""A report with one of everything that an exporter must show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.location import Location
from mlsec_lab.core.report import (
    CheckRow,
    InputRow,
    Report,
    Summary,
    Suppressed,
    Tool,
    count_categories,
    count_severities,
)
from mlsec_lab.rules import catalogue
from tests.fakes import openai_key

#: What a provider mask shows of a fake key.
PREVIEW = f"sk-proj-…{openai_key('formats')[-4:]}"
#: A name that rings, colours, retitles the window, turns direction, hides, and breaks a line.
HOSTILE = "a\x07\x1b[31m\x1b]0;x\x9b\u202e\u200b\n[x](y) {0}.ipynb"
RULES = catalogue()

KEY = Finding(
    "secret/openai-api-key",
    "secret",
    "critical",
    "high",
    "OpenAI API key in a code cell",
    Location("train.ipynb", 3, "a1b2", "source", None, None, 2, 11, 2, 175, None, 41),
    PREVIEW,
    "mf1:" + "1" * 32,
    "Rotate it first.",
    ("https://example.org/keys",),
    {"provider": "openai"},
)
OUTPUT = replace(
    KEY,
    rule_id="secret/password",
    severity="high",
    message="Password in an output",
    location=Location("train.ipynb", 0, None, "output", 1, "text/html", 5, 1, None, None, None, 12),
    preview="••••••••",
    fingerprint="mf1:" + "2" * 32,
    references=(),
    properties={},
)
METADATA = replace(
    OUTPUT,
    severity="medium",
    confidence="medium",
    message="Password in the notebook's metadata",
    location=Location("sub/b c.ipynb", None, None, "metadata", None, None, 1, 1),
    fingerprint="mf1:" + "3" * 32,
    remediation="",
)
ATTACHMENT = replace(
    KEY,
    severity="low",
    message="OpenAI API key in an attachment",
    location=Location("sub/b c.ipynb", 9, "x", "attachment", None, "text/plain", 7, 3),
    fingerprint="mf1:" + "4" * 32,
)
BROKEN = Finding(
    "notebook/unreadable",
    "notebook",
    "high",
    "high",
    "The file is not JSON.",
    Location(HOSTILE),
    "",
    "mf1:" + "5" * 32,
    "Restore the file.",
)
FINDINGS = (OUTPUT, KEY, METADATA, ATTACHMENT, BROKEN)


def report(*findings: Finding, complete: bool = True, below: int = 0, **more: Any) -> Report:
    """A report of findings, with the totals that belong to them."""
    summary = Summary(3, 1012, 40, 48_120_000, 12.4, count_severities(findings), count_categories(findings), below, complete)
    checks = (CheckRow("secret", "ran"), CheckRow("pii", "skipped", "Not part of this version."))

    plain = Report(Tool("1.2.3", "r1"), summary, checks, findings)
    return replace(plain, **more)


def full() -> Report:
    """Findings of every kind, suppressed ones, checks and inputs that went wrong."""
    return report(
        *FINDINGS,
        complete=False,
        below=2,
        checks=(
            CheckRow("secret", "failed", f"{HOSTILE}: it took too long"),
            CheckRow("pii", "skipped", "Not part of this version."),
            CheckRow("code", "skipped", "Not part of this version."),
            CheckRow("pii/images", "skipped", "2 images are not read.", "mlsec enable images"),
            CheckRow("content", "ran"),
        ),
        suppressed=(
            Suppressed("mf1:" + "6" * 32, "secret/jwt", "train.ipynb", "inline", "made\x1b up [x](y)"),
            Suppressed("mf1:" + "7" * 32, "secret/password", "/abs/c.ipynb", "waiver", "old", "2027-01-31"),
            Suppressed("mf1:" + "8" * 32, "pii/email", "C:/d e.ipynb", "baseline"),
        ),
        inputs=(InputRow("train.ipynb", 48_120, 9, "scanned"), InputRow(HOSTILE, 3, 0, "unreadable")),
    )
