"""Versions, duplicates, bookkeeping, media, limits and bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from mlsec_lab.core.errors import MlsecError, OversizedError, UnreadableError
from mlsec_lab.core.notebook import Notebook
from mlsec_lab.core.policy import Limits
from mlsec_lab.readers import Locator, decode_notebook, notebook_from_object
from tests.fakes import fake
from tests.readers.kinds import base

LIMITS = Limits()
IMAGE = "iVBORw0KGgo" + "A" * 200


def _decode(content: Any, limits: Limits = LIMITS) -> Notebook:
    return decode_notebook(json.dumps(content).encode(), limits)


def _raws(notebook: Notebook) -> list[str]:
    return [surface.raw for surface in notebook.surfaces]


def _output(data: dict[str, Any]) -> dict[str, Any]:
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    return {"cells": [{"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]}], "nbformat": 4}


# Versions


def test_version_3_has_worksheets_inputs_and_short_names() -> None:
    stream = {"output_type": "stream", "stream": "stderr", "text": ["warned\n"]}
    result = {"output_type": "pyout", "prompt_number": 1, "text": ["shown"], "png": IMAGE, "html": "<b>bold</b>"}
    failed = {"output_type": "pyerr", "ename": "Error", "evalue": "value", "traceback": ["one", "two"]}
    cells = [
        {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Heading"]},
        {"cell_type": "code", "language": "r", "input": ["x <- 1\n", "y"], "outputs": [stream, result, failed]},
    ]
    notebook = _decode({"worksheets": [{"cells": cells}, {"cells": cells[:1]}], "nbformat": 3, "metadata": {"name": "old one"}})

    assert [(cell.index, cell.kind, cell.source) for cell in notebook.cells] == [
        (0, "heading", "Heading"),
        (1, "code", "x <- 1\ny"),
        (2, "heading", "Heading"),
    ]
    assert (notebook.nbformat, notebook.language, notebook.media) == (3, "r", 1)
    found = [
        (s.raw, s.place.kind, s.place.mime_type, s.place.pointer, s.language) for s in notebook.surfaces if s.text == s.raw
    ]
    cell = ("worksheets", 0, "cells", 1)
    assert found == [
        ("Heading", "source", None, ("worksheets", 0, "cells", 0, "source"), "markdown"),
        ("x <- 1\ny", "source", None, (*cell, "input"), "r"),
        ("warned\n", "output", "stream/stderr", (*cell, "outputs", 0, "text"), None),
        ("shown", "output", "text/plain", (*cell, "outputs", 1, "text"), None),
        ("<b>bold</b>", "output", "text/html", (*cell, "outputs", 1, "html"), None),
        ("Error", "output", "error", (*cell, "outputs", 2, "ename"), None),
        ("value", "output", "error", (*cell, "outputs", 2, "evalue"), None),
        ("one\ntwo", "output", "error", (*cell, "outputs", 2, "traceback"), None),
        ("Heading", "source", None, ("worksheets", 1, "cells", 0, "source"), "markdown"),
        ("old one", "metadata", None, ("metadata", "name"), None),
    ]


def test_future_version_is_read() -> None:
    content = {**base(), "nbformat": 9, "blocks": [{"content": "text of the future"}]}
    notebook = _decode(content)
    assert notebook.nbformat == 9
    assert "text of the future" in _raws(notebook)


@pytest.mark.parametrize("content", [[], ["a string of a list"], "a plain string", 5, None, {}])
def test_json_that_is_no_notebook_is_walked(content: Any) -> None:
    notebook = _decode(content)
    strings = [content] if isinstance(content, str) else [item for item in content or [] if item] if content != 5 else []
    assert (notebook.cells, _raws(notebook)) == ((), strings)


# Duplicate members


def test_every_duplicate_is_seen_and_told_apart() -> None:
    values = [fake("alnum", 20, n) for n in range(3)]
    pairs = ",\n".join(f'"source": "{value}"' for value in values)
    data = f'{{"cells": [\n{{"cell_type": "code",\n{pairs}}}]}}'.encode()
    notebook = decode_notebook(data, LIMITS)
    steps = ["source", ("source", 1), ("source", 2)]
    assert [(s.raw, s.place.pointer[-1], s.place.kind) for s in notebook.surfaces] == [
        (value, step, "source") for value, step in zip([values[2], values[0], values[1]], steps, strict=True)
    ]
    assert notebook.cells[0].source == values[2]
    locator = Locator(data)
    assert [locator.file_line(surface.place, 0) for surface in notebook.surfaces] == [5, 3, 4]


def test_hidden_cells_are_read_but_not_counted() -> None:
    notebook = decode_notebook(
        b'{"cells": [{"cell_type": "code", "source": "hidden source"}], "cells": [{"cell_type": "code", "source": "shown"}]}',
        LIMITS,
    )
    assert [cell.source for cell in notebook.cells] == ["shown"]
    assert [(s.raw, s.place.kind, s.place.cell_index, s.place.pointer) for s in notebook.surfaces] == [
        ("shown", "source", 0, ("cells", 0, "source")),
        ("hidden source", "metadata", None, (("cells", 1), 0, "source")),
    ]


# Bookkeeping


def test_known_strings_are_passed_over_only_where_both_name_and_value_are_known() -> None:
    metadata: dict[str, Any] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "version": "3.9"},
    }
    assert _decode({"cells": [], "metadata": metadata}).surfaces == ()
    metadata["kernelspec"]["name"] = "my-project"
    metadata["password"] = "python3"
    assert [(s.name, s.raw) for s in _decode({"cells": [], "metadata": metadata}).surfaces] == [
        ("name", "my-project"),
        (None, "password"),
        ("password", "python3"),
    ]


def test_widget_bookkeeping_is_passed_over_and_values_are_not() -> None:
    model = {
        "model_module": "@jupyter-widgets/controls",
        "model_name": "PasswordModel",
        "model_module_version": "1.5.0",
        "state": {
            "layout": "IPY_MODEL_" + "0" * 32,
            "value": "typed in",
            "_view_name": "PasswordView",
            "children": ["IPY_MODEL_" + "1" * 32],
        },
    }
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"ab" * 16: model}, "version_major": 2}}
    found = [(s.name, s.raw, s.place.is_key) for s in _decode({"cells": [], "metadata": {"widgets": state}}).surfaces]
    assert found == [(None, "value", True), ("value", "typed in", False), (None, "children", True)]


def test_a_name_that_repeats_in_one_value_is_added_once() -> None:
    records = [{"customer": f"number {n}"} for n in range(3)]
    notebook = _decode(_output({"application/json": records}))
    assert [(s.raw, s.place.is_key) for s in notebook.surfaces] == [
        ("customer", True),
        ("number 0", False),
        ("number 1", False),
        ("number 2", False),
    ]


# Media


@pytest.mark.parametrize("value", [IMAGE, IMAGE + "\n", ["iVBORw0KGgo\n", "A" * 100], {"$media": [12345, "0f" * 8]}])
@pytest.mark.parametrize(
    "mime", ["image/png", "image/jpeg", "audio/wav", "video/mp4", "application/pdf", "application/octet-stream"]
)
def test_media_are_counted_and_not_read(mime: str, value: Any) -> None:
    notebook = notebook_from_object(_output({mime: value}), LIMITS, size=99)
    assert (notebook.media, notebook.size) == (1, 99)
    assert [s.raw for s in notebook.surfaces if not s.place.is_key] == []


def test_widget_buffers_are_media() -> None:
    buffers = {"model_name": "ImageModel", "buffers": [{"encoding": "base64", "path": ["value"], "data": "A" * 400}]}
    assert _decode({"cells": [], "metadata": {"widgets": buffers}}).media == 1


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "text/markdown", "text/plain", "application/json"])
def test_media_inside_text_are_left_out_of_the_text(mime: str) -> None:
    value = fake("alnum", 30, mime)
    raw = f"<img src='data:image/png;base64,{'A' * 5000}'> {value} &amp;"
    surfaces = _decode(_output({mime: raw})).surfaces
    assert all(len(surface.text) < 120 for surface in surfaces)
    for surface in surfaces:
        start = surface.text.index(value)
        assert surface.to_raw(start, start + len(value)) == (raw.index(value), raw.index(value) + len(value))


def test_a_type_that_could_hide_a_value_is_not_repeated() -> None:
    value = fake("alnum", 24)
    notebook = _decode(_output({f"application/{value}": "some text"}))
    assert [(s.raw, s.place.mime_type, s.place.is_key) for s in notebook.surfaces] == [
        (f"application/{value}", "unknown", True),
        ("some text", "unknown", False),
    ]


# Bad input


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b" \n\t", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"import os", "The file is not JSON."),
        (b"<html>", "The file is not JSON."),
        (b'{"cells": [', "The file ends in the middle of its JSON (line 1, column 12)."),
        (b'{"cells": ["abc', "The file ends in the middle of its JSON (line 1, column 12)."),
        (b'{"cells": []\n  "metadata": {}}', "The file is not valid JSON (line 2, column 3)."),
        (b'{"cells": []} trailing', "The file is not valid JSON (line 1, column 15)."),
        (b'{"cells": "caf\xe9 au lait"}', "The file is not valid UTF-8 (byte 15)."),
        (b"\xff\xfe{\x00}", "The file is not valid UTF-16-LE (byte 5)."),
        (b"\x00\x01\x02\x03", "The file is not JSON."),
        (b"\x80\x04\x95", "The file is not valid UTF-8 (byte 1)."),
    ],
)
def test_unreadable_files_say_why_without_their_content(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        decode_notebook(data, LIMITS)
    assert caught.value.message == reason
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("depth", [201, 5_000, 100_000])
@pytest.mark.parametrize("shape", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("around", ['{"cells":[],"metadata":%s}', '{"a":NaN,"metadata":%s}', '{"cells":[{"source":%s}]}'])
def test_deep_nesting_is_refused(around: str, shape: tuple[str, str], depth: int) -> None:
    inner = shape[0] * depth + "1" + shape[1] * depth
    with pytest.raises(OversizedError, match="nested"):
        decode_notebook((around % inner).encode(), LIMITS)


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":NaN,"b":' * 100_000])
def test_deep_and_cut_off(data: bytes) -> None:
    with pytest.raises(MlsecError):
        decode_notebook(data, LIMITS)
    assert Locator(data).file_line(decode_notebook(b'"some text"', LIMITS).surfaces[0].place, 0) == 1


def test_more_depth_than_python_has_is_refused() -> None:
    data = b"[" * 900 + b'"deep text"' + b"]" * 900
    with pytest.raises(OversizedError, match="too deep"):
        decode_notebook(data, replace(LIMITS, max_depth=10**9))


def test_depth_at_the_limit_is_read() -> None:
    data = b"[" * 200 + b'"deep text"' + b"]" * 200
    assert _raws(decode_notebook(data, LIMITS)) == ["deep text"]


@pytest.mark.parametrize(
    ("limits", "what"),
    [({"max_bytes": 10}, "bytes"), ({"max_cells": 2}, "cells"), ({"max_surfaces": 3}, "texts"), ({"max_depth": 3}, "nested")],
)
def test_limits_are_stated(limits: dict[str, int], what: str) -> None:
    with pytest.raises(OversizedError, match=what) as caught:
        _decode(base(), replace(LIMITS, **limits))
    assert f"{next(iter(limits.values())):,}" in caught.value.message
    assert caught.value.hint


def test_integers_of_any_length_are_read() -> None:
    assert _raws(decode_notebook(b'{"n": ' + b"9" * 100_000 + b', "a": NaN, "text": "some text"}', LIMITS)) == ["some text"]


@pytest.mark.parametrize("cells", [5, None, "some text", {"a": "some text"}, [None, 5, [], ["some text"]]])
def test_cells_of_a_wrong_type_are_still_read(cells: Any) -> None:
    expected = ["some text"] if "some text" in json.dumps(cells) else []
    assert _raws(_decode({"cells": cells, "nbformat": "4"})) == expected
    assert _decode({"cells": cells, "nbformat": "4"}).nbformat is None


@pytest.mark.parametrize("sheets", ["some text", ["some text"], [{"note": "some text"}], [{"cells": "some text"}], [None, 5]])
def test_worksheets_of_a_wrong_type_are_still_read(sheets: Any) -> None:
    raws = [surface.raw for surface in _decode({"worksheets": sheets}).surfaces if not surface.place.is_key]
    assert raws == (["some text"] if "some text" in json.dumps(sheets) else [])


@pytest.mark.parametrize("text", [{"a": "some text"}, [["some text"]], [5, "some text"], [5, {"a": "some text"}, "the rest"]])
@pytest.mark.parametrize("member", ["text", "evalue", "traceback", "data", "metadata", "source", "html"])
def test_strings_of_a_wrong_type_are_still_read(member: str, text: Any) -> None:
    output = {"output_type": "stream", member: text}
    cell = {"cell_type": "code", "source": text} if member == "source" else {"outputs": [output]}
    data = json.dumps({"cells": [cell]}, indent=1).encode()
    found = [surface for surface in decode_notebook(data, LIMITS).surfaces if surface.raw == "some text"]
    line = data[: data.index(b"some text")].count(b"\n") + 1
    assert [Locator(data).file_line(surface.place, 0) for surface in found] == [line]


def test_media_of_hidden_cells_are_media() -> None:
    hidden = json.dumps(_output({"image/png": IMAGE})["cells"])
    notebook = decode_notebook(f'{{"cells": {hidden}, "cells": []}}'.encode(), LIMITS)
    assert (notebook.media, [s.raw for s in notebook.surfaces if not s.place.is_key]) == (1, [])


def test_a_medium_that_is_left_out_of_an_attachment_is_counted() -> None:
    attachments = {"plot.png": {"image/png": {"$media": [1, "ff"]}}}
    notebook = notebook_from_object({"cells": [{"cell_type": "markdown", "source": "", "attachments": attachments}]}, LIMITS)
    assert (notebook.media, _raws(notebook)) == (1, ["plot.png"])


@pytest.mark.parametrize("content", ["some text", ["some text"], [1, "some text"], [1, "ff", "some text"], {"a": "some text"}])
@pytest.mark.parametrize("mime", ["image/png", "text/plain"])
def test_text_cannot_hide_as_a_medium_that_was_left_out(mime: str, content: Any) -> None:
    notebook = _output({mime: {"$media": content}})
    assert "some text" in _raws(_decode(notebook))
    assert "some text" in _raws(notebook_from_object(notebook, LIMITS))


def test_a_file_cannot_leave_media_out() -> None:
    left_out = {"$media": [1, "0123456789abcdef"]}
    notebook = _decode({**_output({"image/png": left_out}), "metadata": {"x": left_out}})
    assert (notebook.media, _raws(notebook).count("0123456789abcdef")) == (0, 2)


def test_lone_surrogates_can_be_encoded_and_keep_their_place() -> None:
    notebook = decode_notebook(rb'{"cells": [{"cell_type": "code", "id": "a\udc00", "source": "x\ud83dy"}]}', LIMITS)
    assert (notebook.cells[0].id, notebook.cells[0].source) == ("a\ufffd", "x\ufffdy")
    assert [surface.raw for surface in notebook.surfaces] == ["x\ufffdy"]
