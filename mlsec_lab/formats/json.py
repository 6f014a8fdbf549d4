"""The contract's JSON report."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mlsec_lab.core.report import Report
from mlsec_lab.core.rule import Rule


def render_json(report: Report, rules: Sequence[Rule] = (), width: int | None = None, colour: bool = False) -> str:
    """Indented JSON with a final line break; every character outside ASCII is escaped, so that no terminal obeys it."""
    return json.dumps(report.to_dict(), indent=2) + "\n"
