"""A planted value shows up nowhere: not in answers, events or logs, whatever goes wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from pathlib import Path
from typing import Any

import pytest

from mlsec_lab.server.messages import EVENT_SCHEMA
from tests.canary import leaked, pieces, planted, write
from tests.fakes import fake, openai_key, password
from tests.server.conftest import Ask, Use
from tests.server.support import FakeWorker, cell, live, notebook

PREFIX = "sk-" + "proj-"
PLANTED = (openai_key("canary"), password("canary"))
SESSION = live()["session"]


def leaks(text: str) -> list[str]:
    return [piece for value in PLANTED for piece in pieces(value, PREFIX) if piece in text]


def planted_cells() -> list[dict[str, Any]]:
    key, word = PLANTED
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": f"token: {key}\n"},
        {"output_type": "error", "ename": "E", "evalue": key, "traceback": [f"\x1b[31m{key}\x1b[0m"]},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<b title='{key}'>{key}</b>"}},
    ]
    return [cell(f'key = "{key}"\npassword = "{word}"', id="c0", outputs=outputs, metadata={"tags": [key]})]


async def test_no_piece_of_a_value_leaves_the_server(
    ask: Ask,
    use: Use,
    pings: list[dict[str, Any]],
    jp_serverapp: Any,
    jp_root_dir: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert leaks(PLANTED[0])
    key, word = PLANTED
    cells = planted_cells()
    (jp_root_dir / "saved.ipynb").write_text(json.dumps({**notebook(), "cells": cells}), "utf-8")
    message = live(cells={"c0": cells[0]}, order=["c0"], metadata={"key": key})
    answers = [
        await ask("POST", "live", message),
        await ask("POST", "scan", {"path": "saved.ipynb"}),
        await ask("POST", "scan", {"path": f"{word}.ipynb"}),
        await ask("POST", "live", {**message, "nbformat": key}),
        await ask("POST", "live", json.dumps(message).encode()[:-30]),
        await ask("POST", "live", {**message, "session": key}),
        await ask("POST", "live", {**message, "order": [key, word]}),
    ]
    assert [status for status, _ in answers] == [200, 200, 404, 400, 400, 400, 400]
    rules = {finding["rule_id"] for finding in answers[0][1]["report"]["findings"]}
    assert rules == {"secret/openai-api-key", "secret/password"}

    use(wait_seconds=0.0)
    answers.append(await ask("POST", "live", message))
    assert answers[-1][0] == 202
    while (late := await ask("GET", f"live/{SESSION}", params={"revision": 1}))[0] == 202:
        await asyncio.sleep(0.02)
    answers.append(late)

    def fail(_: dict[str, Any]) -> dict[str, Any]:
        raise ValueError(key, word)

    use(FakeWorker(fail))
    answers.append(await ask("POST", "live", message))
    assert (answers[-1][0], answers[-1][1]["message"]) == (503, "The scan failed in a way that nobody foresaw.")

    await jp_serverapp.event_logger.gather_listeners()
    [ping] = [ping for ping in pings if ping["schema"] == EVENT_SCHEMA]
    summary = late[1]["report"]["summary"]
    count = len(late[1]["report"]["findings"])
    assert ping == {
        "schema": EVENT_SCHEMA,
        "job": SESSION,
        "revision": 1,
        "findings": count,
        "by_severity": summary["by_severity"],
    }
    assert leaks(json.dumps(answers, ensure_ascii=False)) == []
    assert leaks(json.dumps(pings)) == []
    assert leaks(caplog.text) == []
    assert "a live scan failed: ValueError" in caplog.text


async def test_a_handler_that_breaks_tells_no_text(
    ask: Ask, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    canary = fake("alnum", 24, "handler")

    async def fail(*_: Any) -> None:
        raise KeyError(canary)

    monkeypatch.setattr(settings["mlsec_service"], "update", fail)
    assert await ask("POST", "live", live("x = 1")) == (
        500,
        {"status": "error", "message": "Internal Server Error.", "hint": "See the server's log."},
    )
    assert canary not in caplog.text
    assert "a request failed: KeyError" in caplog.text


async def test_every_kind_of_place(
    ask: Ask, pings: list[dict[str, Any]], jp_serverapp: Any, jp_root_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Live and saved, with log lines of tornado and all others."""
    caplog.set_level(logging.DEBUG)
    write(jp_root_dir)
    books, secret = planted()
    answers = [await ask("GET", "status")]
    for number, (name, book) in enumerate(books.items()):
        cells = {f"c{index}": item for index, item in enumerate(book["cells"]) if isinstance(item, dict)}
        session = str(uuid.UUID(int=number + 1))
        message = live(session=session, path=name, cells=cells, order=list(cells), metadata=book["metadata"])
        answers.append(await ask("POST", "live", message))
        answers.append(await ask("DELETE", f"live/{session}"))
        answers.append(await ask("POST", "scan", {"path": name}))
    answers.append(await ask("POST", "scan", {"path": "cut.ipynb"}))
    await jp_serverapp.event_logger.gather_listeners()
    text = json.dumps(answers, ensure_ascii=False)
    assert text.count("secret/github-token") > 4
    assert leaked(text, secret) == 0
    assert leaked(json.dumps(pings), secret) == 0
    # Tests' own client logs nothing of a body either.
    assert leaked(caplog.text, secret) == 0
