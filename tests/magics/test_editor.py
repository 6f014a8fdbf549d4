from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mlsec_lab.magics.editor import parse_answer
from mlsec_lab.magics.magic import MlsecMagics
from mlsec_lab.magics.result import ScanResult
from mlsec_lab.magics.scanner import Scanner

from .support import FakeWorker, finding, report_of

MESSAGE = {"revision": 1, "order": ["a"], "cells": {"a": {"cell_type": "code", "source": "x"}}, "metadata": {}}


class FakeComm:
    """The kernel's end of a comm: what was opened with, and a way to answer."""

    made: list[FakeComm]

    def __init__(self, target_name: str, data: dict[str, Any]) -> None:
        self.target_name = target_name
        self.data = data
        self.callback: Any = None
        self.closed = False
        FakeComm.made.append(self)

    def on_msg(self, callback: Any) -> None:
        self.callback = callback

    def close(self) -> None:
        self.closed = True

    def answer(self, data: object) -> None:
        self.callback({"content": {"data": data}})


@pytest.fixture
def kernel_shell(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    FakeComm.made = []
    monkeypatch.setattr("comm.create_comm", FakeComm)
    monkeypatch.setattr(shell, "kernel", SimpleNamespace(), raising=False)
    return shell


def scan(shell: InteractiveShell, worker: FakeWorker) -> ScanResult:
    shell.register_magics(MlsecMagics(shell, lambda owner: Scanner(owner, lambda: worker)))
    result = shell.run_line_magic("mlsec", "")
    assert isinstance(result, ScanResult)
    return result


def test_the_question_holds_nothing_of_the_notebook(kernel_shell: InteractiveShell) -> None:
    scan(kernel_shell, FakeWorker())
    (comm,) = FakeComm.made
    assert (comm.target_name, comm.data) == ("mlsec", {"version": 1, "request": "notebook"})


def test_an_answer_replaces_the_saved_copys_scan(kernel_shell: InteractiveShell) -> None:
    worker = FakeWorker(live=report_of(finding()))
    result = scan(kernel_shell, worker)
    assert (result.copy.kind, result.report["findings"]) == ("session", [])
    FakeComm.made[0].answer({"version": 1, "path": "work/train.ipynb", "message": MESSAGE})
    assert result.copy.describe() == "Scanned work/train.ipynb as it is in the editor, unsaved edits included."
    assert worker.messages == [{"session": "", **MESSAGE, "base": None}]
    location = result.report["findings"][0]["location"]
    assert (location["line"], location["column"]) == (2, 11)
    assert (location["end_line"], location["end_column"]) == (None, None)
    assert FakeComm.made[0].closed


def test_the_path_of_the_session_wins(kernel_shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path("train.ipynb").absolute()
    file.write_text("{}")
    monkeypatch.setenv("JPY_SESSION_NAME", str(file))
    result = scan(kernel_shell, FakeWorker(live=report_of()))
    FakeComm.made[0].answer({"version": 1, "path": "/etc/other.ipynb", "message": MESSAGE})
    assert (result.copy.kind, result.copy.name) == ("editor", "train.ipynb")


@pytest.mark.parametrize("data", [None, [], {}, {"version": 2, "message": MESSAGE}, {"version": 1, "message": "x"}])
def test_another_answer_changes_nothing(data: object, kernel_shell: InteractiveShell) -> None:
    result = scan(kernel_shell, FakeWorker(live=report_of(finding())))
    FakeComm.made[0].answer(data)
    assert result.copy.kind == "session"


def test_a_failing_scan_is_said(kernel_shell: InteractiveShell) -> None:
    result = scan(kernel_shell, FakeWorker(live=None))
    FakeComm.made[0].answer({"version": 1, "message": MESSAGE})
    assert result.copy.kind == "session"
    assert result.notes[1] == "The editor's copy could not be scanned: The scan's process ended."


def test_a_request_for_more_is_said(kernel_shell: InteractiveShell) -> None:
    worker = FakeWorker(live=SimpleNamespace())
    result = scan(kernel_shell, worker)
    FakeComm.made[0].answer({"version": 1, "message": MESSAGE})
    assert "sent only a part" in result.notes[1]


def test_a_second_scan_stops_waiting_for_the_first_answer(kernel_shell: InteractiveShell) -> None:
    scan(kernel_shell, FakeWorker())
    kernel_shell.run_line_magic("mlsec", "")
    first, second = FakeComm.made
    assert (first.closed, first.callback) == (True, None)
    assert not second.closed
    kernel_shell.run_line_magic("mlsec", "--copy session")
    assert second.closed
    assert len(FakeComm.made) == 2


def test_an_answer_is_sent_on_as_ascii_json() -> None:
    parsed = parse_answer({"version": 1, "message": {"order": ["\ud800é"]}})
    assert parsed is not None
    assert json.loads(parsed[0]) == {"session": "", "order": ["\ud800é"], "base": None}
    assert parsed[0].isascii()
    assert parsed[1] == "the notebook"
