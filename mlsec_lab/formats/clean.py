"""Text from outside (paths, ids, MIME types), made safe for a terminal."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """``text`` with control, format (bidirectional, zero-width) and surrogate characters as visible escapes."""
    return "".join(character if _is_plain(character) else f"\\u{{{ord(character):x}}}" for character in text)


def _is_plain(character: str) -> bool:
    return character == " " or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
