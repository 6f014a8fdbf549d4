"""Notebook JSON → surfaces: every string, each with its place."""

from __future__ import annotations

from typing import Any

from mlsec_lab.core.errors import OversizedError
from mlsec_lab.core.location import Place, Pointer
from mlsec_lab.core.notebook import Cell, Surface
from mlsec_lab.core.policy import Limits

from .parse import Members
from .views import views

# Shorter strings cannot hold a leak, and notebooks are full of them.
_MIN_STRING = 4
_MIN_NAME = 12

_MEDIA = ("image/", "audio/", "video/", "font/", "application/pdf", "application/octet-stream", "application/zip")
_MEDIA_V3 = {"png": "image/png", "jpeg": "image/jpeg", "pdf": "application/pdf"}
_TEXT_V3 = {
    "text": "text/plain",
    "html": "text/html",
    "svg": "image/svg+xml",
    "latex": "text/latex",
    "javascript": "application/javascript",
    "json": "application/json",
}


def is_media(mime: str) -> bool:
    """Whether values of this MIME type are binary and stay undecoded (SVG is text)."""
    return mime.startswith(_MEDIA) and mime != "image/svg+xml"


class Walker:
    """Walks a notebook once. ``members`` counts the object members it saw, for the decoder's check."""

    def __init__(self, limits: Limits, language: str | None) -> None:
        self.limits = limits
        self.language = language
        self.surfaces: list[Surface] = []
        self.cells: list[Cell] = []
        self.media = 0
        self.members = 0

    def notebook(self, root: Any) -> None:
        """Add every string of a notebook; a value that is not an object is walked like metadata."""
        top = Place("metadata", ())
        if not isinstance(root, dict):
            self.value(root, top, None, 0)
            return
        for name, pointer, value in self._entries(root, ()):
            place = top.at(pointer)
            if name == "cells" and isinstance(value, list):
                self._cells(value, pointer)
            elif name == "worksheets" and isinstance(value, list):
                self._worksheets(value, pointer)
            else:
                self._key(name, place)
                self.value(value, place, name, 1)

    def _worksheets(self, sheets: list[Any], pointer: Pointer) -> None:
        for number, sheet in enumerate(sheets):
            place = Place("metadata", (*pointer, number))
            if not isinstance(sheet, dict):
                self.value(sheet, place, None, 2)
                continue
            for name, inner, value in self._entries(sheet, place.pointer):
                if name == "cells" and isinstance(value, list):
                    self._cells(value, inner)
                else:
                    self.value(value, place.at(inner), name, 3)

    def _cells(self, cells: list[Any], pointer: Pointer) -> None:
        if len(self.cells) + len(cells) > self.limits.max_cells:
            raise OversizedError(f"The notebook has {len(cells):,} cells and the limit is {self.limits.max_cells:,}.")
        for number, cell in enumerate(cells):
            self.cell(cell, (*pointer, number))

    def cell(self, cell: Any, pointer: Pointer) -> None:
        """Add one cell's strings; its index is the number of cells before it."""
        index = len(self.cells)
        if not isinstance(cell, dict):
            self.cells.append(Cell(index, None, "unknown", ""))
            self.value(cell, Place("metadata", pointer, index), None, 2)
            return
        identifier = cell.get("id")
        cell_id = identifier if isinstance(identifier, str) else None
        kind = cell.get("cell_type")
        kind = kind if isinstance(kind, str) else "unknown"
        source = _joined(cell.get("source", cell.get("input", "")))
        self.cells.append(Cell(index, cell_id, kind, source or ""))
        base = Place("metadata", pointer, index, cell_id)
        for name, inner, value in self._entries(cell, pointer):
            if not value and len(name) < _MIN_NAME:
                continue
            place = base.at(inner)
            if name in ("source", "input") and _joined(value) is not None:
                self._source(value, place, kind)
            elif name == "outputs" and isinstance(value, list):
                for number, output in enumerate(value):
                    self._output(output, Place("output", (*inner, number), index, cell_id, number))
            elif name == "attachments" and isinstance(value, dict):
                self._attachments(value, Place("attachment", inner, index, cell_id))
            elif name != "cell_type" or value not in ("code", "markdown", "raw"):
                self._key(name, place)
                self.value(value, place, name, 3)

    def _source(self, value: Any, place: Place, kind: str) -> None:
        raw = _joined(value) or ""
        language = {"code": self.language, "markdown": "markdown"}.get(kind)
        self._text(
            raw,
            Place("source", place.pointer, place.cell_index, place.cell_id),
            None,
            language,
            "text/markdown" if kind == "markdown" else None,
        )

    def _output(self, output: Any, place: Place) -> None:
        if not isinstance(output, dict):
            self.value(output, place, None, 4)
            return
        kind = output.get("output_type")
        for name, pointer, value in self._entries(output, place.pointer):
            inner = place.at(pointer)
            if kind == "stream" and name == "text":
                self._mime(value, place.typed(f"stream/{output.get('name', output.get('stream', 'stdout'))}", pointer))
            elif kind in ("error", "pyerr") and name in ("ename", "evalue", "traceback"):
                self.value(value, place.typed("error", pointer), None, 5)
            elif name == "data" and isinstance(value, dict):
                self._bundle(value, inner)
            elif kind in ("pyout", "display_data") and name in _MEDIA_V3:
                self._mime(value, place.typed(_MEDIA_V3[name], pointer))
            elif kind in ("pyout", "display_data") and name in _TEXT_V3:
                self._mime(value, place.typed(_TEXT_V3[name], pointer))
            elif name not in ("output_type", "name") or not isinstance(value, str) or len(value) > 32:
                self._key(name, inner)
                self.value(value, inner, name, 5)

    def _bundle(self, bundle: dict[str, Any], place: Place) -> None:
        for mime, pointer, value in self._entries(bundle, place.pointer):
            inner = place.typed(mime, pointer)
            if len(mime) > 64:
                self._key(mime, inner)
            self._mime(value, inner)

    def _attachments(self, attachments: dict[str, Any], place: Place) -> None:
        for name, pointer, value in self._entries(attachments, place.pointer):
            inner = place.at(pointer)
            self._key(name, inner)
            if isinstance(value, dict):
                self._bundle(value, inner)
            else:
                self.value(value, inner, name, 5)

    def _mime(self, value: Any, place: Place) -> None:
        mime = place.mime_type or ""
        if is_media(mime) and not isinstance(value, dict | list):
            self.media += 1
            return
        if is_media(mime) and (_joined(value) is not None or _is_left_out(value)):
            self.media += 1
            self.members += len(value) if isinstance(value, dict) else 0
            return
        raw = _joined(value)
        if raw is None or (isinstance(value, list) and mime.endswith("json")):
            self.value(value, place, None, 6)
        else:
            self._text(raw, place, None, None, mime)

    def value(self, value: Any, place: Place, name: str | None, depth: int) -> None:
        """Add every string of any JSON value; each is a surface of its own."""
        if isinstance(value, str):
            self._text(value, place, name, None, place.mime_type)
        elif isinstance(value, dict | list) and depth > self.limits.max_depth:
            raise OversizedError(f"The notebook's JSON is nested deeper than {self.limits.max_depth} levels.")
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, str | dict | list):
                    self.value(item, place.at((*place.pointer, number)), name, depth + 1)
        elif isinstance(value, dict):
            for key, pointer, item in self._entries(value, place.pointer):
                if len(key) < _MIN_NAME and not (
                    isinstance(item, dict | list) or (isinstance(item, str) and len(item) >= _MIN_STRING)
                ):
                    continue
                inner = place.at(pointer)
                self._key(key, inner)
                if isinstance(item, str | dict | list):
                    self.value(item, inner, key, depth + 1)

    def _entries(self, value: dict[str, Any], pointer: Pointer) -> list[tuple[str, Pointer, Any]]:
        self.members += len(value)
        entries: list[tuple[str, Pointer, Any]] = [(name, (*pointer, name), item) for name, item in value.items()]
        if isinstance(value, Members):
            entries.extend((name, (*pointer, (name, number)), item) for name, number, item in value.earlier)
        return entries

    def _key(self, name: str, place: Place) -> None:
        if len(name) >= _MIN_NAME:
            self._text(name, place.key(), None, None, None)

    def _text(self, raw: str, place: Place, name: str | None, language: str | None, mime: str | None) -> None:
        if len(raw) < _MIN_STRING:
            return
        if len(self.surfaces) >= self.limits.max_surfaces:
            raise OversizedError(f"The notebook has more than {self.limits.max_surfaces:,} texts.")
        for text, offsets in views(raw, mime):
            self.surfaces.append(Surface(place, raw, text, offsets, language, name))


def _joined(value: Any) -> str | None:
    """A multi-line string as nbformat joins it; ``None`` where the value is something else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        try:
            return "".join(value)
        except TypeError:
            return None
    return None


def _is_left_out(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"$media"}
