"""Match → what may be said of it: masks, anchors and fingerprints, exactly as the contract defines them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b, sha256
from unicodedata import normalize

from mlsec_lab.core.notebook import Cell, Notebook
from mlsec_lab.core.rule import Match, Rule

FIXED_MASK = "••••••••"
#: A provider token shorter than this shows nothing of itself, in characters.
_MIN_PROVIDER = 20
_SHOWN_END = 4
# Of fewer characters after the prefix none is shown; a "prefix" that leaves less than eight is no public one.
_MIN_FOR_END = 12
_MIN_HIDDEN = 8

#: Whatever their rules say, these show no character of a value (contract: "No value").
_ALWAYS_FIXED = re.compile(r"pii/|secret/(?:password|database-url|generic-)")

# A tokenizer that never fails: a string without its end runs to the end of the line (of the text for triple quotes), so
# that every character is read once, and code that does not parse gives an anchor too. Comments are kept.
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r'|(?P<string>"""(?>(?:[^"\\]++|\\.|"(?!""))*)(?:""")?'
    r"|'''(?>(?:[^'\\]++|\\.|'(?!''))*)(?:''')?"
    r'|"(?>(?:[^"\\\n]++|\\.)*)"?'
    r"|'(?>(?:[^'\\\n]++|\\.)*)'?)"
    r"|(?<![\w.])\.?\d[\w.]*",
    re.DOTALL,
)


def public_prefix(match: Match) -> str:
    """The part of a value that anybody may see: the rule's prefix where it is one, else nothing."""
    prefix = match.prefix
    return prefix if match.value.startswith(prefix) and len(match.value) - len(prefix) >= _MIN_HIDDEN else ""


def mask(match: Match, rule: Rule) -> str:
    """The preview of a value: prefix and at most the last four characters of long provider tokens, else nothing of it."""
    value, prefix = match.value, public_prefix(match)
    if rule.mask != "provider" or len(value) < _MIN_PROVIDER or _ALWAYS_FIXED.match(rule.id):
        return FIXED_MASK
    return f"{prefix}…{value[-_SHOWN_END:] if len(value) - len(prefix) >= _MIN_FOR_END else ''}"


def shows_span(match: Match, rule: Rule) -> bool:
    """Whether a file may tell where the value ends (its length says something about a short one)."""
    return mask(match, rule) != FIXED_MASK


def tag(value: str) -> str:
    """Twelve bits of a value's SHA-256: all that a committed file ever gives away of it."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:3]


def fingerprint(rule_id: str, path: str, anchor: str, surface: str, value_tag: str) -> str:
    """``mf1:`` and 32 hex digits of BLAKE2b-128 over the JSON array of the five parts."""
    parts = [rule_id, normalize("NFC", path), anchor, surface, value_tag]
    data = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return f"mf1:{blake2b(data, digest_size=16).hexdigest()}"


def blank_literals(source: str) -> str:
    """Source code with each string literal as ``""`` and each number as ``0``; works on code that does not parse."""
    return _TOKEN.sub(_blank, source)


def _blank(token: re.Match[str]) -> str:
    if token["comment"] is not None:
        return token["comment"]
    return "0" if token["string"] is None else '""'


def anchor_base(cell: Cell, leaks: Collection[str] = ()) -> str:
    """A cell's anchor before repeated ones are numbered: its id, else a hash of its blanked source.

    ``leaks`` are the values found in the cell. They are taken out first: one that stands outside a literal (a comment,
    ``%env``) would be part of the hash, and whoever has the fingerprint could try passwords against it.
    """
    name = cell.id or cell.source
    for leak in sorted(leaks, key=lambda leak: (-len(leak), leak)):
        name = name.replace(leak, "")
    if cell.id:
        return name
    data = blank_literals(name).encode("utf-8", "surrogatepass")
    return f"src:{blake2b(data, digest_size=8).hexdigest()}"


def numbered(bases: Iterable[str]) -> tuple[str, ...]:
    """The anchors of all cells, in order: ``#2``, ``#3`` … where one repeats."""
    seen: Counter[str] = Counter()
    result = []
    for base in bases:
        seen[base] += 1
        result.append(base if seen[base] == 1 else f"{base}#{seen[base]}")
    return tuple(result)


def anchors(notebook: Notebook, leaks: Mapping[int, Collection[str]] | None = None) -> tuple[str, ...]:
    """Each cell's anchor; ``leaks`` are the values found in a cell, by its index."""
    leaks = leaks or {}
    return numbered(anchor_base(cell, leaks.get(cell.index, ())) for cell in notebook.cells)
