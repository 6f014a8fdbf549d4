"""What ``%mlsec`` gives back: the report, a DataFrame of it, and a view. Never a value."""

from __future__ import annotations

from html import escape
from typing import Any

from mlsec_lab.core.rule import SEVERITIES

_COLUMNS = ("severity", "rule", "cell", "surface", "line", "preview", "message", "confidence", "fingerprint")


class ScanResult:
    """The result of a scan. ``report`` is the contract's report as plain values; ``copy`` says what was scanned."""

    def __init__(self, report: dict[str, Any], copy: str) -> None:
        self.report = report
        self.copy = copy
        self._widget: Any = None

    def rows(self, severity: str = "all") -> list[dict[str, Any]]:
        """Findings as flat rows, worst first."""
        found = [_row(finding) for finding in self.report["findings"] if severity in ("all", finding["severity"])]
        return sorted(found, key=lambda row: SEVERITIES.index(row["severity"]))

    @property
    def frame(self) -> Any:
        """The findings as a pandas DataFrame. Raises ``ImportError`` with the line that installs pandas."""
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError('A DataFrame needs pandas: pip install "mlsec-lab[lab]"') from error
        return pd.DataFrame(self.rows(), columns=list(_COLUMNS))

    def update(self, report: dict[str, Any], copy: str) -> None:
        """Replace the report, as when the front end's own copy arrives; a shown view follows."""
        self.report, self.copy = report, copy
        if self._widget is not None:
            self._widget.children[0].value = self._head_html()
            self._widget.children[2].value = self._table_html(self._widget.children[1].value)

    def __repr__(self) -> str:
        lines = [f"mlsec: {self._counts()} in {self.copy}"]
        lines += [
            f"  {row['severity']:<8} {_cell(row)} {row['surface']} line {row['line']}: {row['message']} {row['preview']}"
            for row in self.rows()
        ]
        lines += [f"  Not checked: {name} ({reason})" for name, reason in self._unchecked()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self._head_html() + self._table_html("all")

    def widget(self) -> Any:
        """An ipywidgets view with a filter. Raises ``ImportError`` where ipywidgets is not installed."""
        import ipywidgets

        present = [name for name in SEVERITIES if any(row["severity"] == name for row in self.rows())]
        choice = ipywidgets.Dropdown(options=["all", *present], value="all", description="Severity")
        table = ipywidgets.HTML(self._table_html("all"))
        choice.observe(lambda change: setattr(table, "value", self._table_html(change["new"])), names="value")
        self._widget = ipywidgets.VBox([ipywidgets.HTML(self._head_html()), choice, table])
        return self._widget

    def _counts(self) -> str:
        counts = self.report["summary"]["by_severity"]
        found = [f"{counts[name]} {name}" for name in SEVERITIES if counts.get(name)]
        return ", ".join(found) or "no findings"

    def _unchecked(self) -> list[tuple[str, str]]:
        return [(row["check"], row["reason"] or row["status"]) for row in self.report["checks"] if row["status"] != "ran"]

    def _head_html(self) -> str:
        return f"<p><b>{escape(self._counts())}</b> in {escape(self.copy)}</p>"

    def _table_html(self, severity: str) -> str:
        shown = ("severity", "cell", "surface", "line", "message", "preview", "rule")
        rows = self.rows(severity)
        head = "".join(f"<th>{name}</th>" for name in shown)
        body = "".join(f"<tr>{''.join(f'<td>{_html(row, name)}</td>' for name in shown)}</tr>" for row in rows)
        names = ", ".join(escape(name) for name, _ in self._unchecked())
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if rows else ""
        return f"{table}<p><small>Not checked: {names}</small></p>" if names else table


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    place = finding["location"]
    return {
        "severity": finding["severity"],
        "rule": finding["rule_id"],
        "cell": place["cell_index"],
        "surface": place["surface"],
        "line": place["line"],
        "preview": finding["preview"],
        "message": finding["message"],
        "confidence": finding["confidence"],
        "fingerprint": finding["fingerprint"],
    }


def _cell(row: dict[str, Any]) -> str:
    return "notebook" if row["cell"] is None else f"cell {row['cell']}"


def _html(row: dict[str, Any], name: str) -> str:
    value = row[name]
    return "" if value is None else escape(str(value))
