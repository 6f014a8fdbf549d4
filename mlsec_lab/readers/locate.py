"""A place in a notebook → where it stands in the file. Run only for notebooks with findings.

Works on UTF-8 bytes with linear patterns; containers on the way are scanned once and remembered.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from mlsec_lab.core.errors import UnreadableError
from mlsec_lab.core.location import Place, Pointer, Step

from .parse import decode_text, encoding_of

_STRING = re.compile(rb'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"', re.DOTALL)
_BETWEEN = re.compile(rb"[ \t\r\n,:]*+")
_TOKEN = re.compile(rb'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"|[\[{]|[\]}]', re.DOTALL)
_SCALAR = re.compile(rb'[^\[\]{}",:\s]++')
# One stretch of plain text, or one character written as an escape (an astral one as a surrogate pair).
_PART = re.compile(rb"[^\\]++|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_OPENING = b"[{"

#: Position of a member's name (or of an item) and position of its value.
_Entry = tuple[int, int]


@dataclass(slots=True)
class _Text:
    """The characters of one JSON string, or of a list of strings as it is joined.

    Three lists of one length: offset of a part's first character in the joined string, the part's first byte, its end.
    """

    offsets: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    plain: list[bool] = field(default_factory=list)
    literal: list[int] = field(default_factory=list)
    length: int = 0


class Locator:
    """Finds strings of a notebook file.

    Raises nothing: a place that is not in the file gives ``None`` or no spans.
    """

    def __init__(self, data: bytes) -> None:
        self._codec, self._mark = encoding_of(data)
        try:
            text = decode_text(data)
        except UnreadableError:
            text = ""
        self._data = data[self._mark :] if self._codec == "utf-8" and text else text.encode()
        self._newlines = [match.start() for match in re.finditer(b"\n", self._data)]
        self._containers: dict[int, dict[Step, _Entry]] = {}
        self._texts: dict[tuple[int, bool], _Text] = {}

    def file_line(self, place: Place, raw_offset: int) -> int | None:
        """The 1-based line of the file that holds a character (a code point) of the joined raw string."""
        position = self._find(place.pointer, is_key=place.is_key)
        if position is None:
            return None
        text = self._text(position, place)
        if text.length:
            position = self._position(text, min(max(raw_offset, 0), text.length - 1))[0]
        return bisect_right(self._newlines, position) + 1

    def spans(self, place: Place, start: int, end: int) -> list[tuple[int, int]]:
        """The byte spans of ``[start, end)`` of the joined raw string, one for each list item that it touches."""
        position = self._find(place.pointer, is_key=place.is_key)
        if position is None:
            return []
        text = self._text(position, place)
        start, end = max(start, 0), min(end, text.length)
        found: list[tuple[int, int]] = []
        last = -1
        while start < end:
            number = bisect_right(text.offsets, start) - 1
            after = text.offsets[number + 1] if number + 1 < len(text.offsets) else text.length
            first = self._position(text, start)[0]
            stop = self._position(text, min(end, after) - 1)[1]
            if text.literal[number] == last:
                found[-1] = (found[-1][0], stop)
            elif stop > first:
                found.append((first, stop))
                last = text.literal[number]
            start = after
        return [(self._byte(first), self._byte(stop)) for first, stop in found]

    def _byte(self, position: int) -> int:
        """The position in the file of a position in its UTF-8 form."""
        if self._codec == "utf-8":
            return self._mark + position
        return self._mark + len(self._data[:position].decode().encode(self._codec))

    def _position(self, text: _Text, offset: int) -> tuple[int, int]:
        """The first byte of a character of the joined string and the byte after it."""
        number = bisect_right(text.offsets, offset) - 1
        start, end = text.starts[number], text.ends[number]
        if not text.plain[number]:
            return start, end
        skipped = offset - text.offsets[number]
        part = self._data[start:end]
        if part.isascii():
            place = min(start + skipped, end)
            return place, min(place + 1, end)
        characters = part.decode()
        place = start + len(characters[:skipped].encode())
        return place, place + len(characters[skipped : skipped + 1].encode())

    def _text(self, position: int, place: Place) -> _Text:
        # The traceback of an error is joined with line breaks that are not in the file.
        lines = place.mime_type == "error" and not place.is_key
        known = self._texts.get((position, lines))
        if known is not None:
            return known
        text = self._texts[(position, lines)] = _Text()
        if self._data[position : position + 1] == b'"':
            self._add(text, position)
        elif self._data[position : position + 1] == b"[":
            items = (value for _, value in self._children(position).values())
            for number, item in enumerate(item for item in items if self._data[item : item + 1] == b'"'):
                if number and lines:
                    _append(text, item, item, 1, plain=False, literal=-2)
                self._add(text, item)
        return text

    def _add(self, text: _Text, literal: int) -> None:
        match = _STRING.match(self._data, literal)
        if match is None:
            return
        for part in _PART.finditer(self._data, literal + 1, match.end() - 1):
            plain = self._data[part.start()] != 0x5C
            length = len(part.group().decode()) if plain else 1
            _append(text, part.start(), part.end(), length, plain=plain, literal=literal)

    def _find(self, pointer: Pointer, *, is_key: bool) -> int | None:
        position = _skip(_BETWEEN, self._data, 0)
        for number, step in enumerate(pointer):
            entry = self._children(position).get(step)
            if entry is None:
                return None
            position = entry[0] if is_key and number == len(pointer) - 1 else entry[1]
        return position

    def _children(self, position: int) -> dict[Step, _Entry]:
        known = self._containers.get(position)
        if known is None:
            opening = self._data[position : position + 1]
            known = self._items(position) if opening == b"[" else self._members(position) if opening == b"{" else {}
            self._containers[position] = known
        return known

    def _items(self, position: int) -> dict[Step, _Entry]:
        items: dict[Step, _Entry] = {}
        at = _skip(_BETWEEN, self._data, position + 1)
        while at < len(self._data) and self._data[at] not in b"]}":
            items[len(items)] = (at, at)
            at = _skip(_BETWEEN, self._data, self._end(at))
        return items

    def _members(self, position: int) -> dict[Step, _Entry]:
        members: dict[Step, _Entry] = {}
        totals: dict[str, int] = {}
        at = _skip(_BETWEEN, self._data, position + 1)
        while at < len(self._data) and self._data[at] not in b"]}":
            end = _skip(_STRING, self._data, at)
            if end == at:
                break
            name = str(json.loads(self._data[at:end], strict=False))
            value = _skip(_BETWEEN, self._data, end)
            totals[name] = totals.get(name, 0) + 1
            members[(name, totals[name])] = members[name] = (at, value)
            at = _skip(_BETWEEN, self._data, self._end(value))
        return members

    def _end(self, position: int) -> int:
        """The position after a value."""
        first = self._data[position : position + 1]
        if first == b'"':
            return max(_skip(_STRING, self._data, position), position + 1)
        if first not in (b"[", b"{"):
            return max(_skip(_SCALAR, self._data, position), position + 1)
        depth = 0
        for token in _TOKEN.finditer(self._data, position):
            mark = self._data[token.start()]
            if mark in _OPENING:
                depth += 1
            elif mark != 0x22:
                depth -= 1
                if not depth:
                    return token.end()
        return len(self._data)


def _append(text: _Text, start: int, end: int, length: int, *, plain: bool, literal: int) -> None:
    text.offsets.append(text.length)
    text.starts.append(start)
    text.ends.append(end)
    text.plain.append(plain)
    text.literal.append(literal)
    text.length += length


def _skip(pattern: re.Pattern[bytes], data: bytes, position: int) -> int:
    match = pattern.match(data, position)
    return match.end() if match else position
