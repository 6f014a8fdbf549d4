"""The gate: which secret rules may match a surface. Sound (a test holds it against the rules alone) and cheap.

Nearly every provider's value has a run of 16 letters, digits, ``_`` or ``-``, and little readable text has one. Texts are
translated to one byte per character class, where such a run is a plain substring. Literals that begin a token are then
looked up at the beginnings of tokens in such runs; those of keys and URLs in texts with a run of 36 of their characters.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Rule

from .assignment import HEADER_WORDS, assignment_rules
from .names import FOREIGN_WORDS, WORDS, kind_of
from .providers import provider_rules
from .rows import providers
from .windows import CLASSES

_RUN = b"a" * 16
_TOKEN_RUN = b"a" * 24
_LONG_RUN = b"a" * 36
_LONG = frozenset((string.ascii_letters + string.digits + "_-+/=%.~:@?&;").encode())
_LONG_CLASSES = bytes(97 if byte in _LONG else 32 for byte in range(256))
#: No provider's value with its gate is shorter, nor a name with its value.
_SHORTEST = 12
_HEAD = 2
_RUN_END = re.compile(rb"[^a]")
_OTHER = b" "
_WORDS = (*WORDS, *HEADER_WORDS)

Rules = dict[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class _Tables:
    """Literal → rules, by where the literal stands; ``starts`` by its first characters, ``heads`` by its last."""

    starts: dict[str, Rules] = field(default_factory=dict)
    heads: dict[str, Rules] = field(default_factory=dict)
    inside: Rules = field(default_factory=dict)
    beside: Rules = field(default_factory=dict)
    anywhere: Rules = field(default_factory=dict)
    shapes: dict[bytes, tuple[Rule, ...]] = field(default_factory=dict)


@cache
def _tables() -> _Tables:
    tables = _Tables()
    for row, rule in zip(providers(), provider_rules(), strict=True):
        for literal in row.starts:
            _add(tables.starts.setdefault(literal[:_HEAD], {}), literal, rule)
        for literal in row.heads:
            _add(tables.heads.setdefault(literal[-_HEAD:], {}), literal, rule)
        for literal in row.inside:
            _add(tables.inside, literal, rule)
        for literal in row.beside:
            _add(tables.beside, literal.lower(), rule)
        for literal in row.anywhere:
            _add(tables.anywhere, literal, rule)
        if row.shape:
            shape = row.shape.encode()
            tables.shapes[shape] = (*tables.shapes.get(shape, ()), rule)
    return tables


def _add(table: Rules, literal: str, rule: Rule) -> None:
    if rule not in table.get(literal, ()):
        table[literal] = (*table.get(literal, ()), rule)


def candidates(surface: Surface) -> Sequence[Rule]:
    """The secret rules that may match a surface, in the order of the rows; the assignment rule comes last."""
    text = surface.text
    found: list[Rule] = []
    assign = False
    if len(text) >= _SHORTEST:
        # Characters outside ASCII become "?", one for one: they are in no token.
        data = text.encode("ascii", "replace")
        classes = data.translate(CLASSES)
        folded = text.lower() if _OTHER in classes else ""
        assign = bool(folded) and _has_word(folded)
        tables = _tables()
        if _RUN in classes:
            _of_runs(found, tables, text, folded, classes)
        if folded:
            _collect(found, tables.anywhere, text)
        if len(text) >= len(_LONG_RUN):
            _collect(found, tables.inside, _long_runs(text, data.translate(_LONG_CLASSES)))
    if assign or (surface.name is not None and kind_of(surface.name) != "none"):
        found.append(assignment_rules()[0])
    return found if len(found) < 2 else _in_order(found)


def _in_order(found: list[Rule]) -> list[Rule]:
    """Each rule once, in the order of the rows: where two rows match one value, the first is kept."""
    order = _order()
    return sorted({rule.id: rule for rule in found}.values(), key=lambda rule: order[rule.id])


@cache
def _order() -> dict[str, int]:
    return {rule.id: number for number, rule in enumerate((*provider_rules(), assignment_rules()[0]))}


def _long_runs(text: str, classes: bytes) -> str:
    """The stretches of a text that have 36 characters of keys and URLs in a row; nearly always there are none."""
    runs: list[str] = []
    start = classes.find(_LONG_RUN)
    while start >= 0:
        end = classes.find(_OTHER, start)
        end = len(classes) if end < 0 else end
        runs.append(text[start:end])
        start = classes.find(_LONG_RUN, end)
    return "\n".join(runs)


def _collect(found: list[Rule], table: Rules, text: str) -> None:
    if not text:
        return
    for literal, rules in table.items():
        if literal in text:
            found.extend(rules)


def _has_word(folded: str) -> bool:
    """Whether a text has a word that names, headers or logins need."""
    for word in _WORDS:
        if word in folded:
            return True
    return not folded.isascii() and any(word in folded for word in FOREIGN_WORDS)


def _of_runs(found: list[Rule], tables: _Tables, text: str, folded: str, classes: bytes) -> None:
    """The rules whose values have a run of token characters."""
    if _TOKEN_RUN in classes:
        _collect(found, tables.beside, folded)
    for shape, rules in tables.shapes.items():
        if shape in classes:
            found.extend(rules)
    start = classes.find(_RUN)
    while start >= 0:
        stop = _RUN_END.search(classes, start + len(_RUN))
        end = stop.start() if stop else len(classes)
        before = text[start - 1] if start else ""
        if before == ".":
            for literal, rules in tables.heads.get(text[start - _HEAD : start], {}).items():
                if text.endswith(literal, 0, start):
                    found.extend(rules)
        _of_starts(found, tables.starts, text, start, end, escaped=before == "\\")
        start = classes.find(_RUN, end)


def _of_starts(found: list[Rule], table: dict[str, Rules], text: str, start: int, end: int, *, escaped: bool) -> None:
    """The rules whose literal begins a token in a run: where the run does, after a dash, after an escape's letter."""
    place = start
    while place >= start:
        key = text[place : place + _HEAD]
        if key in table:
            for literal, rules in table[key].items():
                if text.startswith(literal, place):
                    found.extend(rules)
        if escaped:
            escaped, place = False, start + 1
        else:
            place = text.find("-", place, end) + 1 or -1
