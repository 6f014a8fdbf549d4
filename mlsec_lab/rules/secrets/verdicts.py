"""What else must hold of a value that has a provider's format, and how sure that makes the finding."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from mlsec_lab.core.rule import Confidence, Severity

from .documented import is_documented
from .filters import entropy, has_words, is_common, is_dummy, is_placeholder, is_template
from .rows import Check, Provider, prefix_of

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKED = 36
_AWS_PREFIX = "AKIA"
_AMINO = re.compile(r"[ACDEFGHIKLMNPQRSTVWY]+")
_PEM_FRAME = re.compile(r"-----[A-Z0-9 ]{1,60}-----|\\[nrt]|[\s\"'+\\,()]")
_PEM_HEADER = re.compile(r"^[A-Za-z-]{3,24}: .*$", re.MULTILINE)
_LOCAL = re.compile(
    r"localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal|(?:[^.]*\.)?example\.|[^.]+\.(?:test|invalid|example)\b"
)
_BLOB = re.compile(r"[A-Za-z0-9+/]*")
_BLOB_SIDE = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure and how bad: ``None`` leaves the rule's own word."""

    confidence: Confidence | None = None
    severity: Severity | None = None


FOUND = Verdict()
#: Documented examples and default credentials: counted, not listed.
KNOWN_EXAMPLE = Verdict("low", "info")
DOUBTFUL = Verdict("medium")
WEAK = Verdict("low")


def judge(row: Provider, found: re.Match[str], value: str) -> Verdict | None:
    """The verdict on a match of a row's pattern; ``None`` where the value is a placeholder or chance."""
    if is_documented(value):
        return KNOWN_EXAMPLE
    if in_blob(found.string, found.start(), found.end()):
        return None
    return _CHECKS[row.check](row, found, value)


def in_blob(text: str, start: int, end: int) -> bool:
    """Whether a span lies in a long run of base64, such as an image, where any short format occurs by chance."""
    if start < 1 or end >= len(text) or text[start - 1] not in "+/" or text[end] not in "+/=":
        return False
    after = _BLOB.match(text, end + 1, end + 1 + _BLOB_SIDE)
    before = _BLOB.match(text[max(0, start - 1 - _BLOB_SIDE) : start - 1][::-1])
    return len(after.group() if after else "") + len(before.group() if before else "") >= _BLOB_SIDE


def judge_token(row: Provider, value: str) -> Verdict | None:
    """The verdict on a token by its random part alone."""
    body = value[len(prefix_of(row, value)) :]
    if entropy(body) < row.min_entropy or is_dummy(body) or (body.isalpha() and (body.islower() or body.isupper())):
        return None
    return FOUND


def _token(row: Provider, _: re.Match[str], value: str) -> Verdict | None:
    return judge_token(row, value)


def _aws(_: Provider, __: re.Match[str], value: str) -> Verdict | None:
    """Base 32 without digits is rare, and peptides and capitals look like it."""
    body = value[len(_AWS_PREFIX) :]
    if is_dummy(body) or entropy(body) < 2.8:
        return None
    return None if body.isalpha() and (_AMINO.fullmatch(body) or has_words(body)) else FOUND


def _crc32(row: Provider, _: re.Match[str], value: str) -> Verdict | None:
    """GitHub's and npm's classic tokens end in the CRC-32 of their random part, in base 62."""
    body = value[len(prefix_of(row, value)) :]
    verdict = judge_token(row, value)
    if verdict is None or len(body) != _CHECKED or "-" in body:
        return verdict
    return FOUND if _base62(zlib.crc32(body[:-6].encode())) == body[-6:] else DOUBTFUL


def _base62(number: int) -> str:
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits


def _jwt(row: Provider, _: re.Match[str], value: str) -> Verdict | None:
    head = value.partition(".")[0]
    if is_dummy(value.rpartition(".")[2]):
        return None
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError):
        return DOUBTFUL
    return FOUND if isinstance(header, dict) and "alg" in header else DOUBTFUL


def _pem(_: Provider, __: re.Match[str], value: str) -> Verdict | None:
    body = _PEM_FRAME.sub("", _PEM_HEADER.sub("", value.replace("\\n", "\n")))
    plain = sum(character.isalnum() or character in "+/=" for character in body)
    if plain < 40 or plain < 0.9 * len(body) or entropy(body) < 4.0 or is_placeholder(body[:64]):
        return None
    return FOUND


def _url(_: Provider, found: re.Match[str], value: str) -> Verdict | None:
    parts = found.groupdict()
    user, host = parts.get("user") or "", parts.get("host") or ""
    if is_template(value) or is_template(user) or host.startswith(("{", "$", "<")):
        return None
    if "host" not in parts:
        return None if is_dummy(value) else FOUND
    if is_placeholder(value) or value.lower() in (user.lower(), "pass", "pw", "pwd", "token", "secret", "xxx"):
        return WEAK if _default(user, value) else None
    if is_common(value) or (_LOCAL.match(host) and value.isalpha()):
        return WEAK
    return DOUBTFUL if value.isalpha() or value.isdigit() else FOUND


def _default(user: str, value: str) -> bool:
    """Whether user and password are the same word, as in default installations."""
    return value.lower() == user.lower() and not is_template(value)


_CHECKS: dict[Check, Callable[[Provider, re.Match[str], str], Verdict | None]] = {
    "token": _token,
    "aws": _aws,
    "crc32": _crc32,
    "jwt": _jwt,
    "pem": _pem,
    "url": _url,
}
