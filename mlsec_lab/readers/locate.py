"""A place in a notebook → where it stands in the file. Run only for notebooks with findings."""

from __future__ import annotations

import codecs
import json
import re
from bisect import bisect_right

from mlsec_lab.core.location import Place, Pointer, Step

from .parse import decode_text

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*")
_STRUCTURE = re.compile(r'[\[\]{}"]')
_SCALAR = re.compile(r'[^\[\]{}",:\s]+')
_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+", re.DOTALL)


class Locator:
    """Finds strings of a notebook file. Containers are scanned once and remembered.

    Raises nothing: a place that is not in the file gives ``None`` or no spans.
    """

    def __init__(self, data: bytes) -> None:
        self._text = decode_text(data)
        self._encoding = json.detect_encoding(data).removesuffix("-sig")
        self._bom = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        self._lines = [match.end() for match in re.finditer("\n", self._text)]
        self._containers: dict[int, dict[Step, tuple[int, int]]] = {}

    def file_line(self, place: Place, raw_offset: int) -> int | None:
        """The 1-based line of the file that holds a character of the joined raw string."""
        spans = self._characters(place, raw_offset, raw_offset + 1)
        if spans:
            return bisect_right(self._lines, spans[0][0]) + 1
        start = self._find(place.pointer, is_key=place.is_key)
        return None if start is None else bisect_right(self._lines, start) + 1

    def spans(self, place: Place, start: int, end: int) -> list[tuple[int, int]]:
        """The byte spans of ``[start, end)`` of the joined raw string, one for each list item that it touches."""
        return [(self._bytes(first), self._bytes(last)) for first, last in self._characters(place, start, end)]

    def _bytes(self, position: int) -> int:
        return self._bom + len(self._text[:position].encode(self._encoding, "surrogatepass"))

    def _characters(self, place: Place, start: int, end: int) -> list[tuple[int, int]]:
        found = self._find(place.pointer, is_key=place.is_key)
        if found is None:
            return []
        if self._text[found] != "[":
            literals = [found] if self._text[found] == '"' else []
        else:
            children = self._children(found)
            literals = [children[step][1] for step in sorted(step for step in children if isinstance(step, int))]
        spans: list[tuple[int, int]] = []
        for literal in literals:
            first, last, length = self._within(literal, start, end)
            if last > first:
                spans.append((first, last))
            start, end = start - length, end - length
            if end <= 0:
                break
        return spans

    def _within(self, literal: int, start: int, end: int) -> tuple[int, int, int]:
        """Text positions of code points ``[start, end)`` of a string literal, and its length in code points."""
        match = _STRING.match(self._text, literal)
        if match is None:
            return literal, literal, 0
        count, first, last = 0, -1, -1
        close = match.end() - 1
        for part in _CHARACTER.finditer(self._text, literal + 1, close):
            plain = not part.group().startswith("\\")
            size = part.end() - part.start() if plain else 1
            if first < 0 and count + size > max(start, 0):
                first = part.start() + (max(start, 0) - count if plain else 0)
            if last < 0 and count + size >= end:
                last = part.start() + (end - count) if plain else part.end()
            count += size
        if first < 0 or end <= 0:
            return close, close, count
        return first, close if last < 0 else last, count

    def _find(self, pointer: Pointer, *, is_key: bool) -> int | None:
        position = self._skip_space(0)
        for number, step in enumerate(pointer):
            entry = self._children(position).get(step)
            if entry is None:
                return None
            position = entry[0] if is_key and number == len(pointer) - 1 else entry[1]
        return position

    def _children(self, position: int) -> dict[Step, tuple[int, int]]:
        """Step → (position of the member's name or of the item, position of the value), of a container."""
        known = self._containers.get(position)
        if known is None:
            known = self._containers[position] = self._scan(position)
        return known

    def _scan(self, position: int) -> dict[Step, tuple[int, int]]:
        text = self._text
        opening = text[position : position + 1]
        if opening not in ("{", "["):
            return {}
        entries: list[tuple[str, int, int]] = []
        at = self._skip_space(position + 1)
        while at < len(text) and text[at] not in "]}":
            name, start = "", at
            if opening == "{":
                end = self._skip_string(at)
                name = json.loads(text[at:end], strict=False)
                at = self._skip_space(self._skip_space(end) + 1)
            entries.append((name, start, at))
            at = self._skip_space(self._skip_value(at))
            if text[at : at + 1] == ",":
                at = self._skip_space(at + 1)
        return _named(entries) if opening == "{" else {n: (start, value) for n, (_, start, value) in enumerate(entries)}

    def _skip_space(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position

    def _skip_string(self, position: int) -> int:
        match = _STRING.match(self._text, position)
        return match.end() if match else len(self._text)

    def _skip_value(self, position: int) -> int:
        character = self._text[position : position + 1]
        if character == '"':
            return self._skip_string(position)
        if character not in ("{", "["):
            match = _SCALAR.match(self._text, position)
            return match.end() if match else position + 1
        depth = 0
        while match := _STRUCTURE.search(self._text, position):
            mark = match.group()
            position = self._skip_string(match.start()) if mark == '"' else match.end()
            depth += {"{": 1, "[": 1, "}": -1, "]": -1, '"': 0}[mark]
            if depth == 0:
                return position
        return len(self._text)


def _named(entries: list[tuple[str, int, int]]) -> dict[Step, tuple[int, int]]:
    totals: dict[str, int] = {}
    members: dict[Step, tuple[int, int]] = {}
    for name, start, value in entries:
        totals[name] = totals.get(name, 0) + 1
        members[(name, totals[name])] = (start, value)
        members[name] = (start, value)
    return members
