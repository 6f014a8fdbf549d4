"""What a person reads of a raw string: ANSI codes, HTML entities and tags undone, with offset maps back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from mlsec_lab.core.location import OffsetMap, Run

View = tuple[str, OffsetMap | None]
Edit = tuple[int, int, str]

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
# Embedded media are not text; they are left out, as images are.
_DATA_URI = r"data:(?:image|audio|video|font)/[a-zA-Z0-9.+-]{1,64};base64,[A-Za-z0-9+/=\s]{64,}"
_TAG = r"<!--|-->|</?[a-zA-Z!][^<>]*>"
_MARKUP = re.compile(f"{_DATA_URI}|{_ENTITY}")
_VISIBLE = re.compile(f"{_DATA_URI}|{_TAG}|{_ENTITY}")
_CELL = re.compile(r"</?(?:td|th)\b", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:address|article|blockquote|br|caption|dd|div|dl|dt|h[1-6]|hr|li|ol|option|p|pre|script|section|style|table|tbody"
    r"|thead|title|tr|ul)\b",
    re.IGNORECASE,
)


def views(raw: str, mime: str | None) -> Iterator[View]:
    """The readable texts of a raw string; the first is nearest to the raw string."""
    if mime in ("text/html", "image/svg+xml", "text/xml", "application/xml"):
        yield edited(raw, _edits(_MARKUP, raw)) if "&" in raw or "data:" in raw else (raw, None)
        if "<" in raw:
            yield edited(raw, _edits(_VISIBLE, raw))
    elif mime in ("text/markdown", "markdown"):
        yield edited(raw, _edits(_MARKUP, raw)) if "&" in raw or "data:" in raw else (raw, None)
    elif "\x1b" in raw:
        yield edited(raw, ((match.start(), match.end(), "") for match in _ANSI.finditer(raw)))
    else:
        yield raw, None


def _edits(pattern: re.Pattern[str], raw: str) -> Iterator[Edit]:
    for match in pattern.finditer(raw):
        yield match.start(), match.end(), _replacement(match.group())


def _replacement(found: str) -> str:
    if found.startswith("&"):
        return html.unescape(found)
    if _CELL.match(found):
        return "\t"
    return "\n" if found.startswith("data:") or _BLOCK.match(found) else ""


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
        if replacement:
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
