from __future__ import annotations

import json
from typing import Any

import msgspec
from inline_snapshot import snapshot

from mlsec_lab.core.report import Report
from mlsec_lab.formats import render_json

from .support import HOSTILE, KEY, full, report

#: The members of the contract's example, in its order.
FIELDS = {
    "": ["schema_version", "tool", "summary", "checks", "findings", "suppressed", "inputs"],
    "tool": ["name", "version", "rules_version"],
    "summary": [
        *("notebooks", "cells", "surfaces", "bytes", "duration_ms"),
        *("by_severity", "by_category", "below_confidence", "complete"),
    ],
    "checks": ["check", "status", "reason", "enable"],
    "findings": [
        *("rule_id", "category", "severity", "confidence", "message", "location"),
        *("preview", "fingerprint", "remediation", "references", "properties"),
    ],
    "location": [
        *("path", "cell_index", "cell_id", "surface", "output_index", "mime_type", "line", "column"),
        *("end_line", "end_column", "table_column", "file_line", "commit"),
    ],
    "suppressed": ["fingerprint", "rule_id", "path", "by", "reason", "expires"],
    "inputs": ["path", "bytes", "cells", "status"],
}


def test_members_and_their_order_are_the_contracts() -> None:
    data: dict[str, Any] = json.loads(render_json(full()))
    assert sorted(data) == sorted(FIELDS[""])
    for name in ("tool", "summary"):
        assert list(data[name]) == FIELDS[name]
    for name in ("checks", "findings", "suppressed", "inputs"):
        assert [list(row) for row in data[name]] == [FIELDS[name]] * len(data[name])
    assert [list(row["location"]) for row in data["findings"]] == [FIELDS["location"]] * len(data["findings"])
    assert list(data) == FIELDS[""]


def test_a_round_trip_gives_the_same_report() -> None:
    for original in (full(), report(), report(KEY)):
        text = render_json(original)
        assert msgspec.json.decode(text, type=Report) == original
        assert json.dumps(json.loads(text), indent=2) + "\n" == text


def test_cells_count_from_0() -> None:
    assert [row["location"]["cell_index"] for row in json.loads(render_json(full()))["findings"]] == [0, 3, None, 9, None]


def test_nothing_that_a_terminal_obeys() -> None:
    text = render_json(full())
    assert text.isascii()
    assert [character for character in text if character < " " and character != "\n"] == []
    assert json.loads(text)["findings"][-1]["location"]["path"] == HOSTILE


def test_one_finding() -> None:
    assert render_json(report(KEY)) == snapshot("""\
{
  "schema_version": "1.0",
  "tool": {
    "name": "mlsec-lab",
    "version": "1.2.3",
    "rules_version": "r1"
  },
  "summary": {
    "notebooks": 3,
    "cells": 1012,
    "surfaces": 40,
    "bytes": 48120000,
    "duration_ms": 12.4,
    "by_severity": {
      "critical": 1
    },
    "by_category": {
      "secret": 1
    },
    "below_confidence": 0,
    "complete": true
  },
  "checks": [
    {
      "check": "secret",
      "status": "ran",
      "reason": null,
      "enable": null
    },
    {
      "check": "pii",
      "status": "skipped",
      "reason": "Not part of this version.",
      "enable": null
    }
  ],
  "findings": [
    {
      "rule_id": "secret/openai-api-key",
      "category": "secret",
      "severity": "critical",
      "confidence": "high",
      "message": "OpenAI API key in a code cell",
      "location": {
        "path": "train.ipynb",
        "cell_index": 3,
        "cell_id": "a1b2",
        "surface": "source",
        "output_index": null,
        "mime_type": null,
        "line": 2,
        "column": 11,
        "end_line": 2,
        "end_column": 175,
        "table_column": null,
        "file_line": 41,
        "commit": null
      },
      "preview": "sk-proj-\\u2026Ysgz",
      "fingerprint": "mf1:11111111111111111111111111111111",
      "remediation": "Rotate it first.",
      "references": [
        "https://example.org/keys"
      ],
      "properties": {
        "provider": "openai"
      }
    }
  ],
  "suppressed": [],
  "inputs": []
}
""")
