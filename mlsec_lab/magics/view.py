"""The result with ipywidgets: a severity filter over the table. Its state is saved in notebooks: masked previews only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlsec_lab.core.rule import SEVERITIES

from .render import html_head, html_not_checked, html_table

if TYPE_CHECKING:
    from .result import ScanResult

VIEW_TYPE = "application/vnd.jupyter.widget-view+json"


def make_view(result: ScanResult) -> View | None:
    """The view of a result, or ``None`` where ipywidgets is not installed."""
    try:
        import ipywidgets
    except ImportError:
        return None
    return View(result, ipywidgets)


class View:
    """Headline, one toggle button per severity, table, and what was not checked."""

    def __init__(self, result: ScanResult, widgets: Any) -> None:
        self._result = result
        self._head = widgets.HTML()
        self._table = widgets.HTML()
        self._missing = widgets.HTML()
        self._buttons = {name: widgets.ToggleButton(value=True) for name in SEVERITIES}
        for button in self._buttons.values():
            button.observe(self._filter, "value")
        self._filters = widgets.HBox(list(self._buttons.values()))
        self.box = widgets.VBox([self._head, self._filters, self._table, self._missing])
        self.refresh()

    def bundle(self) -> dict[str, Any]:
        """The view's entry of a MIME bundle."""
        return {VIEW_TYPE: self.box._repr_mimebundle_()[VIEW_TYPE]}

    def refresh(self) -> None:
        """Show the result as it is now."""
        report = self._result.report
        counts = report["summary"]["by_severity"]
        for name, button in self._buttons.items():
            number = counts.get(name, 0)
            button.description = f"{name} {number}"
            button.tooltip = f"Show findings of severity {name}"
            button.layout.display = None if number else "none"
        self._filters.layout.display = None if counts else "none"
        self._head.value = html_head(report, self._result.notes)
        self._missing.value = html_not_checked(report)
        self._filter()

    def _filter(self, _change: object = None) -> None:
        chosen = [name for name, button in self._buttons.items() if button.value]
        self._table.value = html_table(self._result.report, chosen)
