"""What ``%mlsec`` returns: a report, the copy that it is about, and the ways to show it. It holds no found value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mlsec_lab.core.errors import MlsecError

from .render import render_html, render_text

if TYPE_CHECKING:
    import pandas

    from .copies import Copy
    from .view import View

#: Columns of ``ScanResult.frame``: the finding's own, then its location's.
FINDING_COLUMNS = ("severity", "rule_id", "message", "preview", "confidence", "category")
LOCATION_COLUMNS = ("path", "cell_index", "surface", "output_index", "mime_type", "line", "column", "file_line")
_NUMBERS = ("cell_index", "output_index", "line", "column", "file_line")


class _Handle(Protocol):
    """What is used of IPython's ``DisplayHandle``, which has no types."""

    def update(self, obj: object, *, raw: bool) -> None:
        """Replace what is displayed."""


class MissingPackageError(MlsecError, ImportError):
    """An optional package is not installed; IPython shows the sentence, not a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class ScanResult:
    """The result of one scan.

    ``report`` is the JSON report of the contract as Python values; ``copy`` says which copy of the notebook it is about.
    When the front end answers after the cell has ended, both change to the editor's copy, and so does the view.
    """

    def __init__(self, report: dict[str, Any], copy: Copy, *, widgets: bool = False) -> None:
        self.report = report
        self.copy = copy
        self.note = ""
        self._widgets = widgets
        self._view: View | None = None
        self._handle: _Handle | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the scan: which copy was read, and what happened since."""
        return tuple(note for note in (self.copy.describe(), self.note) if note)

    @property
    def frame(self) -> pandas.DataFrame:
        """The findings as a pandas DataFrame, one row each; numbers that do not apply are ``<NA>``.

        Raises ``MissingPackageError`` where pandas is not installed: ``report`` has the same facts.
        """
        try:
            import pandas
        except ImportError as error:
            raise MissingPackageError(
                "A DataFrame needs pandas, which is not installed.", hint="Use .report, or: pip install pandas"
            ) from error
        rows = [
            {name: finding[name] for name in FINDING_COLUMNS}
            | {name: finding["location"][name] for name in LOCATION_COLUMNS}
            | {"fingerprint": finding["fingerprint"]}
            for finding in self.report["findings"]
        ]
        columns = [*FINDING_COLUMNS, *LOCATION_COLUMNS, "fingerprint"]
        return pandas.DataFrame(rows, columns=columns).astype(dict.fromkeys(_NUMBERS, "Int64"))

    def update(self, report: dict[str, Any], copy: Copy) -> None:
        """Take over a newer scan of the same notebook, also in what is shown already."""
        self.report, self.copy = report, copy
        self._refresh()

    def say(self, note: str) -> None:
        """Add a sentence about the scan, also in what is shown already."""
        self.note = note
        self._refresh()

    def __repr__(self) -> str:
        return render_text(self.report, self.notes)

    def _repr_html_(self) -> str:
        return render_html(self.report, self.notes)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": self._repr_html_()}
        view = self._make_view()
        return bundle if view is None else bundle | view.bundle()

    def _ipython_display_(self) -> None:
        # A display that can be found again, for an answer of the front end that comes after the cell.
        from IPython.core import display_functions

        functions: Any = display_functions  # untyped
        self._handle = functions.display(self._repr_mimebundle_(), raw=True, display_id=True)

    def _make_view(self) -> View | None:
        if self._view is None and self._widgets:
            from .view import make_view

            self._view = make_view(self)
            self._widgets = self._view is not None
        return self._view

    def _refresh(self) -> None:
        if self._view is not None:
            self._view.refresh()
        if self._handle is not None:
            self._handle.update(self._repr_mimebundle_(), raw=True)
