"""Text that stands in a notebook as base64: Kubernetes secrets, attachments, tokens that somebody wrapped.

Bounded: runs of 24 characters or more, 64 KiB of each, 64 texts for each string, two layers. Base64 of text has a letter
of few at every fourth place, so that images, hashes, paths and long names are told apart by their first 24 characters.
"""

from __future__ import annotations

import base64
import binascii
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

#: Of base64, in characters: what it encodes has at least 18 bytes. Shorter text is as likely to be a word.
SHORTEST = 24
MAX_LENGTH = 64 * 1024
MAX_TEXTS = 64
MAX_LAYERS = 2

_ALPHABET = frozenset((string.ascii_letters + string.digits + "+/-_").encode())
_CLASSES = bytes(97 if byte in _ALPHABET else 32 for byte in range(256))
_RUN = b"a" * SHORTEST
_RUN_END = re.compile(rb"[^a]")
# The first of four characters holds the six high bits of a byte: those of printable ASCII, a tab or a line end.
_OF_TEXT = re.compile(r"(?:[CDI-Za-f][A-Za-z0-9+/_-]{3}){6}")
# Mail and many tools break base64 into lines of one length, the last one shorter.
_LINE_LENGTHS = (60, 64, 72, 76)
_NEXT_LINE = re.compile(r"\r?\n[ \t]{0,32}([A-Za-z0-9+/]{1,76})(?![A-Za-z0-9+/])")
_NAME_BEFORE = re.compile(r"""[\s"':=]{0,4}[:=][ \t"']{0,4}([A-Za-z0-9_.-]{1,64})""")
_REACH = 80
_URL_SAFE = str.maketrans("-_", "+/")
_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the characters from ``start`` to ``end`` encode, and the name that stands before them, if any."""

    start: int
    end: int
    text: str = field(repr=False)
    name: str | None = field(default=None, repr=False)


def encoded_texts(text: str, layers: int = MAX_LAYERS) -> Sequence[Encoded]:
    """The texts that stretches of ``text`` encode; what they encode in turn has the outer stretch's place."""
    if len(text) < SHORTEST or layers == 0:
        return ()
    classes = text.encode("ascii", "replace").translate(_CLASSES)
    start = classes.find(_RUN)
    return () if start < 0 else tuple(_texts(text, classes, start, layers))


def _texts(text: str, classes: bytes, start: int, layers: int) -> Iterator[Encoded]:
    found = 0
    while start >= 0 and found < MAX_TEXTS:
        stop = _RUN_END.search(classes, start + SHORTEST)
        end = stop.start() if stop else len(classes)
        one = _decoded(text, start, end) if _OF_TEXT.match(text, start) else None
        if one is not None:
            found += 1
            end = one.end
            yield one
            for inner in encoded_texts(one.text, layers - 1):
                yield Encoded(one.start, one.end, inner.text, inner.name or one.name)
        start = classes.find(_RUN, end)


def _decoded(text: str, start: int, end: int) -> Encoded | None:
    if end - start in _LINE_LENGTHS:
        end = _last_line(text, end, end - start)
    stop = min(end, start + MAX_LENGTH)
    data = _BLANKS.sub("", text[start:stop]).translate(_URL_SAFE)
    # One character too many encodes nothing; then it is no base64, or it was cut.
    if len(data) % 4 == 1:
        data = data[:-1]
    try:
        decoded = base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-8", "ignore" if stop < end else "strict")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if _CONTROL.search(decoded):
        return None
    while end < len(text) and text[end] == "=" and end - stop < 2:
        end += 1
    name = _NAME_BEFORE.match(text[max(0, start - _REACH) : start][::-1])
    return Encoded(start, end, decoded, name[1][::-1] if name else None)


def _last_line(text: str, end: int, length: int) -> int:
    """Where base64 ends whose first line, of ``length`` characters, ends at ``end``."""
    while (line := _NEXT_LINE.match(text, end)) is not None and len(line[1]) <= length:
        end = line.end()
        if len(line[1]) < length:
            break
    return end
