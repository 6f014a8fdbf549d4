"""JSON bytes → Python values, fast where the file is plain and tolerant where it is not.

The fast decoder (msgspec) rejects NaN, a byte-order mark and lone surrogates, and keeps the last of several members with
one name without a word. The tolerant one accepts all of these and keeps every member. Both give the same values for a
plain file; ``count_members`` tells the caller when the fast one dropped something.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from mlsec_lab.core.errors import OversizedError, UnreadableError

_SPACED_MEMBER = re.compile(rb'"[ \t\r\n]+:')
_DOUBTFUL_MEMBER = re.compile(rb'\\\\"[ \t\r\n]*:')


class Members(dict[str, Any]):
    """An object some of whose member names occur several times; ``earlier`` holds what plain reading drops."""

    earlier: tuple[tuple[str, int, Any], ...] = ()


def parse_fast(data: bytes) -> Any:
    """The values of plain JSON. Raises ``ValueError`` on anything unusual, ``OversizedError`` when nested too deep."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise _too_deep() from None
    except msgspec.DecodeError as error:
        raise ValueError("not plain JSON") from error


def count_members(data: bytes) -> int | None:
    """The number of object members in JSON bytes, or ``None`` where counting them is not certain.

    Inside a string a quote is always escaped, so a bare quote followed by a colon ends a member name.
    """
    if _DOUBTFUL_MEMBER.search(data):
        return None
    return data.count(b'":') - data.count(b'\\":') + len(_SPACED_MEMBER.findall(data)) - _escaped_spaced(data)


def _escaped_spaced(data: bytes) -> int:
    return sum(1 for match in _SPACED_MEMBER.finditer(data) if data[match.start() - 1 : match.start()] == b"\\")


def decode_text(data: bytes) -> str:
    """The text of JSON bytes in any encoding that JSON allows, without a byte-order mark.

    Raises ``UnreadableError`` for other encodings.
    """
    try:
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"The file is not valid {error.encoding.upper()} (byte {error.start:,}).",
            hint="Save it as UTF-8.",
        ) from None


def parse_tolerant(data: bytes) -> Any:
    """The values of anything that is JSON at all. Raises ``UnreadableError`` or ``OversizedError``."""
    text = decode_text(data)
    if not text.strip():
        raise UnreadableError("The file is empty.")
    decoder = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, strict=False)
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        truncated = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
        what = "is cut off" if truncated else "is not JSON"
        raise UnreadableError(f"The file {what} (line {error.lineno}, column {error.colno}).") from None
    except RecursionError:
        raise _too_deep() from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    last = dict(pairs)
    if len(last) == len(pairs):
        return last
    seen: dict[str, int] = {}
    totals: dict[str, int] = {}
    for name, _ in pairs:
        totals[name] = totals.get(name, 0) + 1
    earlier = []
    for name, value in pairs:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] < totals[name]:
            earlier.append((name, seen[name], value))
    members = Members(last)
    members.earlier = tuple(earlier)
    return members


def _integer(digits: str) -> int:
    # Python refuses to read integers of many thousand digits; no rule reads numbers, so their size is enough.
    return int(digits) if len(digits) < 400 else 0


def _too_deep() -> OversizedError:
    return OversizedError("The file's JSON is nested too deep to read.")
