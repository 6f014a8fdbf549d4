"""Places in words, for people: cells and outputs count from 1 here, and from 0 in the report (contract)."""

from __future__ import annotations

from mlsec_lab.core.location import Location


def cell_name(cell_index: int | None) -> str:
    """``cell 4`` for the index 3; the notebook itself where there is no cell."""
    return "notebook" if cell_index is None else f"cell {cell_index + 1}"


def where(place: Location) -> str:
    """A finding's place inside its file: ``cell 4 output 1 2:11``, line and column of the text last."""
    if place.surface == "file":
        return "the file"
    parts = [cell_name(place.cell_index)]
    if place.output_index is not None:
        parts.append(f"output {place.output_index + 1}")
    elif place.surface != "source":
        parts.append(place.surface)
    if place.line is not None:
        parts.append(f"{place.line}" if place.column is None else f"{place.line}:{place.column}")
    return " ".join(parts)
