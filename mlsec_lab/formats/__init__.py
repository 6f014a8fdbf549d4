"""Exporters: a report → text, each escaping what comes from outside for its own target."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlsec_lab.core.report import Report
from mlsec_lab.core.rule import Rule

from .json import render_json
from .sarif import render_sarif
from .table import render_table

#: Name of the format → (report, rules, width in characters or None, colour) → text.
FORMATS: dict[str, Callable[[Report, Sequence[Rule], int | None, bool], str]] = {
    "table": render_table,
    "json": render_json,
    "sarif": render_sarif,
}

__all__ = ["FORMATS", "render_json", "render_sarif", "render_table"]
