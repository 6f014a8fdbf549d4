"""Where a finding stands: surfaces, offset maps and contract locations."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

SurfaceKind = Literal["source", "output", "metadata", "attachment", "file", "environment", "server", "kernel"]

#: One step of a pointer into the notebook's JSON: a member name, an array index, or ``(name, n)`` for the n-th (from 1)
#: of several members with the same name where it is not the last one (the last one wins and is a plain ``str``).
Step = str | int | tuple[str, int]
Pointer = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of readable text and the raw stretch it came from.

    A *copied* run maps character by character (``raw_length`` equals its text length); a run that is not copied is one
    unit, such as ``&amp;`` read as ``&``: any part of it maps to the whole raw stretch.
    """

    text_start: int
    raw_start: int
    raw_length: int
    copied: bool


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Maps spans of a surface's readable text to spans of its raw string. Runs are sorted and cover the text."""

    runs: tuple[Run, ...]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The smallest raw span that holds the text span ``[start, end)``; offsets are Unicode code points."""
        if not self.runs:
            return 0, 0
        if end <= start:
            place = self._raw_start(start)
            return place, place
        return self._raw_start(start), self._raw_end(end - 1)

    def _run(self, offset: int) -> Run:
        return self.runs[max(0, bisect_right(self.runs, offset, key=lambda run: run.text_start) - 1)]

    def _raw_start(self, offset: int) -> int:
        run = self._run(offset)
        return run.raw_start + (min(offset - run.text_start, run.raw_length) if run.copied else 0)

    def _raw_end(self, offset: int) -> int:
        run = self._run(offset)
        return run.raw_start + (min(offset - run.text_start + 1, run.raw_length) if run.copied else run.raw_length)


@dataclass(frozen=True, slots=True)
class Place:
    """The address of one string of a notebook.

    ``pointer`` leads to the string (or list of strings) in the file's JSON; with ``is_key`` it leads to the member whose
    *name* is the string. ``cell_index`` is ``None`` for notebook-level metadata. Whoever wrote the notebook chose member
    names, ids and MIME types: the ``repr`` leaves them out.
    """

    kind: SurfaceKind
    pointer: Pointer = field(repr=False)
    cell_index: int | None = None
    cell_id: str | None = field(default=None, repr=False)
    output_index: int | None = None
    mime_type: str | None = field(default=None, repr=False)
    is_key: bool = False

    def at(self, pointer: Pointer) -> Place:
        """The same place at another pointer."""
        return Place(self.kind, pointer, self.cell_index, self.cell_id, self.output_index, self.mime_type)

    def typed(self, mime_type: str, pointer: Pointer) -> Place:
        """The same place at another pointer, with a MIME type."""
        return Place(self.kind, pointer, self.cell_index, self.cell_id, self.output_index, mime_type)

    def key(self) -> Place:
        """The place of the member's name instead of its value."""
        return Place(self.kind, self.pointer, self.cell_index, self.cell_id, self.output_index, self.mime_type, True)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding stands, exactly as the JSON report says it (contract: "The JSON report").

    Lines and columns are 1-based Unicode code points of the raw string; lines end at ``\\n`` only; ``end_column`` is
    exclusive. ``file_line`` is the line in the ``.ipynb`` file.
    """

    path: str
    cell_index: int | None = None
    cell_id: str | None = None
    surface: SurfaceKind = "file"
    output_index: int | None = None
    mime_type: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    table_column: str | None = None
    file_line: int | None = None
    commit: str | None = None
