"""Text that stands in a notebook as base64: Kubernetes secrets, attachments, tokens that somebody wrapped.

Bounded: runs of 24 characters or more, 64 KiB of each, 64 texts for each string, two layers. Images, hashes, paths and
long names are told apart by their first 24 characters: those encode 18 bytes, which are hardly ever UTF-8 by chance.
"""

from __future__ import annotations

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
# The first of four characters holds the six high bits of a byte: those of text never begin what is here.
_NO_TEXT = frozenset("ABEFGHghijklmnopqrstuv")
# Mail and many tools break base64 into lines of one length, the last one shorter.
_LINE_LENGTHS = (60, 64, 72, 76)
_NEXT_LINE = re.compile(r"\r?\n[ \t]{0,32}([A-Za-z0-9+/]{1,76})(?![A-Za-z0-9+/])")
_NAME_BEFORE = re.compile(r"""[\s"':=]{0,4}[:=][ \t"']{0,4}([A-Za-z0-9_.-]{1,64})""")
_REACH = 80
_URL_SAFE = str.maketrans("-_", "+/")
_PADDING = re.compile("={1,2}")
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
        one = _decoded(text, start, end) if text[start] not in _NO_TEXT else None
        if one is not None:
            found += 1
            end = one.end
            yield one
            for inner in encoded_texts(one.text, layers - 1):
                yield Encoded(one.start, one.end, inner.text, inner.name or one.name)
        start = classes.find(_RUN, end)


def _decoded(text: str, start: int, end: int) -> Encoded | None:
    if _text_of(text[start : start + SHORTEST], cut=True) is None:
        return None
    if end - start in _LINE_LENGTHS:
        end = _last_line(text, end, end - start)
    stop = min(end, start + MAX_LENGTH)
    decoded = _text_of(_BLANKS.sub("", text[start:stop]), cut=stop < end)
    if decoded is None:
        return None
    padding = _PADDING.match(text, end)
    end = padding.end() if padding else end
    name = _NAME_BEFORE.match(text[max(0, start - _REACH) : start][::-1])
    return Encoded(start, end, decoded, name[1][::-1] if name else None)


def _text_of(data: str, *, cut: bool) -> str | None:
    """The text that base64 encodes, ``None`` where it encodes none; of one that is ``cut`` the last character may be cut."""
    # One character too many encodes nothing; then it is no base64, or it was cut.
    whole = data[: len(data) - (len(data) % 4 == 1)].translate(_URL_SAFE)
    decoded = binascii.a2b_base64(whole + "=" * (-len(whole) % 4))
    try:
        text = decoded.decode()
    except UnicodeDecodeError as error:
        if not cut or error.start < len(decoded) - 3 or error.reason != "unexpected end of data":
            return None
        text = decoded[: error.start].decode()
    return None if _CONTROL.search(text) else text


def _last_line(text: str, end: int, length: int) -> int:
    """Where base64 ends whose first line, of ``length`` characters, ends at ``end``."""
    while (line := _NEXT_LINE.match(text, end)) is not None and len(line[1]) <= length:
        end = line.end()
        if len(line[1]) < length:
            break
    return end
