"""Notebook JSON → surfaces: what the members of notebooks, cells and outputs mean, in every nbformat version."""

from __future__ import annotations

from typing import Any

from mlsec_lab.core.errors import OversizedError
from mlsec_lab.core.location import Place, Pointer
from mlsec_lab.core.notebook import Cell

from .bookkeeping import SHORTEST, is_known_name, is_short_id
from .collect import Collector, printable
from .media import is_binary, is_left_out, looks_encoded, shown_type
from .views import is_markup

# nbformat 1 to 3 name the formats of an output by these members.
_OLD_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
    "text": "text/plain",
    "html": "text/html",
    "svg": "image/svg+xml",
    "latex": "text/latex",
    "javascript": "application/javascript",
    "json": "application/json",
}
_KINDS = ("code", "markdown", "raw", "heading", "html")
_STREAMS = ("stdout", "stderr")
_SOURCES = ("source", "input")
_ERRORS = ("ename", "evalue", "traceback")


class Walker:
    """Walks a notebook once, in the order of the file."""

    def __init__(self, collector: Collector, language: str | None) -> None:
        self.collector = collector
        self.language = language
        self.cells: list[Cell] = []

    def notebook(self, root: Any) -> None:
        """Add every string of a notebook; JSON that is no notebook is added as if it were metadata."""
        top = Place("metadata", ())
        if not isinstance(root, dict):
            self.collector.json(root, top, None)
            return
        for name, step, value in self.collector.entries(root, ()):
            place = top.at((step,))
            if step == "cells" and isinstance(value, list):
                self._cells(value, place.pointer)
            elif step == "worksheets" and isinstance(value, list):
                self._worksheets(value, place.pointer)
            else:
                self._member(value, place, name)

    def _member(self, value: Any, place: Place, name: str) -> None:
        if not is_known_name(name):
            self.collector.key(name, place)
        if value:
            self.collector.json(value, place, name)

    def _worksheets(self, sheets: list[Any], pointer: Pointer) -> None:
        for number, sheet in enumerate(sheets):
            place = Place("metadata", (*pointer, number))
            if not isinstance(sheet, dict):
                self._items([sheet], place)
                continue
            for name, step, value in self.collector.entries(sheet, place.pointer):
                inner = place.at((*place.pointer, step))
                if step == "cells" and isinstance(value, list):
                    self._cells(value, inner.pointer)
                else:
                    self._member(value, inner, name)

    def _items(self, items: list[Any], place: Place) -> None:
        """Add items of a list that should be objects and are not."""
        for item in items:
            self.collector.strings += isinstance(item, str)
            self.collector.json(item, place, None)

    def _cells(self, cells: list[Any], pointer: Pointer) -> None:
        limit = self.collector.limits.max_cells
        if len(self.cells) + len(cells) > limit:
            raise OversizedError(
                f"The notebook has more than {limit:,} cells.", hint="Raise limits.max-cells in the policy to scan it."
            )
        for number, cell in enumerate(cells):
            if isinstance(cell, dict):
                self._cell(cell, (*pointer, number))
            else:
                place = Place("metadata", (*pointer, number), len(self.cells))
                self.cells.append(Cell(len(self.cells), None, "unknown", ""))
                self._items([cell], place)

    def _cell(self, cell: dict[str, Any], pointer: Pointer) -> None:
        index = len(self.cells)
        identifier, kind = cell.get("id"), cell.get("cell_type")
        cell_id = printable(identifier) if isinstance(identifier, str) else None
        kind = printable(kind) if isinstance(kind, str) else "unknown"
        language = self.language if kind == "code" and "language" not in cell else self._cell_language(cell, kind)
        source = ""
        for name, step, value in self.collector.entries(cell, pointer):
            if name in _SOURCES:
                text = self._source(value, Place("source", (*pointer, step), index, cell_id), kind, language)
                if step == "source" or (step == "input" and "source" not in cell):
                    source = text
            elif (not value or value.__class__ is int or is_short_id(name, value)) and is_known_name(name):
                continue
            elif name == "outputs" and isinstance(value, list):
                self._outputs(value, Place("output", (*pointer, step), index, cell_id))
            elif name == "attachments" and isinstance(value, dict):
                self._attachments(value, Place("attachment", (*pointer, step), index, cell_id))
            elif name != "cell_type" or value not in _KINDS:
                self._member(value, Place("metadata", (*pointer, step), index, cell_id), name)
        self.cells.append(Cell(index, cell_id, kind, source))

    def _cell_language(self, cell: dict[str, Any], kind: str) -> str | None:
        if kind in ("markdown", "heading"):
            return "markdown"
        if kind != "code":
            return None
        own = cell.get("language")
        if isinstance(own, str) and self.language is None:
            self.language = printable(own)
        return printable(own) if isinstance(own, str) else self.language

    def _source(self, value: Any, place: Place, kind: str, language: str | None) -> str:
        source = self.collector.joined(value, place)
        if source is None:
            self.collector.json(value, place, None)
            return ""
        if source:
            self.collector.text(source, place, None, language, kind != "code")
        return source if source.isascii() else printable(source)

    def _outputs(self, outputs: list[Any], base: Place) -> None:
        for number, output in enumerate(outputs):
            pointer = (*base.pointer, number)
            place = Place("output", pointer, base.cell_index, base.cell_id, number)
            if isinstance(output, dict):
                self._output(output, place)
            else:
                self._items([output], place)

    def _output(self, output: dict[str, Any], base: Place) -> None:
        kind = output.get("output_type")
        for name, step, value in self.collector.entries(output, base.pointer):
            if (value is None or value.__class__ is int) and is_known_name(name):
                continue
            place = base.at((*base.pointer, step))
            if name == "data" and isinstance(value, dict):
                self._bundle(value, place)
            elif name == "text" and kind == "stream":
                self._mime(value, base.typed(_stream_type(output), place.pointer), "text/plain")
            elif name in _ERRORS:
                self._error(value, place)
            elif name in _OLD_TYPES:
                self._mime(value, base.typed(_OLD_TYPES[name], place.pointer), _OLD_TYPES[name])
            else:
                self._member(value, Place("metadata", place.pointer, base.cell_index, base.cell_id, base.output_index), name)

    def _error(self, value: Any, base: Place) -> None:
        place = base.typed("error", base.pointer)
        # Front ends put each item of a traceback on lines of its own.
        raw = self.collector.joined(value, place, "\n")
        if raw is None:
            self.collector.json(value, place, None)
        elif len(raw) >= SHORTEST:
            self.collector.text(raw, place)

    def _bundle(self, bundle: dict[str, Any], base: Place) -> None:
        for mime, step, value in self.collector.entries(bundle, base.pointer):
            place = base.typed(shown_type(mime), (*base.pointer, step))
            self.collector.key(mime, place)
            self._mime(value, place, mime)

    def _attachments(self, attachments: dict[str, Any], base: Place) -> None:
        for name, step, value in self.collector.entries(attachments, base.pointer):
            place = base.at((*base.pointer, step))
            self.collector.key(name, place)
            if isinstance(value, dict):
                self._bundle(value, place)
            else:
                self.collector.json(value, place, name)

    def _mime(self, value: Any, place: Place, mime: str) -> None:
        if self.collector.live and is_binary(mime) and is_left_out(value):
            self.collector.media += 1
            return
        structured = mime.endswith("json") and not isinstance(value, str)
        raw = None if structured else self.collector.joined(value, place)
        if raw is None:
            self.collector.json(value, place, None)
        elif is_binary(mime) and looks_encoded(raw):
            self.collector.media += 1
        elif len(raw) >= SHORTEST:
            self.collector.text(raw, place, markup=is_markup(mime))


def _stream_type(output: dict[str, Any]) -> str:
    name = output.get("name", output.get("stream", "stdout"))
    return f"stream/{name}" if name in _STREAMS else "stream/other"
