"""What a person reads of a raw string: ANSI codes, entities, tags and soft breaks undone, with offset maps back.

Every pattern is linear: a first character that is looked for, then possessive parts that stop before the next one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from mlsec_lab.core.location import OffsetMap, Run

View = tuple[str, OffsetMap | None]
Edit = tuple[int, int, str]

_MARKUP_TYPES = frozenset(
    ("text/html", "text/markdown", "image/svg+xml", "text/xml", "application/xml", "application/xhtml+xml")
)
_INVISIBLES = "\u00ad\u180e\u200b\u2060\ufeff"
# What may follow a character that starts an edit. CSI sequences vanish. Of OSC sequences (links, titles) only the frame is
# undone: what is in it may be a URL with a key.
_ESCAPE = r"(?<=\x1b)(?:\[[0-?]*+[ -/]*+[@-~]|\][0-9]{0,4};?|\\|[@-Z^_])|(?<=\x9b)[0-?]*+[ -/]*+[@-~]|(?<=\x07)"
# Invisible characters let a word break, or hide something in it.
_SOFT = f"(?<=[{_INVISIBLES}])[{_INVISIBLES}]*+"
_ENTITY = r"(?<=&)(?:\#[0-9]{1,7}+;?|\#[xX][0-9a-fA-F]{1,6}+;?|[A-Za-z][A-Za-z0-9]{1,31}+;)"
# Embedded media are no text and may be megabytes; they are left out as image outputs are.
_DATA_URI = (
    r"(?<=[dD])ata:(?:image|audio|video|font|application)/[a-zA-Z0-9.+-]{1,64}+(?:;[a-z]{1,16}=[a-zA-Z0-9-]{1,32}){0,4}"
    r";base64,[A-Za-z0-9+/=]{64,}+"
)
_HIDING = r"/?(?:[sS][cC][rR][iI][pP][tT]|[sS][tT][yY][lL][eE])\b"
_TAG = rf"(?!{_HIDING})(?:!--|[/!?]?[a-zA-Z][^<>]*+>)"
_TAGS = rf"(?<=<)(?:{_TAG}(?>(?:\s*+<{_TAG})*)\s*+|{_HIDING}[^<>]*+>)"


def _pattern(starts: str, *alternatives: str) -> re.Pattern[str]:
    # The class in front lets the engine run over everything else at full speed.
    return re.compile(f"[{starts}](?:{'|'.join(alternatives)})")


_STARTS = rf"\x1b\x9b\x07{_INVISIBLES}"
_UNDONE = (_ESCAPE, _SOFT)
_PLAIN = (_pattern(_STARTS, *_UNDONE), _pattern(f"{_STARTS}dD", *_UNDONE, _DATA_URI))
_SOURCE = (_pattern(f"{_STARTS}&", *_UNDONE, _ENTITY), _pattern(f"{_STARTS}&dD", *_UNDONE, _ENTITY, _DATA_URI))
_SHOWN = (
    _pattern(f"{_STARTS}&<", _TAGS, _ENTITY, *_UNDONE),
    _pattern(f"{_STARTS}&<dD", _TAGS, _ENTITY, *_UNDONE, _DATA_URI),
)
_HIDES = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)
_NAME = re.compile(r"<[/!?]?([a-zA-Z][a-zA-Z0-9]*+)")
_INVISIBLE = re.compile("[\x9b\u00ad\u180e\u200b\u2060\ufeff]")
_ONE_TAG = re.compile(r"<!--|<[^<>]*+>")

_CELLS = frozenset(("td", "th"))
_BLOCK_NAMES = """
    address article aside blockquote body br button caption center col colgroup dd desc details dialog div dl doctype dt
    fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 head header hr html iframe img input legend li link main meta
    nav ol optgroup option output p path pre rect section select summary svg table tbody text textarea tfoot thead title tr
    ul use video xml
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())


def is_markup(mime: str) -> bool:
    """Whether text of this MIME type may hold tags and entities."""
    return mime in _MARKUP_TYPES


def views(raw: str, *, markup: bool) -> tuple[View, ...]:
    """The readable texts of a raw string: for markup its source and, where it differs, what a browser shows."""
    if markup and ("<" in raw or "&" in raw):
        return _markup(raw)
    return ((edited(raw, _edits(_PLAIN, raw)) if _unusual(raw) else (raw, None)),)


def _unusual(raw: str) -> bool:
    return "\x1b" in raw or ";base64," in raw or (not raw.isascii() and _INVISIBLE.search(raw) is not None)


def _markup(raw: str) -> tuple[View, ...]:
    source = edited(raw, _edits(_SOURCE, raw)) if "&" in raw or _unusual(raw) else (raw, None)
    visible = edited(raw, _visible(raw)) if "<" in raw else source
    if visible[0] == source[0] or not visible[0].strip():
        return (source,)
    return source, visible


def _edits(patterns: tuple[re.Pattern[str], re.Pattern[str]], raw: str) -> Iterator[Edit]:
    known: dict[str, str] = {}
    for match in patterns[";base64," in raw].finditer(raw):
        yield match.start(), match.end(), _cached(match.group(), known)


def _visible(raw: str) -> Iterator[Edit]:
    """The edits that leave what a browser shows; scripts and style sheets go with their contents."""
    known: dict[str, str] = {}
    hidden, since = "", 0
    for match in _SHOWN[";base64," in raw].finditer(raw):
        found = match.group()
        hides = _HIDES.match(found)
        if hidden:
            if hides and hides[1] and hides[2].lower() == hidden:
                hidden = ""
                yield since, match.end(), "\n"
        elif hides and not hides[1]:
            hidden, since = hides[2].lower(), match.start()
        else:
            yield match.start(), match.end(), _cached(found, known)
    if hidden:
        yield since, len(raw), "\n"


def _cached(found: str, known: dict[str, str]) -> str:
    # Tables repeat the same few tags; data URIs are long and not kept.
    replacement = known.get(found)
    if replacement is None:
        replacement = _replacement(found)
        if len(found) <= 64:
            known[found] = replacement
    return replacement


def _replacement(found: str) -> str:
    first = found[0]
    if first == "&":
        return html.unescape(found)
    if first in "dD":
        return "…"
    if first == "<":
        return _between(found)
    return "\n" if found == "\x07" or found[1:2] in ("]", "\\") else ""


def _between(tags: str) -> str:
    """What stands between the words around a group of tags: a line break, a column break, a space or nothing."""
    names = {name.lower() for name in _NAME.findall(tags)}
    if names & _CELLS and "tr" not in names:
        return "\t"
    if names & _BLOCKS or names & _CELLS or _HIDES.match(tags):
        return "\n"
    gaps = _ONE_TAG.sub("", tags)
    if "\n" in gaps:
        return "\n"
    return " " if gaps else ""


def edited(raw: str, edits: Iterable[Edit]) -> View:
    """``raw`` with sorted, disjoint stretches replaced, and the map back; ``(raw, None)`` where nothing changes."""
    parts: list[str] = []
    runs: list[Run] = []
    position = length = 0
    for start, end, replacement in edits:
        if start > position:
            runs.append(Run(length, position, start - position, True))
            parts.append(raw[position:start])
            length += start - position
        if replacement and not (start == position and replacement == "\n" == (parts[-1] if parts else "")):
            runs.append(Run(length, start, end - start, False))
            parts.append(replacement)
            length += len(replacement)
        position = end
    if not position:
        return raw, None
    if position < len(raw):
        runs.append(Run(length, position, len(raw) - position, True))
        parts.append(raw[position:])
    return "".join(parts), OffsetMap(tuple(runs))
