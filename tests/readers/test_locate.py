"""Places that are hard to find, and places that are not there."""

from __future__ import annotations

import pytest

from mlsec_lab.core.location import Place, Pointer
from mlsec_lab.readers import Locator

DATA = (
    '{"a": ["x🙂", 5, "\\ud83d\\ude42y\\n",\n"z"], "k\\u00e9y": {"b": ""},\n"n": [[], {}, null, true, -1.5e3, {"c": "end"}]}'
).encode()
BROKEN = [b"", b"{", b'{"a', b'{"a": "b', b'{"a": [', b"{5}", b"\xff\xfe\x00", b'{"a": \xe9}', b'{"a": [1', b'{"a": ["b']


def _place(*pointer: str | int | tuple[str, int], is_key: bool = False) -> Place:
    return Place("metadata", pointer, is_key=is_key)


def _found(place: Place, start: int, end: int) -> list[bytes]:
    return [DATA[a:b] for a, b in Locator(DATA).spans(place, start, end)]


def test_a_span_over_list_items_comes_in_pieces() -> None:
    assert _found(_place("a"), 1, 6) == ["🙂".encode(), rb"\ud83d\ude42y\n", b"z"]
    assert _found(_place("a"), 2, 3) == [rb"\ud83d\ude42"]
    assert _found(_place("a"), 3, 5) == [rb"y\n"]
    assert [Locator(DATA).file_line(_place("a"), offset) for offset in range(6)] == [1, 1, 1, 1, 1, 2]


def test_names_and_single_items_are_found() -> None:
    assert _found(_place("kéy", is_key=True), 0, 3) == [rb"k\u00e9y"]
    assert _found(_place("a", 3), 0, 1) == [b"z"]
    assert _found(_place("n", 5, "c"), 0, 3) == [b"end"]
    assert _found(_place("n", 5, "c", is_key=True), 0, 9) == [b"c"]


@pytest.mark.parametrize("pointer", [("x",), ("a", 9), ("a", "b"), ("n", 2, "c"), ("kéy", ("b", 2)), (0,)])
def test_what_is_not_there_gives_nothing(pointer: Pointer) -> None:
    assert Locator(DATA).spans(_place(*pointer), 0, 1) == []
    assert Locator(DATA).file_line(_place(*pointer), 0) is None


@pytest.mark.parametrize(("start", "end"), [(3, 3), (9, 12), (5, 2), (-4, 0)])
def test_empty_spans_and_spans_outside_give_nothing(start: int, end: int) -> None:
    assert Locator(DATA).spans(_place("a"), start, end) == []


def test_offsets_outside_stay_in_the_string() -> None:
    assert Locator(DATA).file_line(_place("a"), 99) == 2
    assert Locator(DATA).file_line(_place("a"), -1) == 1
    assert Locator(DATA).file_line(_place("kéy", "b"), 0) == 2
    assert Locator(DATA).file_line(_place("n"), 0) == 3


@pytest.mark.parametrize("data", BROKEN)
def test_broken_files_raise_nothing(data: bytes) -> None:
    locator = Locator(data)
    assert locator.spans(_place("a", 0), 0, 5) == []
    assert locator.file_line(_place("x"), 0) is None


def test_a_traceback_is_joined_by_line_breaks() -> None:
    data = b'{"traceback": ["one",\n"two"]}'
    place = Place("output", ("traceback",), mime_type="error")
    assert [data[a:b] for a, b in Locator(data).spans(place, 0, 7)] == [b"one", b"two"]
    assert [Locator(data).file_line(place, offset) for offset in (0, 3, 4)] == [1, 2, 2]
