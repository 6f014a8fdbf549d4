"""One value in every kind of place: found with the right place, span, line, column and line in the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Limits
from mlsec_lab.readers import Locator, decode_notebook
from tests.fakes import fake
from tests.readers.kinds import KINDS, Kind, base

LIMITS = Limits()


def _plain(notebook: dict[str, Any]) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _escaped(notebook: dict[str, Any]) -> bytes:
    return json.dumps(notebook, indent=2, ensure_ascii=True).encode()


def _after_first_brace(data: bytes, member: bytes) -> bytes:
    return data.replace(b"{", b"{\n " + member + b",", 1)


VARIANTS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "plain": _plain,
    "escaped": _escaped,
    "Windows line ends": lambda notebook: _plain(notebook).replace(b"\n", b"\r\n"),
    "UTF-8 mark": lambda notebook: b"\xef\xbb\xbf" + _plain(notebook),
    "UTF-16": lambda notebook: _plain(notebook).decode().encode("utf-16"),
    "UTF-16 without mark": lambda notebook: _plain(notebook).decode().encode("utf-16-be"),
    "UTF-32": lambda notebook: _plain(notebook).decode().encode("utf-32"),
    "NaN": lambda notebook: _after_first_brace(_plain(notebook), b'"score": NaN'),
    "wrong type": lambda notebook: _after_first_brace(_plain(notebook), b'"nbformat_minor": "five"'),
    "lone surrogate": lambda notebook: _after_first_brace(_plain(notebook), rb'"\udc00": "lone \ud83d"'),
    "duplicates": lambda notebook: _after_first_brace(_plain(notebook), b'"metadata": {"cells": 1}, "x": 1, "x": 2'),
    "name ends in a backslash": lambda notebook: _after_first_brace(_plain(notebook), rb'"a\\" : ": \\\"", "b" : ":"'),
}


def _hits(notebook: Notebook, value: str) -> list[tuple[Surface, int]]:
    hits = [(surface, surface.text.find(value)) for surface in notebook.surfaces]
    return [(surface, start) for surface, start in hits if start >= 0]


def _line_column(raw: str, offset: int) -> tuple[int, int]:
    return raw.count("\n", 0, offset) + 1, offset - raw.rfind("\n", 0, offset)


def _text_of(data: bytes) -> str:
    return data.decode(json.detect_encoding(data))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kind", KINDS)
def test_value_is_found_where_it_stands(kind: str, variant: str) -> None:
    expected = KINDS[kind]
    value = fake("alnum", 30, (kind, variant))
    content = base()
    string = expected.wrap(value)
    expected.plant(content, string)
    data = VARIANTS[variant](content)

    hits = _hits(decode_notebook(data, LIMITS), value)
    assert hits, "not found"
    for surface, start in hits:
        _check(surface, start, value, expected, data)


def _check(surface: Surface, start: int, value: str, expected: Kind, data: bytes) -> None:
    place = surface.place
    assert (place.kind, place.cell_index, place.output_index, place.mime_type, place.is_key) == (
        expected.surface,
        expected.cell,
        expected.output,
        expected.mime,
        expected.is_key,
    )
    assert (surface.name, surface.language) == (expected.name, expected.language)
    first, last = surface.to_raw(start, start + len(value))
    assert surface.raw[first : first + 9] == value[:9]
    assert surface.raw[last - 9 : last] == value[-9:]
    assert _line_column(surface.raw, first) == (expected.line, expected.column)

    locator = Locator(data)
    text = _text_of(data)
    at = text.index(value[:9])
    assert locator.file_line(place, first) == text.count("\n", 0, at) + 1
    spans = locator.spans(place, first, last)
    codec = json.detect_encoding(data).replace("utf-8-sig", "utf-8")
    codec = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec, codec)
    assert json.loads('"' + "".join(data[a:b].decode(codec) for a, b in spans) + '"') == surface.raw[first:last]


def test_cell_id_and_order_follow_the_file() -> None:
    notebook = decode_notebook(_plain(base()), LIMITS)
    assert [(cell.index, cell.id, cell.kind, cell.source) for cell in notebook.cells] == [
        (0, "aa11", "markdown", "# Title"),
        (1, "bb22", "code", "import os\nprint(1)"),
        (2, "cc33", "raw", "raw text"),
    ]
    assert (notebook.nbformat, notebook.language, notebook.media) == (4, "python", 1)
    assert [surface.raw for surface in notebook.surfaces] == [
        "# Title",
        "plain\n",
        "<Figure>",
        "KeyError",
        "first\nsecond",
        "import os\nprint(1)",
        "raw text",
        "3.11.7",
    ]
    assert [surface.place.cell_id for surface in notebook.surfaces_of(1)] == ["bb22"] * 5


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 30
