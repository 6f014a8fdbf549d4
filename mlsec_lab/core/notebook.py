"""A notebook, decoded once, as the surfaces that rules read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .location import OffsetMap, Place


@dataclass(frozen=True, slots=True)
class Surface:
    """One readable text of a notebook.

    ``raw`` is the string as nbformat joins it; ``text`` is what a person reads (ANSI codes, entities, escapes and soft
    breaks undone); ``offsets`` maps ``text`` to ``raw`` and is ``None`` where the two are the same. One place may give
    several surfaces (an HTML output: its markup with entities undone, and its visible text). ``name`` is the nearest
    member name around a JSON string (``"api_key"`` of ``{"api_key": "..."}``), evidence for rules that need one.
    ``encoding`` is ``"base64"`` where ``text`` is what a stretch of ``raw`` encodes. The ``repr`` holds no text.
    """

    place: Place
    raw: str = field(repr=False)
    text: str = field(repr=False)
    offsets: OffsetMap | None = field(default=None, repr=False)
    language: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    encoding: str | None = None

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of the text span ``[start, end)``."""
        return (start, end) if self.offsets is None else self.offsets.to_raw(start, end)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's identity and source; outputs and metadata are surfaces of the notebook."""

    index: int
    id: str | None = field(repr=False)
    kind: str = field(repr=False)
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A decoded notebook. ``size`` is in bytes; ``media`` counts images and other binary values that stay undecoded."""

    cells: tuple[Cell, ...]
    surfaces: tuple[Surface, ...]
    size: int
    media: int = 0
    nbformat: int | None = None
    language: str | None = field(default=None, repr=False)

    def surfaces_of(self, cell_index: int | None) -> Iterator[Surface]:
        """The surfaces of one cell, or of the notebook itself for ``None``."""
        return (surface for surface in self.surfaces if surface.place.cell_index == cell_index)
