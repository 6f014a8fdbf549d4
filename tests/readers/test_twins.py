"""The fast and the tolerant decoder give the same notebook."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsec_lab.core.policy import Limits
from mlsec_lab.readers import Locator, decode_notebook, ipynb
from mlsec_lab.readers.ipynb import read_tolerant
from mlsec_lab.readers.parse import count_strings, parse_fast
from tests.readers.kinds import KINDS, base

LIMITS = Limits()

TRICKY = ['": ', '\\": "', "\\", '"', ":", '\\" : ', "a\\\\", "<b>x</b>", "&amp;", "\x1b[1mbold", "🙂é\u200b"]
TEXT = st.text(max_size=12) | st.sampled_from([*TRICKY, "image/png", "data", "A" * 80])
LINES = TEXT | st.lists(TEXT, max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
METADATA = st.dictionaries(TEXT, JSON, max_size=3)
MIMES = st.sampled_from(["text/plain", "text/html", "image/png", "image/svg+xml", "application/json", "text/x-other"])
OUTPUTS = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("stream"), "name": st.sampled_from(["stdout", "stderr"]), "text": LINES}),
    st.fixed_dictionaries(
        {"output_type": st.just("display_data"), "data": st.dictionaries(MIMES, LINES | JSON, max_size=3), "metadata": METADATA}
    ),
    st.fixed_dictionaries(
        {"output_type": st.just("error"), "ename": TEXT, "evalue": TEXT, "traceback": st.lists(TEXT, max_size=3)}
    ),
)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]), "metadata": METADATA, "source": LINES},
    optional={
        "id": st.from_regex(r"[a-zA-Z0-9_-]{1,64}", fullmatch=True),
        "outputs": st.lists(OUTPUTS, max_size=3),
        "execution_count": st.none() | st.integers(0, 9),
        "attachments": st.dictionaries(TEXT, st.dictionaries(MIMES, LINES, max_size=2), max_size=2),
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(CELLS, max_size=3), "metadata": METADATA, "nbformat": st.just(4), "nbformat_minor": st.just(5)}
)


def _dump(content: Any, *, indent: int | None, ascii_only: bool) -> bytes:
    return json.dumps(content, indent=indent, ensure_ascii=ascii_only).encode()


@settings(max_examples=300, deadline=None)
@given(NOTEBOOKS, st.sampled_from([None, 1]), st.booleans())
def test_both_decoders_give_the_same(content: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    data = _dump(content, indent=indent, ascii_only=ascii_only)
    assert decode_notebook(data, LIMITS) == read_tolerant(data, LIMITS)


@settings(max_examples=300, deadline=None)
@given(NOTEBOOKS, st.booleans())
def test_valid_notebooks_take_the_fast_path(content: dict[str, Any], ascii_only: bool) -> None:
    data = _dump(content, indent=1, ascii_only=ascii_only)
    assert ipynb._walk(parse_fast(data), LIMITS).collector.strings == count_strings(data)


@settings(max_examples=300, deadline=None)
@given(NOTEBOOKS, st.booleans())
def test_every_character_is_located(content: dict[str, Any], ascii_only: bool) -> None:
    data = _dump(content, indent=1, ascii_only=ascii_only)
    locator = Locator(data)
    for surface in decode_notebook(data, LIMITS).surfaces:
        raw, place = surface.raw, surface.place
        for offset, character in enumerate(raw):
            spans = locator.spans(place, offset, offset + 1)
            # Only the line breaks that join a traceback are not in the file.
            assert spans or (character == "\n" and place.mime_type == "error")
            for start, end in spans:
                assert json.loads(b'"' + data[start:end] + b'"') == character
                assert locator.file_line(place, offset) == data.count(b"\n", 0, start) + 1


@settings(max_examples=200, deadline=None)
@given(NOTEBOOKS, st.data())
def test_a_duplicate_is_never_missed(content: dict[str, Any], draw: st.DataObject) -> None:
    data = _dump(content, indent=1, ascii_only=draw.draw(st.booleans()))
    names = [match for match in ("metadata", "cells", "nbformat", "source") if f'"{match}"'.encode() in data]
    name = draw.draw(st.sampled_from(names)).encode()
    spaces = draw.draw(st.sampled_from([b"", b" ", b"\n\t"]))
    planted = b'"' + name + b'"' + spaces + b': "planted text",'
    at = data.index(b'"' + name + b'":')
    notebook = decode_notebook(data[:at] + planted + data[at:], LIMITS)
    assert [s.place.pointer[-1] for s in notebook.surfaces if s.raw == "planted text"] == [(name.decode(), 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_the_fast_path(kind: str) -> None:
    content = base()
    KINDS[kind].plant(content, KINDS[kind].wrap("x" * 30))
    data = _dump(content, indent=1, ascii_only=False)
    assert ipynb._walk(parse_fast(data), LIMITS).collector.strings == count_strings(data)
    assert decode_notebook(data, LIMITS) == read_tolerant(data, LIMITS)
