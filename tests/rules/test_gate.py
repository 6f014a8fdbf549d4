"""The gate is sound: with it the rules find what they find alone; and it opens for little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsec_lab.core.notebook import Surface
from mlsec_lab.rules import load_checks
from mlsec_lab.rules.secrets.rows import Provider, named, providers

from ..fakes import expand
from .support import listed, marked, matches, member, output, surface, ungated
from .test_assignment import KEY, OUTPUTS, PW, SOURCES
from .test_negatives import OUTPUTS as CLEAN_OUTPUTS
from .test_negatives import SOURCES as CLEAN_SOURCES

#: What stands right around a value: everything that may end or lengthen a token, or hide it.
AROUND = ("", *" \n\"'=:(-_./\\éa1🔑\x1b\ud800", "\\n", "key=")


def _same(where: Surface) -> None:
    assert sorted(map(repr, matches(where))) == sorted(map(repr, ungated(where)))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.provider) for row in providers()])
def test_gate_opens_for_every_example(row: Provider) -> None:
    for seed in range(24):
        for example in row.examples:
            text, _ = marked(example, seed)
            before, after = AROUND[seed % len(AROUND)], AROUND[(seed * 7) % len(AROUND)]
            _same(output(f"{before}{text}{after}"))


@pytest.mark.parametrize("text", [*SOURCES, *CLEAN_SOURCES])
def test_gate_opens_for_every_source(text: str) -> None:
    _same(surface(text.replace("@", PW)))
    _same(surface(text.replace("@", KEY).upper()))


@pytest.mark.parametrize("text", [*OUTPUTS, *CLEAN_OUTPUTS])
def test_gate_opens_for_every_output(text: str) -> None:
    _same(output(text.replace("@", PW)))


def test_gate_opens_for_member_names() -> None:
    for row in named():
        _same(member(row.env.lower(), expand(row.examples[0])))
    _same(member("pw", PW))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(AROUND), st.text(max_size=12), st.sampled_from(range(len(providers())))), max_size=8))
def test_gate_is_sound_on_any_text(parts: list[str | int]) -> None:
    texts = [part if isinstance(part, str) else marked(providers()[part].examples[0], part)[0] for part in parts]
    _same(output("".join(texts)))
    _same(surface("".join(texts)))


def test_gate_stays_shut() -> None:
    check = load_checks()[0]
    for text in ("import pandas as pd\ndf = pd.read_csv('a.csv')\ndf.groupby('a').mean()", "Epoch 1/10 loss=0.5", "a" * 300):
        assert list(check.candidates(output(text))) == []


def test_candidates_come_once_and_in_order() -> None:
    rules = [rule.id for rule in load_checks()[0].candidates(output(marked(providers()[0].examples[0])[0] * 2))]
    assert len(rules) == len(set(rules))
    order = [rule.id for rule in load_checks()[0].rules]
    assert rules == sorted(rules, key=order.index)


def test_value_behind_capitals_with_longer_small_letters() -> None:
    where = surface("İ" * 50 + f'\nPASSWORD = "{PW}"')
    _same(where)
    assert [match.value for match in listed(where)] == [PW]
