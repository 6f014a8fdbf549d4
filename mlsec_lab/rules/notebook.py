"""Findings about inputs that could not be scanned; the engine makes them, these are their words."""

from __future__ import annotations

from mlsec_lab.core.rule import Rule

NOTEBOOK_RULES = (
    Rule(
        id="notebook/unreadable",
        title="Notebook that cannot be read",
        severity="high",
        remediation="Open and save the notebook again, restore it from version control, or exclude it from the scan.",
    ),
    Rule(
        id="notebook/oversized",
        title="Notebook above a scan limit",
        severity="high",
        remediation="Clear large outputs, split the notebook, or raise the limit in the policy's [limits] table.",
    ),
)
