"""What is undone, and that every character maps back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsec_lab.readers.views import View, views

ESC = "\x1b"


def _back(raw: str, view: View, found: str) -> str:
    """The raw stretch behind the first occurrence of ``found`` in the view's text."""
    text, offsets = view
    start = text.index(found)
    if offsets is None:
        return raw[start : start + len(found)]
    first, last = offsets.to_raw(start, start + len(found))
    return raw[first:last]


@pytest.mark.parametrize("raw", ["plain", "a < b & c", "café 日本 🙂", "&amp;", "<b>x</b>", "", "\n"])
def test_text_without_markup_is_left_alone(raw: str) -> None:
    assert views(raw, markup=False) == ((raw, None),)


@pytest.mark.parametrize("raw", ["plain", "a < b", "AT&T; &unknown and & < >", "1 <2> 3", "café"])
def test_markup_without_tags_is_left_alone(raw: str) -> None:
    assert views(raw, markup=True)[0][0] == raw
    assert len(views(raw, markup=True)) == 1


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"{ESC}[0;31mred{ESC}[0m", "red"),
        (f"ab{ESC}[1mcd", "abcd"),
        (f"ab{ESC}[38;2;1;2;3mcd{ESC}[K", "abcd"),
        ("ab\x9b31mcd", "abcd"),
        (f"{ESC}]8;;https://host/key\x07link{ESC}]8;;\x07", "\n;https://host/key\nlink\n;\n"),
        (f"{ESC}]0;title{ESC}\\shown", "\ntitle\nshown"),
        (f"{ESC}Mab{ESC}", f"ab{ESC}"),
        (f"{ESC}[12", f"{ESC}[12"),
        ("ab\u200bcd\u00adef\ufeff", "abcdef"),
        ("x data:image/png;base64," + "A" * 64 + " y", "x … y"),
        ("x data:image/svg+xml;charset=utf-8;base64," + "A" * 99 + "=", "x …"),
        ("data:image/png;base64,short", "data:image/png;base64,short"),
        ("data:text/plain;base64," + "A" * 64, "data:text/plain;base64," + "A" * 64),
    ],
)
def test_codes_are_undone(raw: str, text: str) -> None:
    assert views(raw, markup=False)[0][0] == text


@pytest.mark.parametrize(
    ("raw", "source", "visible"),
    [
        ("a&amp;b&#65;&#x42;&lt;", "a&bAB<", None),
        ("&#65&copy", "A&copy", None),
        ("<b>a</b>b", "<b>a</b>b", "ab"),
        ("<p>a</p><p>b", "<p>a</p><p>b", "\na\nb"),
        ("<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>", "a b"),
        ("a<br>b<br/>c", "a<br>b<br/>c", "a\nb\nc"),
        ("<tr><td>k</td>\n  <td>v</td></tr>", "<tr><td>k</td>\n  <td>v</td></tr>", "\nk\tv\n"),
        ("a<script>x<y</script>b", "a<script>x<y</script>b", "a\nb"),
        ("a<STYLE>.x</STYLE >b<script>never closed", "a<STYLE>.x</STYLE >b<script>never closed", "a\nb\n"),
        ("a</script>b", "a</script>b", "a\nb"),
        ("a<!-- note -->b", "a<!-- note -->b", "a note -->b"),
        ("<pre><span>a</span>\n<span>b</span></pre>", "<pre><span>a</span>\n<span>b</span></pre>", "\na\nb\n"),
        ("<svg><text>a<tspan>b</tspan></text></svg>", "<svg><text>a<tspan>b</tspan></text></svg>", "\nab\n"),
        ("<a href='x&amp;y'>&lt;</a>", "<a href='x&y'><</a>", "<"),
        (f"<b>{ESC}[1mx{ESC}[0m</b>", "<b>x</b>", "x"),
    ],
)
def test_markup_is_read_as_source_and_as_shown(raw: str, source: str, visible: str | None) -> None:
    assert [text for text, _ in views(raw, markup=True)] == [text for text in (source, visible) if text is not None]


def test_spans_map_back_over_what_was_undone() -> None:
    raw = "<p>x</p><b>AB</b><i>C&#68;E</i> end"
    source, visible = views(raw, markup=True)
    assert _back(raw, source, "CDE") == "C&#68;E"
    assert _back(raw, visible, "ABCDE") == "AB</b><i>C&#68;E"
    assert _back(raw, visible, "D") == "&#68;"
    assert _back(raw, visible, "end") == "end"


TAGS = ["<b>", "</b>", "<br>", "<td>", "<script>", "</script>", "<", ">", "<!--", "&amp;", "&#65;", "&"]
CODES = ["\x1b[1m", "\x1b]8;;", "\x07", "\x1b", "\u200b", "data:image/png;base64," + "A" * 70]
PIECES = st.lists(st.sampled_from(["a", "Z9", " ", "\n", "é", "🙂", "'", *TAGS, *CODES]), max_size=25).map("".join)
HOSTILE = ["<a ", "<", "<!--", "&a", "&#", "\x1b[0", "\x1b]", "data:image/", "<b> ", "<script>", " ", "<td>\n", "'\""]


@settings(max_examples=500, deadline=None)
@given(PIECES, st.booleans())
def test_letters_map_to_themselves_and_maps_never_go_back(raw: str, markup: bool) -> None:
    for text, offsets in views(raw, markup=markup):
        if offsets is None:
            assert text == raw
            continue
        last = 0
        for place, character in enumerate(text):
            first, end = offsets.to_raw(place, place + 1)
            assert last <= first <= end <= len(raw)
            last = first
            if raw[first:end] != character:
                assert raw[first] in "<&\x1b\x07d"
        assert offsets.to_raw(0, len(text))[1] <= len(raw)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_is_read_to_the_end(piece: str) -> None:
    raw = piece * 50_000 + "the end;base64,"
    for text, offsets in views(raw, markup=True):
        assert len(text) <= len(raw)
        assert offsets is None or offsets.to_raw(0, len(text))[1] <= len(raw)
