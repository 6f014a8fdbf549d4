"""JSON bytes → Python values, fast where the file is plain and tolerant where it is not.

The fast decoder (msgspec) rejects NaN, a byte-order mark and lone surrogates, and keeps only the last of several members
with one name. The tolerant one accepts all of these and keeps every member. Both give the same values for a plain file;
``count_strings`` lets the caller see that the fast one dropped something.
"""

from __future__ import annotations

import codecs
import json
from typing import Any

import msgspec

from mlsec_lab.core.errors import OversizedError, UnreadableError

_BOMS = (  # UTF-32 first: its little-endian mark begins with the one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_MAX_DIGITS = 400


class Members(dict[str, Any]):
    """An object some of whose member names occur several times; ``earlier`` holds what plain reading drops.

    Each entry is name, number (from 1) among the members of that name, value.
    """

    earlier: tuple[tuple[str, int, Any], ...] = ()


def parse_fast(data: bytes) -> Any:
    """The values of plain JSON. Raises ``ValueError`` on anything unusual, ``OversizedError`` when nested too deep."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise too_deep() from None
    except msgspec.DecodeError as error:
        raise ValueError("not plain JSON") from error


def count_strings(data: bytes) -> int:
    """The number of strings, names included, in valid JSON bytes.

    Only the two quotes around a string stand without an odd number of backslashes before them, so counting quotes is
    exact; a dropped member drops at least the string that is its name.
    """
    quotes = data.count(b'"')
    escaped = data.count(b'\\"')
    if escaped and b'\\\\"' in data:
        # Pairs of backslashes are characters of their own: without them every backslash left escapes what follows.
        escaped = data.replace(b"\\\\", b"").count(b'\\"')
    return (quotes - escaped) // 2


def encoding_of(data: bytes) -> tuple[str, int]:
    """The codec of JSON bytes and the length of their byte-order mark."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return codec, len(mark)
    return json.detect_encoding(data), 0


def decode_text(data: bytes) -> str:
    """The text of JSON bytes in any encoding that JSON allows, without a byte-order mark.

    Raises ``UnreadableError`` for other encodings.
    """
    codec, mark = encoding_of(data)
    try:
        return data[mark:].decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"The file is not valid {codec.upper()} (byte {mark + error.start + 1:,}).", hint="Save it as UTF-8."
        ) from None


def parse_tolerant(data: bytes) -> Any:
    """The values of anything that is JSON at all. Raises ``UnreadableError`` or ``OversizedError``."""
    text = decode_text(data)
    if not text.strip():
        raise UnreadableError("The file is empty.", hint="Restore it from a checkpoint or from version control.")
    decoder = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, strict=False)
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise _not_json(text, error) from None
    except RecursionError:
        raise too_deep() from None


def too_deep() -> OversizedError:
    """The error for nesting that no decoder can follow."""
    return OversizedError("The file's JSON is nested too deep to read.")


def _not_json(text: str, error: json.JSONDecodeError) -> UnreadableError:
    if text.lstrip()[:1] not in ("{", "["):
        return UnreadableError("The file is not JSON.", hint="Check that it is a notebook.")
    cut = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
    what = "ends in the middle of its JSON" if cut else "is not valid JSON"
    return UnreadableError(
        f"The file {what} (line {error.lineno}, column {error.colno}).",
        hint="Restore it from a checkpoint or from version control.",
    )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    last = dict(pairs)
    if len(last) == len(pairs):
        return last
    totals: dict[str, int] = {}
    for name, _ in pairs:
        totals[name] = totals.get(name, 0) + 1
    seen: dict[str, int] = {}
    earlier: list[tuple[str, int, Any]] = []
    for name, value in pairs:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] < totals[name]:
            earlier.append((name, seen[name], value))
    members = Members(last)
    members.earlier = tuple(earlier)
    return members


def _integer(digits: str) -> int:
    # Python refuses to read integers of many thousand digits; no rule reads numbers.
    return int(digits) if len(digits) < _MAX_DIGITS else 0
