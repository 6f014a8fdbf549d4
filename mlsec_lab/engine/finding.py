"""Match → what may be said of it: masks, anchors and fingerprints, exactly as the contract defines them."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import blake2b, sha256
from unicodedata import normalize

from mlsec_lab.core.notebook import Notebook
from mlsec_lab.core.rule import Match, Rule

FIXED_MASK = "••••••••"
_MIN_PROVIDER = 20

_LITERAL = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(?<![\w.])\d[\w.]*",
    re.DOTALL,
)


def mask(match: Match, rule: Rule) -> str:
    """The preview of a value: prefix and last four characters of long provider tokens, else no character of it."""
    if rule.mask != "provider" or len(match.value) < _MIN_PROVIDER:
        return FIXED_MASK
    return f"{match.prefix}…{match.value[-4:]}"


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
    return _LITERAL.sub(lambda match: "0" if match.group()[0].isdigit() else '""', source)


def anchors(notebook: Notebook) -> tuple[str, ...]:
    """Each cell's anchor: its id, else a hash of its blanked source; ``#2``, ``#3`` … where one repeats."""
    seen: Counter[str] = Counter()
    result = []
    for cell in notebook.cells:
        anchor = cell.id or _source_anchor(cell.source)
        seen[anchor] += 1
        result.append(anchor if seen[anchor] == 1 else f"{anchor}#{seen[anchor]}")
    return tuple(result)


def _source_anchor(source: str) -> str:
    data = blank_literals(source).encode("utf-8", "surrogatepass")
    return f"src:{blake2b(data, digest_size=8).hexdigest()}"
