"""Base64 that holds text is read, at its place; everything else of that alphabet is let pass."""

from __future__ import annotations

import base64
import json
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.policy import Limits
from mlsec_lab.readers import decode_notebook
from mlsec_lab.readers.encoded import MAX_LENGTH, MAX_TEXTS, encoded_texts
from tests.fakes import fake


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def read(text: str) -> list[tuple[str, str, str | None]]:
    """Encoded stretch, what it encodes, name."""
    return [(text[found.start : found.end], found.text, found.name) for found in encoded_texts(text)]


WORDS = "user=svc password=plum-tree-9"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("@", None),
        ("🙂 '@' end", None),
        ("  db_password: @\n", "db_password"),
        ('{"api-key": "@"}', "api-key"),
        ("TOKEN='@'", "TOKEN"),
        ("data:text/plain;base64,@", None),
        ("curl -H 'Authorization: Basic @'", None),
    ],
)
@pytest.mark.parametrize("words", [WORDS, WORDS + "!", WORDS + "!!", "[core]\n\tname = 'x'\n", "αβγ: " + WORDS + " 🙂"])
def test_text_and_place(template: str, name: str | None, words: str) -> None:
    if not words.isascii():
        words = "id: " + words
    encoded = b64(words)
    assert read(template.replace("@", encoded)) == [(encoded, words, name)]


def test_without_padding_and_url_safe() -> None:
    words = "https://svc:plum?tree>9~~~@host/x?y>>>"
    encoded = base64.urlsafe_b64encode(words.encode()).decode()
    assert "-" in encoded or "_" in encoded
    assert [text for _, text, _ in read(f"x = {encoded.rstrip('=')};")] == [words]


@pytest.mark.parametrize("width", [60, 64, 72, 76])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n    "])
def test_base64_in_lines(width: int, end: str) -> None:
    words = "\n".join(f"line {number}: {WORDS}" for number in range(9))
    encoded = end.join(textwrap.wrap(b64(words), width))
    assert read(f"a:\n{encoded}\n\nnext") == [(encoded, words, "a")]


def test_a_second_layer_has_the_place_of_the_first() -> None:
    inner = b64(WORDS)
    outer = b64(f'{{"auth": "{inner}"}}')
    assert read(f"x {outer} y") == [(outer, f'{{"auth": "{inner}"}}', None), (outer, WORDS, "auth")]
    third = b64(f"again: {outer}")
    assert [text for _, text, _ in read(third)] == [f"again: {outer}", f'{{"auth": "{inner}"}}']


@pytest.mark.parametrize(
    "text",
    [
        "",
        b64("short password"),
        fake("hex", 64),
        fake("base64", 400),
        "/usr/local/lib/python3/dist-packages/numpy/core/numeric",
        "RandomForestClassifierWithVeryLongName",
        "a_very_long_snake_case_name_of_a_function",
        "-" * 80,
        "=" * 80,
        "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).decode(),
        base64.b64encode(b"%PDF-1.4 and more of it\n%\xe2\xe3\xcf\xd3").decode(),
        base64.b64encode(b"text with a null \0 in it, so it is none").decode(),
        "日本" * 40,
    ],
)
def test_what_encodes_no_text(text: str) -> None:
    assert read(text) == []


def test_bounds() -> None:
    words = "plum tree. " * 20_000
    [(stretch, text, _)] = read(b64(words))
    assert len(stretch) == len(b64(words))
    assert text == words[: MAX_LENGTH // 4 * 3]
    many = " ".join(b64(f"{number:05} {WORDS}") for number in range(MAX_TEXTS + 9))
    assert len(read(many)) == MAX_TEXTS


def test_a_character_cut_at_the_bound_is_left_out() -> None:
    words = "ab" + "é" * MAX_LENGTH
    [(_, text, _)] = read(b64("a note: " + words))
    assert ("a note: " + words).startswith(text)


def test_surfaces_of_a_notebook() -> None:
    encoded = b64(WORDS)
    cell = {
        "cell_type": "code",
        "metadata": {"auth_token": encoded},
        "outputs": [],
        "source": f"x\ny = '\x1b[1m{encoded}\x1b[0m'",
    }
    notebook = decode_notebook(json.dumps({"cells": [cell], "metadata": {}}).encode(), Limits())
    inner = [surface for surface in notebook.surfaces if surface.encoding]
    assert [(s.text, s.encoding, s.name, s.place.kind, s.language) for s in inner] == [
        (WORDS, "base64", "auth_token", "metadata", None),
        (WORDS, "base64", "y", "source", None),
    ]
    for surface in inner:
        _whole(surface, encoded)


def _whole(surface: Surface, encoded: str) -> None:
    for start, end in ((0, 4), (5, 9), (0, len(surface.text))):
        first, last = surface.to_raw(start, end)
        assert surface.raw[first:last] == encoded


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("aZ9+/=-_ \n'🙂IV"), max_size=400))
def test_any_text_gives_sorted_disjoint_places(text: str) -> None:
    last = 0
    for found in encoded_texts(text, 1):
        assert last <= found.start < found.end <= len(text)
        last = found.end
