"""detect-secrets as a rule source: the patterns of its plugins, for the rows of ``providers.toml`` that name one.

Its plugins' ``denylist`` is run with ``finditer``, which gives true spans; its settings, line scanner and filters are not
used (they are global, lose calls with keyword arguments and can take seconds on one line). The library is imported at
the first gate that opens, in the worker only.

Not run, because a row of our own finds all that they find (tests hold it against ``analyze_line``) and their patterns
take cubic time or open too often: OpenAI, npm, JWT, basic auth, Discord, Mailchimp, Twilio. Also not: ``ACCA`` and other
AWS prefixes that match nucleotides, bare private key headers, public IP addresses.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol, cast

from .filters import entropy, is_dummy
from .verdicts import in_blob
from .windows import pieces

#: Lines are cut to pieces: the library's patterns are not all linear. No value of theirs is longer than the overlap.
_PIECE = 600
_OVERLAP = 300
_TRIM = "\"' \t=:,"
_WORD = re.compile(r"[A-Za-z0-9_]")
_MIN_LENGTH = 20


class _Plugin(Protocol):
    denylist: Iterable[re.Pattern[str]]


@cache
def patterns(plugin: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of ``module:class`` of detect-secrets. Imports the library."""
    module, _, name = plugin.partition(":")
    found = cast(_Plugin, getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name))
    return tuple(found.denylist)


def find(plugin: str, text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans of the values that a plugin sees in some spans of ``text``, noise taken out."""
    seen: set[tuple[int, int]] = set()
    for first, last in spans:
        for start, end in pieces(text, first, last, _PIECE, _OVERLAP):
            for pattern in patterns(plugin):
                for found in pattern.finditer(text, start, end):
                    span = _value(found)
                    if span not in seen and _holds(text, *span):
                        seen.add(span)
                        yield span


def _value(found: re.Match[str]) -> tuple[int, int]:
    """The value's span: the longest group where one is long enough, else all; quotes and blanks around it taken off."""
    groups = range(1, (found.lastindex or 0) + 1)
    group = max(groups, key=lambda number: len(found.group(number) or ""), default=0)
    if len(found.group(group) or "") < _MIN_LENGTH:
        group = 0
    start, end = found.span(group)
    value = found.string[start:end]
    start += len(value) - len(value.lstrip(_TRIM))
    return start, start + len(value.strip(_TRIM))


def _holds(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    if len(value) < _MIN_LENGTH or value.isalpha() or not any(map(str.isdigit, value)) or entropy(value) < 3.0:
        return False
    joined = (start and _WORD.match(text, start - 1) and text[max(0, start - 2) : start] not in ("\\n", "\\t", "\\r")) or (
        end < len(text) and _WORD.match(text, end)
    )
    return not joined and not is_dummy(value) and not in_blob(text, start, end)
