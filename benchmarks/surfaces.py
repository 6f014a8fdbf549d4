"""One key in each of the 29 places where notebooks leak: which are found, and whether the report says the right place."""

from __future__ import annotations

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.engine.scan import scan_notebook
from mlsec_lab.readers import decode_notebook
from mlsec_lab.rules import load_checks
from tests.planted import Planted, planted_notebook, tangled

from .setting import Setting, show


def run(setting: Setting) -> int:
    """Print the table. Returns 1 where a key is not found at its place."""
    notebook, planted = planted_notebook()
    data = tangled(notebook)
    findings = scan_notebook(decode_notebook(data, Limits()), "planted.ipynb", Policy(), load_checks(), data=data).findings
    rows: list[tuple[str, ...]] = [("place", "found", "cell", "line", "column", "line of the file")]
    found = 0
    for one in planted:
        # Masked values end in their last four characters.
        finding = next((finding for finding in findings if finding.preview.endswith(one.value[-4:])), None)
        right = finding is not None and _right(one, finding)
        found += right
        at = finding.location if finding else None
        where = ("-",) * 4 if at is None else (_text(at.cell_index), _text(at.line), _text(at.column), _text(at.file_line))
        rows.append((one.kind, "yes" if right else "NO" if at is None else "elsewhere", *where))
    show(rows)
    print(f"  {found} of {len(planted)} found where they stand; {len(findings) - found} other findings")
    return 0 if found == len(planted) == len(findings) else 1


def _right(one: Planted, finding: Finding) -> bool:
    at = finding.location
    place = (one.surface, one.cell_index, one.output_index, one.mime_type, one.line, one.column)
    return place == (at.surface, at.cell_index, at.output_index, at.mime_type, at.line, at.column)


def _text(number: int | None) -> str:
    return "-" if number is None else str(number)
