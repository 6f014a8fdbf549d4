from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsec_lab.core.notebook import Cell, Notebook
from mlsec_lab.core.rule import Match, Rule
from mlsec_lab.engine.finding import (
    FIXED_MASK,
    anchor_base,
    anchors,
    blank_literals,
    fingerprint,
    mask,
    numbered,
    public_prefix,
    shows_span,
    tag,
)
from tests.fakes import fake

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("fingerprint_vectors.json").read_text("utf-8"))["vectors"]


def rule(rule_id: str = "secret/zz-token", how: Any = "provider") -> Rule:
    return Rule(id=rule_id, title="ZZ", severity="high", mask=how)


def match(value: str, prefix: str = "") -> Match:
    return Match("secret/zz-token", 0, len(value), value, prefix)


def test_a_long_provider_token_shows_prefix_and_last_four() -> None:
    value = "zz-" + fake("alnum", 17)
    assert mask(match(value, "zz-"), rule()) == f"zz-…{value[-4:]}"
    assert shows_span(match(value, "zz-"), rule())


def test_the_length_of_the_ellipsis_tells_nothing() -> None:
    short, long = "zz-" + fake("alnum", 17), "zz-" + fake("alnum", 300)
    assert len(mask(match(short, "zz-"), rule())) == len(mask(match(long, "zz-"), rule()))


@pytest.mark.parametrize("length", [0, 1, 8, 19])
def test_a_short_token_shows_nothing(length: int) -> None:
    value = fake("alnum", length)
    assert mask(match(value, value[:3]), rule()) == FIXED_MASK == "•" * 8
    assert not shows_span(match(value), rule())


@pytest.mark.parametrize(
    "rule_id", ["secret/password", "secret/generic-api-key", "secret/generic-token", "secret/database-url", "pii/email"]
)
def test_some_rules_show_nothing_whatever_they_ask_for(rule_id: str) -> None:
    assert mask(match(fake("alnum", 60)), rule(rule_id)) == FIXED_MASK


def test_a_fixed_rule_shows_nothing() -> None:
    assert mask(match(fake("alnum", 60), ""), rule(how="fixed")) == FIXED_MASK


def test_a_prefix_that_is_not_the_values_or_most_of_it_is_not_shown() -> None:
    value = fake("alnum", 30)
    assert mask(match(value, "zz-"), rule()) == f"…{value[-4:]}"
    assert public_prefix(match(value, value[:25])) == ""
    assert mask(match(value, value), rule()) == f"…{value[-4:]}"
    assert mask(match(value, value[:20]), rule()) == f"{value[:20]}…"


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["fingerprint"][:12])
def test_vectors(row: dict[str, Any]) -> None:
    assert tag(row["value"]) == row["tag"]
    if row["cell_id"] is None:
        cell = Cell(0, None, "code", row["blanked_source"])
        assert numbered([anchor_base(cell)] * row["occurrence"])[-1] == row["anchor"]
    assert fingerprint(row["rule"], row["path"], row["anchor"], row["surface"], row["tag"]) == row["fingerprint"]


def test_a_path_counts_in_its_composed_form() -> None:
    composed, decomposed = "caf\u00e9.ipynb", "cafe\u0301.ipynb"
    parts = ("a", "source", "abc")
    assert fingerprint("secret/password", composed, *parts) == fingerprint("secret/password", decomposed, *parts)


@pytest.mark.parametrize(
    ("source", "blanked"),
    [
        ("x = 'a' + \"b\"", 'x = "" + ""'),
        ("x = 12 + 0x1F + 1_000 + 1.5 + .5 + 1e5", "x = 0 + 0 + 0 + 0 + 0 + 0"),
        ("x1 = y2.z3", "x1 = y2.z3"),
        ('x = """a\n"b" \\""" c\n""" + d', 'x = "" + d'),
        ("x = '''a'b''c'''", 'x = ""'),
        (r"x = 'a\'b' + 'c\\'", 'x = "" + ""'),
        ("f'{a}' rb'x'", 'f"" rb""'),
        ("x = 'never closed\ny = 1", 'x = ""\ny = 0'),
        ('x = """never closed\ny = 1', 'x = ""'),
        ("x = 1 # don't 2\ny = 'z'", 'x = 0 # don\'t 2\ny = ""'),
        ("'ends with a backslash\\", '""\\'),
        ("", ""),
    ],
)
def test_literals_are_blanked_in_code_that_parses_or_not(source: str, blanked: str) -> None:
    assert blank_literals(source) == blanked


@given(st.text(alphabet="\"'\\\n#ab1. ", max_size=60))
def test_blanking_never_fails_and_is_stable(source: str) -> None:
    once = blank_literals(source)
    assert blank_literals(source) == once
    assert once.count("\n") <= source.count("\n")


def test_blanking_reads_hostile_text_once() -> None:
    # Unclosed quotes whose search for an end would be quadratic: half a million characters, read at once.
    for hostile in ('\\"""' * 125_000, "'''\\" * 125_000, '"' * 500_001, "'\\\n" * 160_000):
        assert len(blank_literals(hostile)) <= 2 * len(hostile)


def book(*cells: tuple[str | None, str]) -> Notebook:
    return Notebook(tuple(Cell(index, name, "code", source) for index, (name, source) in enumerate(cells)), (), 0)


def test_anchors_are_ids_else_hashes_numbered_where_they_repeat() -> None:
    found = anchors(book(("a", "1"), ("a", "2"), (None, "x = 1"), (None, "x = 2"), (None, "y = 2"), ("a", "3")))
    assert (found[0], found[1], found[5]) == ("a", "a#2", "a#3")
    assert found[3] == f"{found[2]}#2"
    assert found[4] != found[2]
    assert found[2].startswith("src:")
    assert len(found[2]) == 4 + 16


def test_a_changed_literal_keeps_the_anchor_and_changed_code_does_not() -> None:
    assert anchors(book((None, "p = 'one'"))) == anchors(book((None, "p = 'three'")))
    assert anchors(book((None, "p = 'one'"))) != anchors(book((None, "q = 'one'")))


def test_a_found_value_outside_literals_is_not_in_the_anchor() -> None:
    first, second = (book((None, f"%env DB={value}")) for value in ("plum-tree", "figs"))
    assert anchors(first) != anchors(second)
    assert anchors(first, {0: {"plum-tree"}}) == anchors(second, {0: {"figs"}})
    assert anchors(book(("id-plum", "")), {0: {"plum"}}) == ("id-",)


def test_lone_surrogates_have_a_fingerprint_too() -> None:
    assert tag("\ud800") != tag("?")
    assert fingerprint("secret/password", "\udce9.ipynb", "a", "source", "abc").startswith("mf1:")
    assert anchors(book((None, "x\ud800")))[0].startswith("src:")
