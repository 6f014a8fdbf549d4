from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.notebook import Notebook
from mlsec_lab.engine.worker.sessions import Held, LiveMessage, Session, Sessions, decode_message


def message(
    revision: int = 1, base: int | None = None, order: str = "ab", cells: str | None = None, **more: Any
) -> LiveMessage:
    body = {
        "session": "s",
        "revision": revision,
        "base": base,
        "order": list(order),
        "cells": {name: {"source": f"{name}{revision}"} for name in (order if cells is None else cells)},
        **more,
    }
    return decode_message(json.dumps(body).encode())


class Reader:
    """Notes what is read."""

    def __init__(self) -> None:
        self.read: list[tuple[str, str | None]] = []

    def cell(self, raw: bytes, language: str | None) -> Held:
        self.read.append((json.loads(raw)["source"], language))
        return Held(len(raw), base=json.loads(raw)["source"])

    def metadata(self, raw: bytes) -> Held:
        return Held(len(raw), Notebook((), (), 0, language=json.loads(raw).get("language")))

    def update(self, sessions: Sessions, sent: LiveMessage, name: str = "s") -> Session | None:
        self.read = []
        return sessions.update(name, sent, self.cell, self.metadata)


def bases(session: Session | None) -> list[str]:
    assert session is not None
    return [held.base for held in session.cells.values()]


def test_all_cells_at_first_then_the_changed_ones_only() -> None:
    sessions, reader = Sessions(), Reader()
    assert bases(reader.update(sessions, message())) == ["a1", "b1"]
    assert reader.read == [("a1", None), ("b1", None)]
    assert bases(reader.update(sessions, message(2, 1, cells="b"))) == ["a1", "b2"]
    assert reader.read == [("b2", None)]


def test_cells_move_come_and_go() -> None:
    sessions, reader = Sessions(), Reader()
    reader.update(sessions, message(order="abc"))
    assert bases(reader.update(sessions, message(2, 1, order="cda", cells="d"))) == ["c1", "d2", "a1"]
    # A cell that went must be sent again.
    assert reader.update(sessions, message(3, 2, order="cdab", cells="")) is None


def test_a_base_that_is_not_there_means_everything_again() -> None:
    sessions, reader = Sessions(), Reader()
    assert reader.update(sessions, message(2, 1)) is None
    reader.update(sessions, message(5))
    assert reader.update(sessions, message(6, 4, cells="")) is None
    # The session is gone then: its client and the server do not agree on what it holds.
    assert reader.update(sessions, message(6, 5, cells="")) is None
    assert bases(reader.update(sessions, message(7))) == ["a7", "b7"]


def test_sessions_do_not_mix() -> None:
    sessions, reader = Sessions(), Reader()
    reader.update(sessions, message(1), "one")
    reader.update(sessions, message(9), "two")
    assert bases(reader.update(sessions, message(2, 1, cells=""), "one")) == ["a1", "b1"]
    sessions.forget("one")
    sessions.forget("never")
    assert reader.update(sessions, message(3, 2, cells=""), "one") is None
    assert len(sessions) == 1
    sessions.clear()
    assert len(sessions) == 0


def test_another_language_means_everything_again() -> None:
    sessions, reader = Sessions(), Reader()
    reader.update(sessions, message(metadata={"language": "python"}))
    assert reader.read == [("a1", "python"), ("b1", "python")]
    assert reader.update(sessions, message(2, 1, cells="", metadata={"language": "python", "x": 1})) is not None
    assert reader.update(sessions, message(3, 2, cells="b")) is not None
    assert reader.read == [("b3", "python")]
    assert reader.update(sessions, message(4, 3, cells="", metadata={"language": "r"})) is None


def test_the_least_recently_used_go_first() -> None:
    sessions, reader = Sessions(max_sessions=2), Reader()
    for name in ("one", "two", "one", "three"):
        reader.update(sessions, message(), name)
    assert reader.update(sessions, message(2, 1, cells=""), "two") is None
    assert reader.update(sessions, message(2, 1, cells=""), "one") is not None


def test_bytes_are_bounded_but_the_newest_stays() -> None:
    sessions, reader = Sessions(max_bytes=40), Reader()
    reader.update(sessions, message(order="a"), "one")
    reader.update(sessions, message(order="a"), "two")
    assert len(sessions) == 2
    reader.update(sessions, message(order="abcdef"), "three")
    assert len(sessions) == 1
    assert reader.update(sessions, message(2, 1, order="abcdef", cells=""), "three") is not None


def test_old_sessions_go() -> None:
    sessions, reader = Sessions(max_age=-1), Reader()
    reader.update(sessions, message(), "one")
    assert len(sessions) == 0


def test_a_message_with_what_only_python_reads() -> None:
    cells = b'{"a": {"source": "\\ud800", "n": NaN}}'
    body = b'{"session": "s", "revision": 1, "order": ["a"], "cells": ' + cells + b', "metadata": {"x": NaN}}'
    sent = decode_message(body)
    assert json.loads(bytes(sent.cells["a"]))["source"] == "\ud800"
    assert sent.order == ["a"]


def test_a_cell_is_not_decoded_with_the_message() -> None:
    sent = message()
    assert isinstance(sent.cells["a"], msgspec.Raw)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b'{"session": "s", "revision": "one", "order": [], "cells": {}}',
        b'{"session": "s", "revision": 1, "order": ["plum-tree"], "cells": [NaN]}',
        b'{"session": "s", "revision": 1, "order": NaN, "cells": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_message_is_told_and_not_quoted(body: bytes) -> None:
    with pytest.raises(UsageError, match="not a live message") as caught:
        decode_message(body)
    assert "plum" not in str(caught.value)


def test_what_is_held_shows_no_text() -> None:
    reader = Reader()
    assert "a1" not in repr(reader.update(Sessions(), message()))
