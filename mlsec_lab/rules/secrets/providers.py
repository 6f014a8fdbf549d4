"""Provider formats: one row of ``providers.toml`` is one rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, partial

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match, Rule

from . import plugins
from .rows import Provider, metadata, pattern_of, prefix_of, probe_of, providers
from .verdicts import DOUBTFUL, Verdict, judge, judge_token
from .windows import around, literal_places, shape_places


def check_format(row: Provider, surface: Surface) -> Iterator[Match]:
    """Every value of a row's format in a surface."""
    text = surface.text
    taken: list[tuple[int, int]] = []
    spans = around(text, _places(row, text), row.max_length)
    if row.pattern:
        for first, last in spans:
            for found in pattern_of(row).finditer(text, first, last):
                taken.append(found.span())
                yield from _judged(row, found)
    if row.plugin:
        for start, end in plugins.find(row.plugin, text, spans):
            # Some plugins also know formats of other rows, such as webhooks.
            begins = not row.starts or text.startswith(row.starts, start)
            if begins and all(end <= first or start >= last for first, last in taken):
                yield _match(row, start, text[start:end], DOUBTFUL)


def _places(row: Provider, text: str) -> Iterable[int]:
    """Where a match may be: at the row's literals, where its probe holds, or at its shape."""
    if row.shape:
        return shape_places(text, row.shape)
    places = literal_places(text, row.literals)
    probe = probe_of(row)
    return places if probe is None else (place for place in places if probe.match(text, place))


def _judged(row: Provider, found: re.Match[str]) -> Iterator[Match]:
    group = "value" if found.re.groupindex.get("value") and found["value"] is not None else 0
    value = found[group]
    verdict = judge(row, found, value)
    if verdict is not None:
        yield _match(row, found.start(group), value, verdict)


def _match(row: Provider, start: int, value: str, verdict: Verdict) -> Match:
    return Match(
        rule_id=row.id,
        start=start,
        end=start + len(value),
        value=value,
        prefix=prefix_of(row, value),
        severity=verdict.severity,
        confidence=verdict.confidence,
        properties={"provider": row.provider},
    )


def of_format(value: str) -> Provider | None:
    """The provider of a value that stood in the text in several pieces."""
    for row in providers():
        if row.pattern and not row.bare and any(literal in value for literal in row.literals):
            found = pattern_of(row).fullmatch(value)
            if found is not None and judge_token(row, value) is not None:
                return row
    return None


@cache
def provider_rules() -> tuple[Rule, ...]:
    """One rule for each row, in the file's order."""
    return tuple(replace(metadata(row, row.specificity), check_surface=partial(check_format, row)) for row in providers())
