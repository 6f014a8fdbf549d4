"""A worker that answers from a list, and reports to show."""

from __future__ import annotations

import json
from typing import Any

from mlsec_lab.core.errors import WorkerError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.location import Location
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow, InputRow
from mlsec_lab.engine.scan import NotebookScan


def finding(**changes: Any) -> Finding:
    location = changes.pop("location", Location("a.ipynb", 3, "c3", "source", None, None, 2, 11, 2, 62, None, 41))
    values: dict[str, Any] = {
        "rule_id": "secret/openai-api-key",
        "category": "secret",
        "severity": "critical",
        "confidence": "high",
        "message": "OpenAI API key in a code cell",
        "location": location,
        "preview": "sk-proj-…Qw4A",
        "fingerprint": "mf1:" + "0" * 32,
        "remediation": "Rotate it first.",
    }
    return Finding(**values | changes)


def scan_of(path: str, *findings: Finding, status: str = "ran") -> NotebookScan:
    reason = None if status == "ran" else "a rule raised"
    rows = (CheckRow("secret", status, reason), CheckRow("pii", "skipped", "Not part of this version."))
    return NotebookScan(InputRow(path, 10, 4, "scanned"), findings, (), rows, 5, 0)


def report_of(*findings: Finding, paths: tuple[str, ...] = ("a.ipynb",), status: str = "ran") -> dict[str, Any]:
    from mlsec_lab.engine import merge

    scans = [scan_of(path, *(findings if n == 0 else ()), status=status) for n, path in enumerate(paths)]
    return json.loads(json.dumps(merge(scans, Policy(), 1.0).to_dict()))


class FakeWorker:
    """Gives the findings it was made with for every notebook, and remembers what it was asked."""

    def __init__(self, *findings: Finding, live: Any = None) -> None:
        self.findings = findings
        self.live = live
        self.files: list[tuple[str, str]] = []
        self.notebooks: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.interrupted = False
        self.closed = 0

    def scan_file(self, path: str, shown: str, policy: Policy) -> NotebookScan:
        if self.interrupted:
            raise KeyboardInterrupt
        self.files.append((path, shown))
        return scan_of(shown, *self.findings)

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        self.notebooks.append(json.loads(data))
        return scan_of(shown)

    def live_update(self, session: str, message: bytes, shown: str, policy: Policy) -> Any:
        if self.live is None:
            raise WorkerError("The scan's process ended.")
        self.messages.append(json.loads(message))
        return self.live

    def close(self) -> None:
        self.closed += 1
