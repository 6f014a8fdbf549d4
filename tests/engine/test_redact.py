from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlsec_lab.core.rule import Match
from mlsec_lab.engine.finding import FIXED_MASK
from mlsec_lab.engine.redact import Redactor, strings_of
from tests.canary import pieces
from tests.engine.support import PREFIX, token
from tests.fakes import fake


def match(value: str, prefix: str = "") -> Match:
    return Match("secret/zz-token", 0, len(value), value, prefix)


def cleaned(text: str, *values: Match) -> str:
    return Redactor(values, [text]).clean(text)


def test_a_whole_value_and_every_piece_of_it_are_masked() -> None:
    value = token()
    hidden = value[len(PREFIX) :]
    assert cleaned(f"see {value} here", match(value, PREFIX)) == f"see {PREFIX}{FIXED_MASK} here"
    assert cleaned(f"a{hidden[5:13]}b", match(value, PREFIX)) == f"a{FIXED_MASK}b"
    assert cleaned(f"a{hidden[5:12]}b", match(value, PREFIX)) == f"a{hidden[5:12]}b"


def test_two_values_side_by_side_and_apart() -> None:
    one, two = fake("alnum", 12, 1), fake("alnum", 12, 2)
    assert cleaned(f"{one} {two}", match(one), match(two)) == f"{FIXED_MASK} {FIXED_MASK}"
    assert cleaned(f"{one}{two}", match(one), match(two)) == FIXED_MASK


def test_a_short_value_is_masked_where_it_stands_whole() -> None:
    assert cleaned("say plum!7 twice: plum!7", match("plum!7")) == f"say {FIXED_MASK} twice: {FIXED_MASK}"
    assert cleaned("a plum", match("plum!7")) == "a plum"
    assert cleaned("abc", match("abc")) == "abc"


def test_ordinary_mime_types_stay() -> None:
    assert cleaned("text/plain", match("text/plain")) == "text/plain"
    assert cleaned("text/x-plum-tree", match("x-plum-tree")) == f"text/{FIXED_MASK}"


def test_properties_are_cleaned_inside() -> None:
    value = fake("alnum", 30)
    properties = {"file": f"a/{value}", "count": 3, "list": [value, None], value: {"in": value}}
    redactor = Redactor([match(value)], strings_of(properties))
    assert redactor.clean_value(properties) == {
        "file": f"a/{FIXED_MASK}",
        "count": 3,
        "list": [FIXED_MASK, None],
        FIXED_MASK: {"in": FIXED_MASK},
    }


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert cleaned("a\ud800b") == "a?b"


@given(st.text(max_size=20), st.text(min_size=8, max_size=30), st.text(max_size=20))
def test_no_piece_survives(before: str, value: str, after: str) -> None:
    text = before + value + after
    result = cleaned(text, match(value))
    for piece in pieces(value):
        assert piece not in result or piece in FIXED_MASK * 3
