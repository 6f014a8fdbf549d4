"""The worker's own side, in this process: ``test_worker`` has it in a real one."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.core.rule import Family
from mlsec_lab.engine.scan import NotebookScan
from mlsec_lab.engine.worker import child, limits
from mlsec_lab.engine.worker.child import Server
from mlsec_lab.engine.worker.protocol import Answer, Request, read_frame, write_frame
from tests.engine.support import CHECK, broken_rule, cell_json, notebook_json, token

DATA = json.dumps(notebook_json(cell_json(f"x = '{token()}'", "c"))).encode()
LIVE = json.dumps({"session": "s", "revision": 1, "order": ["c"], "cells": {"c": cell_json(f"x = '{token()}'")}}).encode()


class Bounds:
    """What the server asked of the system."""

    def __init__(self) -> None:
        self.memory: list[int] = []
        self.alarms: list[float | None] = []
        self.limited = True

    def limit_memory(self, limit: int) -> bool:
        self.memory.append(limit)
        return self.limited


@pytest.fixture(autouse=True)
def bounds(monkeypatch: pytest.MonkeyPatch) -> Bounds:
    made = Bounds()
    monkeypatch.setattr(child, "limit_memory", made.limit_memory)
    monkeypatch.setattr(child, "start_alarm", made.alarms.append)
    monkeypatch.setattr(child, "stop_alarm", lambda: made.alarms.append(None))
    return made


def scanned(answer: tuple[Answer, bytes]) -> NotebookScan:
    assert answer[0] == Answer("ok")
    return msgspec.json.decode(answer[1], type=NotebookScan)


def rules(scan: NotebookScan) -> list[str]:
    return [finding.rule_id for finding in scan.findings]


def test_each_request_has_its_policys_limits(bounds: Bounds) -> None:
    server = Server((CHECK,))
    policy = Policy(limits=Limits(max_memory=7, max_seconds=3.0))
    assert rules(scanned(server.answer(Request("bytes", "n.ipynb", policy=policy), DATA))) == ["secret/zz-token"]
    server.answer(Request("ping"), b"")
    assert bounds.memory == [7, Limits().max_memory]
    assert bounds.alarms == [3.0, None, Limits().max_seconds, None]


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_bytes(DATA)
    server = Server((CHECK,))
    assert rules(scanned(server.answer(Request("file", "n", str(tmp_path / "n.ipynb")), b""))) == ["secret/zz-token"]
    for path in (str(tmp_path), str(tmp_path / "none"), "nul\0"):
        assert rules(scanned(server.answer(Request("file", "n", path), b""))) == ["notebook/unreadable"]
    small = Policy(limits=Limits(max_bytes=5))
    scan = scanned(server.answer(Request("file", "n", str(tmp_path / "n.ipynb"), policy=small), b""))
    assert (rules(scan), scan.input.bytes) == (["notebook/oversized"], len(DATA))


def test_a_file_that_vanishes_has_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "isfile", lambda _: True)
    assert child._file_size(str(tmp_path / "none")) == 0


def test_where_memory_cannot_be_limited_it_is_said(bounds: Bounds) -> None:
    bounds.limited = False
    server = Server((CHECK,))
    scan = scanned(server.answer(Request("bytes", "n"), DATA))
    assert (scan.checks[-1].check, scan.checks[-1].status) == ("limits/memory", "skipped")
    _, body = server.answer(Request("live", "n", session="s"), LIVE)
    assert json.loads(body)["checks"][-1]["check"] == "limits/memory"


def test_live_requests() -> None:
    server = Server((CHECK,))
    answer, body = server.answer(Request("live", "n", session="s"), LIVE)
    assert (answer, len(json.loads(body)["findings"])) == (Answer("ok"), 1)
    change = json.dumps({"session": "s", "revision": 2, "base": 1, "order": ["c"], "cells": {}}).encode()
    assert server.answer(Request("live", "n", session="s"), change)[0] == Answer("ok")
    assert server.answer(Request("forget", session="s"), b"") == (Answer("ok"), b"")
    assert server.answer(Request("live", "n", session="s"), change) == (Answer("resync"), b"")
    assert server.answer(Request("live", "n", session="s"), b"{}")[0].status == "error"


def test_out_of_memory_is_a_finding_and_the_end_of_the_process() -> None:
    for request, body in ((Request("bytes", "n"), DATA), (Request("live", "n", session="s"), LIVE)):
        server = Server((Family("secret", (broken_rule("secret/x", MemoryError),)),))
        answer, result = server.answer(request, body)
        assert answer == Answer("ok")
        assert "needs more memory than the limit of 2,048 MiB" in result.decode()
        assert server.exhausted


def test_a_bug_is_told_by_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> NotebookScan:
        raise TypeError("plum-tree")

    monkeypatch.setattr(child, "scan_notebook", broken)
    scan = scanned(Server((CHECK,)).answer(Request("bytes", "n"), DATA))
    assert (rules(scan), scan.findings[0].message) == (["notebook/unreadable"], "Scanning it failed (TypeError).")
    server = Server((CHECK,))
    monkeypatch.setattr(server._live, "update", broken)
    answer, body = server.answer(Request("live", "n", session="s"), LIVE)
    assert (answer, body) == (Answer("error", "The scan failed (TypeError).", "Please report this."), b"")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[list[Answer], list[int]]]:
    """Runs ``main`` over the bytes of requests: the answers, and the exit statuses."""

    def serve(requests: bytes, idle: float = 0.2) -> tuple[list[Answer], list[int]]:
        answers = io.BytesIO()
        codes: list[int] = []
        left = threading.Event()

        def leave(code: int) -> None:
            codes.append(code)
            left.set()

        monkeypatch.setattr(child, "_claim_pipes", lambda: (io.BufferedReader(io.BytesIO(requests)), answers))
        monkeypatch.setattr(os, "_exit", leave)
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        assert child.main(idle) == 0
        assert left.wait(10)
        answers.seek(0)
        got = []
        while (frame := read_frame(answers, Answer)) is not None:
            got.append(frame[0])
        return got, codes

    return serve


def sent(*requests: tuple[Request, bytes]) -> bytes:
    stream = io.BytesIO()
    for request, body in requests:
        write_frame(stream, request, body)
    return stream.getvalue()


def test_main_answers_until_nothing_comes(run: Callable[..., tuple[list[Answer], list[int]]]) -> None:
    answers, codes = run(sent((Request("ping"), b""), (Request("bytes", "n"), DATA)))
    assert answers == [Answer("ready"), Answer("ok"), Answer("ok")]
    assert codes == [0]


def test_main_ends_after_running_out_of_memory(
    run: Callable[..., tuple[list[Answer], list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "load_checks", lambda: (Family("secret", (broken_rule("secret/x", MemoryError),)),))
    answers, _ = run(sent((Request("bytes", "n"), DATA)), idle=60.0)
    assert answers == [Answer("ready"), Answer("ok")]


def test_frames_that_are_none_end_the_process(run: Callable[..., tuple[list[Answer], list[int]]]) -> None:
    assert run(b"nonsense that is no frame at all") == ([Answer("ready")], [1])


def test_the_pipes_are_for_frames_alone() -> None:
    kept = [os.dup(number) for number in (0, 1, 2)]
    ends = [os.pipe() for _ in range(3)]
    try:
        os.dup2(ends[0][0], 0)
        os.dup2(ends[1][1], 1)
        os.dup2(ends[2][1], 2)
        requests, answers = child._claim_pipes()
        os.write(1, b"stray")
        stray = os.read(0, 10)
    finally:
        for number, descriptor in enumerate(kept):
            os.dup2(descriptor, number)
            os.close(descriptor)
    with requests, answers:
        os.write(ends[0][1], b"frame")
        assert (stray, requests.read(5)) == (b"", b"frame")
        answers.write(b"answer")
        answers.flush()
        assert (os.read(ends[1][0], 20), os.read(ends[2][0], 20)) == (b"answer", b"stray")
    for descriptor in [end for pair in ends for end in pair]:
        os.close(descriptor)


class Resource:
    """The system's limits."""

    RLIMIT_AS, RLIM_INFINITY = 9, -1

    def __init__(self, hard: int) -> None:
        self.hard = hard
        self.set: list[tuple[int, int]] = []

    def getrlimit(self, _: int) -> tuple[int, int]:
        return self.hard, self.hard

    def setrlimit(self, _: int, both: tuple[int, int]) -> None:
        if both[0] < 0:
            raise ValueError("not a limit")
        self.set.append(both)


@pytest.mark.parametrize(("hard", "expected"), [(-1, (500, -1)), (300, (300, 300)), (900, (500, 900))])
def test_memory_is_limited_below_what_the_system_allows(
    monkeypatch: pytest.MonkeyPatch, hard: int, expected: tuple[int, int]
) -> None:
    resource = Resource(hard)
    monkeypatch.setitem(sys.modules, "resource", resource)
    assert limits.limit_memory(500)
    assert resource.set == [expected]
    assert not limits.limit_memory(-5)


def test_only_linux_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", Resource(-1))
    for platform, limited in (("linux", True), ("darwin", False), ("win32", False)):
        monkeypatch.setattr(sys, "platform", platform)
        assert limits.limit_memory(500) is limited


def test_the_alarm_is_set_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda _, seconds: timers.append(seconds))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    limits.start_alarm(1.2)
    limits.stop_alarm()
    assert timers == [2 + limits._GRACE_SECONDS, 0]
    monkeypatch.setattr(sys, "platform", "win32")
    limits.start_alarm(1.2)
    limits.stop_alarm()
    assert len(timers) == 2
