"""What a notebook carries that is not text: images, sound, fonts, archives. It stays undecoded and is only counted."""

from __future__ import annotations

import re
from typing import Any

_BINARY = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/pdf",
    "application/octet-stream",
    "application/zip",
    "application/gzip",
    "application/x-tar",
)
_HASH = re.compile(r"[0-9a-f]{1,16}")
_ENDS = re.compile(r"[A-Za-z0-9+/=\s]*")
# No image is smaller; a shorter value is somebody's text.
_SMALLEST = 64
# A MIME type is content too, and reports repeat it. These words cannot be a token: letters, then at most two digits.
_PLAIN_TYPE = re.compile(r"[a-z]{1,16}/[a-z]{1,20}\d{0,2}(?:[.+_-](?:[a-z]{1,20}\d{0,2}|\d{1,2})){0,8}")


def is_binary(mime: str) -> bool:
    """Whether values of this MIME type are binary (SVG is text)."""
    return mime.startswith(_BINARY) and mime != "image/svg+xml"


def looks_encoded(value: str) -> bool:
    """Whether both ends of a string are base64: the whole is not looked at, since it may be megabytes."""
    return (
        len(value) >= _SMALLEST
        and _ENDS.fullmatch(value, 0, _SMALLEST) is not None
        and _ENDS.fullmatch(value, len(value) - _SMALLEST) is not None
    )


def is_left_out(value: Any) -> bool:
    """Whether this is the live protocol's ``{"$media": [length, hash]}``, which is too short to hide anything."""
    if not isinstance(value, dict) or value.keys() != {"$media"}:
        return False
    match value["$media"]:
        case [int(), str(digest)]:
            return _HASH.fullmatch(digest) is not None
    return False


def shown_type(mime: str) -> str:
    """The MIME type as reports may show it; one that could hide a value gives ``unknown``."""
    return mime if _PLAIN_TYPE.fullmatch(mime) else "unknown"
