"""Collects surfaces: one call for each string, with the limits, the skipping and the counting in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from mlsec_lab.core.errors import OversizedError
from mlsec_lab.core.location import OffsetMap, Place, Pointer, Run, Step
from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.policy import Limits

from .bookkeeping import NAMES, SHORTEST, is_bookkeeping, is_known_name
from .encoded import SHORTEST as SHORTEST_ENCODED
from .encoded import Encoded, encoded_texts
from .media import is_binary, looks_encoded
from .parse import Members
from .views import views

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BRANCHES = frozenset((dict, list, Members))
_TEXTUAL = _BRANCHES | {str}
_WIDGET_ID = re.compile(r"[0-9a-f]{32}")


class Collector:
    """The surfaces of one notebook as they are found.

    ``strings`` counts every string of the JSON that was seen, names included, whether or not it became a surface: the
    decoder compares it with the file. ``media`` counts binary values. Only with ``live`` may a client have left media out:
    a file that says so itself would hide its text.
    """

    def __init__(self, limits: Limits, *, live: bool = False) -> None:
        self.limits = limits
        self.live = live
        self._max_depth = limits.max_depth
        self.surfaces: list[Surface] = []
        self.media = 0
        self.strings = 0

    def entries(self, value: dict[str, Any], pointer: Pointer) -> Iterable[tuple[str, Step, Any]]:
        """The members of an object as name, step of the pointer, value; hidden duplicates come last.

        Raises ``OversizedError`` where the object is nested too deep.
        """
        if len(pointer) >= self._max_depth:
            raise self._too_deep()
        values = value.values()
        self.strings += len(value) + [*map(type, values)].count(str)
        if value.__class__ is Members:
            return chain(zip(value, value, values, strict=True), _earlier(value))
        return zip(value, value, values, strict=True)

    def text(self, raw: str, place: Place, name: str | None = None, language: str | None = None, markup: bool = False) -> None:
        """Add the surfaces of one string."""
        if not raw.isascii():
            raw = printable(raw)
        if len(self.surfaces) >= self.limits.max_surfaces:
            raise OversizedError(
                f"The notebook has more than {self.limits.max_surfaces:,} texts.",
                hint="Raise limits.max-surfaces in the policy to scan it.",
            )
        readings = views(raw, markup=markup)
        for text, offsets in readings:
            self.surfaces.append(Surface(place, raw, text, offsets, language, name))
        if len(raw) >= SHORTEST_ENCODED:
            known: frozenset[str] = frozenset()
            for text, offsets in readings:
                encoded = encoded_texts(text)
                if encoded:
                    self._encoded([one for one in encoded if one.text not in known], offsets, place, raw, name)
                    # The visible text of markup repeats most of its source.
                    known = frozenset(one.text for one in encoded)

    def _encoded(self, encoded: Sequence[Encoded], offsets: OffsetMap | None, place: Place, raw: str, name: str | None) -> None:
        """Add what stretches of a text encode. Any part of such a text has the whole stretch as its place."""
        for found in encoded:
            start, end = (found.start, found.end) if offsets is None else offsets.to_raw(found.start, found.end)
            whole = OffsetMap((Run(0, start, end - start, False),))
            surface = Surface(place, raw, printable(found.text), whole, None, found.name or name, "base64")
            self.surfaces.append(surface)

    def key(self, name: str, place: Place) -> None:
        """Add the name of the member that ``place`` leads to, unless the front ends chose it."""
        if not is_known_name(name):
            self.text(name, place.key())

    def leaf(self, value: str, place: Place, name: str | None) -> None:
        """Add one string of metadata or of a JSON output."""
        if len(value) < SHORTEST or is_bookkeeping(name, value):
            return
        if name is not None and is_binary(name) and looks_encoded(value):
            self.media += 1
            return
        self.text(value, place, name=None if name is None else printable(name), markup="</" in value)

    def json(self, value: Any, place: Place, name: str | None) -> None:
        """Add every string and every member name of a JSON value.

        A name that occurs again inside the same value (a table as a list of records) is added once.
        """
        if isinstance(value, str):
            self.leaf(value, place, name)
        elif isinstance(value, dict | list) and value:
            self._branch(value, place, name, set())

    def _branch(self, value: Any, place: Place, name: str | None, seen: set[str]) -> None:
        if isinstance(value, list):
            self._list(value, place, name, seen)
        else:
            self._object(value, place, seen)

    def _object(self, value: dict[str, Any], place: Place, seen: set[str]) -> None:
        pointer = place.pointer
        for key, step, item in self.entries(value, pointer):
            if not (key in NAMES or key in seen or len(key) < SHORTEST or _is_widget(key, item)):
                seen.add(key)
                self.text(key, place.at((*pointer, step)).key())
            kind = item.__class__
            if kind is str:
                if key == "data" and value.get("encoding") == "base64" and looks_encoded(item):
                    self.media += 1  # A widget's buffer.
                elif len(item) >= SHORTEST:
                    self.leaf(item, place.at((*pointer, step)), key)
            elif kind in _BRANCHES and item:
                self._branch(item, place.at((*pointer, step)), key, seen)

    def _list(self, value: list[Any], place: Place, name: str | None, seen: set[str]) -> None:
        pointer = place.pointer
        if len(pointer) >= self._max_depth:
            raise self._too_deep()
        kinds = set(map(type, value))
        if kinds.isdisjoint(_TEXTUAL):  # The long ones are numbers.
            return
        self.strings += count_of_strings(value)
        for number, item in enumerate(value):
            kind = item.__class__
            if kind is str:
                self.leaf(item, place.at((*pointer, number)), name)
            elif kind in _BRANCHES and item:
                self._branch(item, place.at((*pointer, number)), name, seen)

    def joined(self, value: Any, place: Place, separator: str = "") -> str | None:
        """A multi-line string as nbformat joins it; ``None`` where the value holds no text.

        Of a list only the strings are joined; whatever else is in it (it should not be) is added as JSON.
        """
        if isinstance(value, str):
            return value
        if not isinstance(value, list):
            return None
        if len(place.pointer) >= self._max_depth:
            raise self._too_deep()
        count = count_of_strings(value)
        if count == len(value):
            self.strings += count
            return separator.join(value)
        if not count:
            return None
        self.strings += count
        for number, item in enumerate(value):
            if not isinstance(item, str):
                self.json(item, place.at((*place.pointer, number)), None)
        return separator.join(item for item in value if isinstance(item, str))

    def _too_deep(self) -> OversizedError:
        return OversizedError(
            f"The notebook's JSON is nested deeper than {self._max_depth} levels.",
            hint="Raise limits.max-depth in the policy to scan it.",
        )


def _earlier(value: Members) -> Iterable[tuple[str, Step, Any]]:
    return ((name, (name, number), item) for name, number, item in value.earlier)


def count_of_strings(values: Iterable[Any]) -> int:
    """How many of the values are strings."""
    return list(map(type, values)).count(str)


def printable(text: str) -> str:
    """``text`` with lone surrogates replaced, so that it can be encoded; its length stays the same."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def _is_widget(key: str, value: Any) -> bool:
    return isinstance(value, dict) and "model_name" in value and _WIDGET_ID.fullmatch(key) is not None
