"""A telling name, then a value: the rules for passwords, API keys and named providers."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Confidence, Match, Rule, Severity

from .documented import is_documented
from .filters import (
    entropy,
    has_words,
    is_common,
    is_dummy,
    is_password,
    is_placeholder,
    is_random_token,
    is_reference,
    is_strong_password,
    is_template,
    is_uuid,
)
from .names import kind_of
from .providers import of_format
from .rows import ROTATE, STORE, Named, metadata, named, prefix_of
from .shapes import Pair, pairs
from .windows import around, fold, literal_places

_SCHEME = r"""[Aa]uthorization\\?["']?\]?[ \t]{0,4}[:=,][ \t]{0,4}\\?[fF]?["']?(?:[Tt]oken|[Aa]pi-?[Kk]ey)"""
_BEARER = re.compile(rf"(?:\b(?:Bearer|bearer|BEARER)|{_SCHEME})[ \t]{{1,4}}(?P<value>[A-Za-z0-9._~+/=-]{{16,512}})")
_BASIC = re.compile(r"\b[Bb]asic[ \t]{1,4}(?P<value>[A-Za-z0-9+/]{8,200}={0,2})(?![A-Za-z0-9+/=])")
# A user's name, then the password: calls and command lines that name neither.
_LOGIN = re.compile(
    r"""(?:\bauth[ \t]{0,4}=[ \t]{0,4}|HTTPBasicAuth|HTTPDigestAuth|\.login|\.authenticate)\([ \t\n]{0,20}"""
    r"""["'][^"'\n]{1,80}["'][ \t]{0,8},[ \t\n]{0,20}["'](?P<value>[^"'\n\\]{4,128})["']"""
    r"""|\bcurl\b[^\n]{0,300}?\s(?:-u|--(?:proxy-)?user)[ =]{0,2}["']?[^\s:"'$]{1,64}:(?P<shell>[^\s"'$@/]{4,128})"""
)
_WANDB_LOGIN = re.compile(r"wandb login(?: --?[a-z]{2,20}){0,3} (?P<value>[0-9a-f]{40})(?![0-9a-zA-Z])")
#: Lower-case literals of headers and logins, beside the words of names.
HEADER_WORDS = ("basic ", ".login(", "curl ", "b login ")
_HEADER_PLACES = ("bearer", "auth", *HEADER_WORDS)
_HEADER_REACH = 900

# The limits of detect-secrets' entropy plugins, in bits per character.
_BASE64_LIMIT = 4.5
_HEX_LIMIT = 3.0
_HEX = re.compile(r"[0-9a-fA-F]{16,512}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=_-]{20,512}")
_CONTEXT = 80
_MAX_MEMBER = 1024


def check_assignments(surface: Surface) -> Iterator[Match]:
    """Every secret that the name beside it gives away."""
    text = surface.text
    if surface.name and len(text) <= _MAX_MEMBER:
        kind = kind_of(surface.name)
        if kind != "none" and not any(map(str.isspace, text.strip())):
            start = len(text) - len(text.lstrip())
            value = text.strip()
            yield from _judge(Pair(surface.name, kind, start, start + len(value), value, True))
    for pair in pairs(surface):
        yield from _judge(pair)
    yield from _headers(text)


def _judge(pair: Pair) -> Iterator[Match]:
    value = pair.value
    if is_documented(value):
        yield _match(pair, "generic-api-key", "low", "info")
        return
    if pair.formatted and is_template(value):
        return
    if pair.kind == "password" and is_common(value) and is_password(value):
        yield _match(pair, "password", "low")
        return
    if is_placeholder(value) or is_reference(value) or value.lower() in pair.name.lower():
        return
    if pair.joined and (row := of_format(value)) is not None:
        yield replace(_match(pair, row.provider), prefix=prefix_of(row, value), properties={"provider": row.provider})
        return
    by_name = _named(pair)
    if by_name is not None:
        yield by_name
    elif pair.kind == "password":
        yield from _password(pair)
    else:
        yield from _key(pair)


def _named(pair: Pair) -> Match | None:
    context = f"{pair.before[-_CONTEXT:]}{pair.name}"
    for row, name, shape in _named_patterns():
        if shape.fullmatch(pair.value) and name.search(context):
            if entropy(pair.value) < 2.5 or is_dummy(pair.value):
                return None
            if pair.value.isalpha() and (has_words(pair.value) or pair.value in (pair.value.lower(), pair.value.upper())):
                return None
            # A provider elsewhere on the line is weaker evidence than one in the name itself.
            sure: Confidence | None = None if name.search(pair.name) else "medium"
            if sure and pair.kind == "weak" and pair.name.lower() not in ("key", "auth", "token"):
                return None
            return replace(_match(pair, row.provider, sure), properties={"provider": row.provider})
    return None


def _password(pair: Pair) -> Iterator[Match]:
    strong = is_strong_password(pair.value) or is_random_token(pair.value)
    if is_password(pair.value) and (pair.quoted or strong):
        yield _match(pair, "password")


def _key(pair: Pair) -> Iterator[Match]:
    value, name = pair.value, pair.name.lower()
    random = is_random_token(value) and (not is_uuid(value) or "secret" in name or "api" in name)
    if random and pair.kind == "key":
        yield _match(pair, "generic-api-key")
    elif pair.quoted and (random or _is_high_entropy(value)) and not is_uuid(value):
        yield _match(pair, "high-entropy-string")


def _is_high_entropy(value: str) -> bool:
    """The measure of detect-secrets' entropy plugins; digits alone are no secret."""
    if _HEX.fullmatch(value):
        return not value.isdigit() and entropy(value) > _HEX_LIMIT
    return _BASE64.fullmatch(value) is not None and entropy(value) > _BASE64_LIMIT


def _headers(text: str) -> Iterator[Match]:
    for first, last in around(text, literal_places(fold(text), _HEADER_PLACES), _HEADER_REACH):
        for found in _BEARER.finditer(text, first, last):
            value = found["value"].rstrip(".")
            if is_random_token(value) and not is_placeholder(value) and not is_reference(value):
                start = found.start("value")
                yield Match("secret/generic-api-key", start, start + len(value), value)
        for found in _BASIC.finditer(text, first, last):
            if _is_basic(found["value"]):
                yield Match("secret/password", *found.span("value"), found["value"])
        for found in _LOGIN.finditer(text, first, last):
            group = "value" if found["value"] is not None else "shell"
            value = found[group]
            if is_password(value) and not (is_placeholder(value) or is_reference(value) or is_common(value)):
                yield Match("secret/password", *found.span(group), value)
        for found in _WANDB_LOGIN.finditer(text, first, last):
            if not is_dummy(found["value"]):
                known = {"provider": "wandb-api-key"}
                yield Match("secret/wandb-api-key", *found.span("value"), found["value"], properties=known)


def _is_basic(value: str) -> bool:
    """Whether a Basic header's value is a user and a password that is no placeholder (RFC 7617)."""
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    plain = user.isprintable() and password.isprintable()
    return bool(colon) and plain and len(password) >= 4 and not is_placeholder(password) and not is_common(password)


def _match(pair: Pair, name: str, confidence: Confidence | None = None, severity: Severity | None = None) -> Match:
    return Match(f"secret/{name}", pair.start, pair.end, pair.value, confidence=confidence, severity=severity)


@cache
def _named_patterns() -> tuple[tuple[Named, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((row, re.compile(row.name, re.IGNORECASE), re.compile(row.value)) for row in named())


@cache
def assignment_rules() -> tuple[Rule, ...]:
    """The first carries the hook for all: one pass over the text finds names, and the value decides which rule it is."""
    remedy = f"{ROTATE} {STORE}"
    return (
        Rule(
            id="secret/generic-api-key",
            title="API key or token",
            severity="high",
            confidence="medium",
            specificity="generic",
            remediation=remedy,
            check_surface=check_assignments,
        ),
        Rule(
            id="secret/password",
            title="Password",
            severity="high",
            confidence="medium",
            specificity="named",
            remediation=remedy,
        ),
        Rule(
            id="secret/high-entropy-string",
            title="Random-looking string beside a telling name",
            severity="medium",
            confidence="low",
            specificity="entropy",
            remediation=f"If it is a secret: {ROTATE[0].lower()}{ROTATE[1:]} {STORE}",
        ),
        *(metadata(row, "named") for row in named()),
    )
