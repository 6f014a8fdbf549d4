"""Which line of a TOML file says what. ``tomllib`` gives values without lines; this reads keys only, of valid files."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

#: A key's way from the top of the file; items of ``[[table]]`` arrays are counted from 0.
Keys = tuple[str | int, ...]

_SKIPPED = re.compile(
    r"#[^\n]*"
    r'|"""(?>(?:[^"\\]++|\\.|"(?!""))*)"{3,5}'
    r"|'''(?>(?:[^']++|'(?!''))*)'{3,5}"
    r'|"(?>(?:[^"\\\n]++|\\.)*)"'
    r"|'[^'\n]*'"
    r"|[\[\]{}]|\n",
    re.DOTALL,
)
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DOTTED = rf"[ \t]*{_PART}[ \t]*(?:\.[ \t]*{_PART}[ \t]*)*"
_STATEMENT = re.compile(rf"[ \t]*(?:\[\[(?P<array>{_DOTTED})\]\]|\[(?P<table>{_DOTTED})\]|(?P<key>{_DOTTED})=)")
_PARTS = re.compile(_PART)


def key_lines(text: str) -> dict[Keys, int]:
    """The 1-based line of each key, table and array item that has a line of its own.

    Keys inside inline tables and arrays have none: ``line_of`` gives the line where those start.
    """
    lines: dict[Keys, int] = {}
    counts: Counter[Keys] = Counter()
    table: Keys = ()
    for number, statement in _statements(text):
        if statement["key"] is not None:
            path = (*table, *_names(statement["key"]))
        else:
            path = _absolute(_names(statement["array"] or statement["table"]), counts)
            if statement["array"] is not None:
                lines.setdefault(path, number)
                counts[path] += 1
                path = (*path, counts[path] - 1)
            table = path
        for length in range(1, len(path) + 1):
            lines.setdefault(path[:length], number)
    return lines


def line_of(text: str, keys: Keys) -> int | None:
    """The line of a key, or of the nearest thing around it that has one."""
    lines = key_lines(text)
    return next((lines[keys[:length]] for length in range(len(keys), 0, -1) if keys[:length] in lines), None)


def _statements(text: str) -> list[tuple[int, re.Match[str]]]:
    """Every header and ``key =``, with its line; what stands inside values is passed over."""
    found = []
    position, number = 0, 1
    while position < len(text):
        statement = _STATEMENT.match(text, position)
        depth = 0
        if statement is not None:
            found.append((number, statement))
            position = statement.end()
        # To the end of the line on which every bracket of the value is closed.
        while skipped := _SKIPPED.search(text, position):
            position = skipped.end()
            found_text = skipped.group()
            number += found_text.count("\n")
            depth += (found_text in ("[", "{")) - (found_text in ("]", "}"))
            if found_text == "\n" and depth <= 0:
                break
        else:
            return found
    return found


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(_name(part) for part in _PARTS.findall(dotted))


def _name(part: str) -> str:
    if part[0] not in "\"'":
        return part
    name = tomllib.loads(f"name = {part}")["name"]
    return str(name)


def _absolute(names: tuple[str, ...], counts: Counter[Keys]) -> Keys:
    """A header's way: below an array of tables it means the array's newest item."""
    path: Keys = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if counts[path] and place < len(names) - 1:
            path = (*path, counts[path] - 1)
    return path
