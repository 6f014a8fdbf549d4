"""Where in a text a pattern has to run: near the literals that it cannot match without."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator

_TOKEN = frozenset((string.ascii_letters + string.digits + "_-").encode())
#: ASCII byte → its class: ``a`` in a token (letters, digits, ``_``, ``-``), ``.`` a dot, blank any other.
CLASSES = bytes(97 if byte in _TOKEN else byte if byte == 46 else 32 for byte in range(256))
# detect-secrets' assignment patterns try every way to share a run of blanks between three loops.
_BREAK = re.compile(r"\n|[ \t]{9,}")


def around(text: str, places: Iterable[int], reach: int) -> list[tuple[int, int]]:
    """Disjoint, sorted spans of ``text`` that hold every stretch of at most ``reach`` characters with a place in it.

    One character more on the right, so that a look-ahead sees what follows.
    """
    spans: list[tuple[int, int]] = []
    for place in sorted(places):
        start, end = max(0, place - reach), min(len(text), place + reach + 1)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def fold(text: str) -> str:
    """``text`` in small letters, character by character, so that offsets stay (a few capitals have longer small forms)."""
    folded = text.lower()
    return folded if len(folded) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def literal_places(text: str, literals: Iterable[str]) -> Iterator[int]:
    """Where any of the literals stands."""
    for literal in literals:
        place = text.find(literal)
        while place >= 0:
            yield place
            place = text.find(literal, place + 1)


def shape_places(text: str, shape: str) -> Iterator[int]:
    """Where a shape, a string of classes, stands."""
    classes, sought = text.encode("ascii", "replace").translate(CLASSES), shape.encode()
    place = classes.find(sought)
    while place >= 0:
        yield place
        place = classes.find(sought, place + 1)


def pieces(text: str, start: int, end: int, size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """A span cut at line ends and long blanks, then into pieces of ``size`` characters that share ``overlap``."""
    position = start
    while position <= end:
        stop = _BREAK.search(text, position, end)
        last = stop.start() if stop else end
        for first in range(position, max(position + 1, last - overlap), size - overlap):
            if first < last:
                yield first, min(first + size, last)
        position = stop.end() if stop else end + 1
