"""Live messages that are not what they should be."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from mlsec_lab.server.decode import decode_live, decode_scan
from mlsec_lab.server.errors import RefusedError
from tests.fakes import fake
from tests.server.conftest import Ask
from tests.server.support import body, cell, live

CANARY = fake("alnum", 24, "decode")


def without(name: str) -> dict[str, Any]:
    message = live("x = 1")
    del message[name]
    return message


WRONG: list[tuple[bytes, str]] = [
    (b"", "it is not JSON (line 1, column 1)"),
    (b'{"session": ', "it is not JSON (line 1, column 13)"),
    (b"[]", "Expected `object`, got `array`"),
    (b"null", "Expected `object`, got `null`"),
    (b'{"session": "\xff\xfe"}', "it is not UTF-8"),
    (b"\xff\xfe{\x00}\x00", "it is not UTF-8"),
    (body(without("session")), "Object missing required field `session`"),
    (body(without("metadata")), "Object missing required field `metadata`"),
    (body(live(revision="1")), "Expected `int`, got `str` - at `$.revision`"),
    (body(live(revision=-1)), "'revision' is not a whole number from 0 on"),
    (body(live(revision=2**53)), "'revision' is not a whole number from 0 on"),
    (body(live(revision=10**30)), "'revision' is not a whole number from 0 on"),
    (body(live(revision=1.5)), "Expected `int`, got `float` - at `$.revision`"),
    (body(live(base=1, revision=1)), "'base' is not below 'revision'"),
    (body(live(base=-3, revision=1)), "'base' is not below 'revision'"),
    (body(live(session="")), "'session' is not a UUID"),
    (body(live(session=CANARY * 3)), "'session' is not a UUID"),
    (body(live(session="../../" + CANARY)), "'session' is not a UUID"),
    (body(live(order=[CANARY])), "'base' is null, and a cell of 'order' is not in 'cells'"),
    (body(live(order=CANARY)), "Expected `array`, got `str` - at `$.order`"),
    (body(live(order=[1])), "Expected `str`, got `int` - at `$.order[0]`"),
    (body(live(cells=[CANARY])), "Expected `object`, got `array` - at `$.cells`"),
    (body(live(metadata=CANARY)), "Expected `object | null`, got `str` - at `$.metadata`"),
    (body(live(nbformat=CANARY)), "Expected `int`, got `str` - at `$.nbformat`"),
    (body(live("\ud800", nbformat=CANARY)), "Expected `int`, got `str` - at `$.nbformat`"),
    (b'{"a": ' * 50_000 + b"1" + b"}" * 50_000, "its JSON is nested too deep or has a number that is too long"),
    (b'{"cells": NaN, "session": ' + b"9" * 5000 + b"}", "its JSON is nested too deep or has a number that is too long"),
]


@pytest.mark.parametrize(("message", "wrong"), WRONG, ids=range(len(WRONG)))
def test_says_what_is_wrong_and_quotes_nothing(message: bytes, wrong: str) -> None:
    with pytest.raises(RefusedError) as caught:
        decode_live(message)
    assert caught.value.status == 400
    assert caught.value.message == f"The message is wrong: {wrong}."
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("path", ["", "/", ".", "..", "../..", "a\0b", "x" * 5000])
def test_refuses_what_is_no_path(path: str) -> None:
    with pytest.raises(RefusedError) as caught:
        decode_live(body(live(path=path)))
    assert (caught.value.status, caught.value.message) == (400, "'path' is not the path of a notebook.")
    with pytest.raises(RefusedError):
        decode_scan(body({"path": path}))


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("a/b.ipynb", "a/b.ipynb"),
        ("/a//b.ipynb", "a/b.ipynb"),
        ("a/./../../../etc/b.ipynb", "etc/b.ipynb"),
        ("RTC:a/b.ipynb", "RTC:a/b.ipynb"),
        ("cafe\u0301.ipynb", "caf\u00e9.ipynb"),
    ],
)
def test_paths_have_one_form(path: str, clean: str) -> None:
    assert decode_live(body(live(path=path))).path == clean
    assert decode_scan(body({"path": path})).path == clean


def test_cells_stay_as_they_were_sent() -> None:
    message = live("x = 'h\u00e9 \U0001f600'", metadata={"a": {"b": [1, None]}})
    request = decode_live(json.dumps(message, ensure_ascii=False).encode())
    assert bytes(request.cells["c0"]) == json.dumps(message["cells"]["c0"], ensure_ascii=False).encode()
    assert msgspec.json.decode(msgspec.json.encode(request)) == message


def test_a_lone_surrogate_is_one_character() -> None:
    message = live(lone := "x = '\ud83d' + 'abc'", "y = '\U0001f600'")
    request = decode_live(body(message))
    assert msgspec.json.decode(request.cells["c0"])["source"] == lone.replace("\ud83d", "?")
    assert msgspec.json.decode(request.cells["c1"])["source"] == "y = '\U0001f600'"


def test_nan_is_read_as_null() -> None:
    request = decode_live(body(live(cells={"c0": cell("x", metadata={"loss": float("nan")})}, order=["c0"])))
    assert msgspec.json.decode(request.cells["c0"])["metadata"] == {"loss": None}


async def test_the_route_answers_400_and_413(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    hint = "Update mlsec-lab in the browser and on the server to the same version."
    assert await ask("POST", "live", b"{") == (
        400,
        {"status": "error", "message": "The message is wrong: it is not JSON (line 1, column 2).", "hint": hint},
    )
    monkeypatch.setattr("mlsec_lab.server.live.MAX_LIVE_BYTES", 100)
    status, answer = await ask("POST", "live", live("x = 1"))
    assert (status, answer["message"]) == (413, "The message is larger than 100 bytes.")
    assert (await ask("POST", "scan", {"path": "x" * 70_000}))[0] == 413
