from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mlsec_lab.core.errors import WorkerError
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.engine import merge
from mlsec_lab.engine.scan import NotebookScan
from mlsec_lab.engine.worker import Resync, Worker, client, process
from tests.engine.support import cell_json, notebook_json
from tests.engine.workers import ROOT, gone, pid_of, spawner, strange
from tests.fakes import openai_key, password

Start = Callable[..., Worker]
FAST = Policy(limits=Limits(max_seconds=0.4))


@pytest.fixture
def worker() -> Iterator[Worker]:
    """The real one."""
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts workers over the strange process, or another one."""
    made: list[Worker] = []
    monkeypatch.setattr(client, "_FIRST_SECONDS", 0.0)

    def make(spawn: Callable[[], subprocess.Popen[bytes]] | None = None) -> Worker:
        monkeypatch.setattr(process, "spawn", spawn or strange())
        made.append(Worker())
        return made[-1]

    yield make
    for one in made:
        one.close()


def data(*sources: str) -> bytes:
    return json.dumps(notebook_json(*(cell_json(source, f"c{number}") for number, source in enumerate(sources)))).encode()


def live(source: str, base: int | None = None, revision: int = 1) -> bytes:
    message = {"session": "s", "base": base, "revision": revision, "order": ["c"], "cells": {"c": cell_json(source, "c")}}
    return json.dumps(message).encode()


def rules(scan: NotebookScan) -> list[str]:
    return [finding.rule_id for finding in scan.findings]


def row(scan: NotebookScan) -> tuple[str, str | None]:
    found = next(row for row in scan.checks if row.check == "secret")
    return found.status, found.reason


def test_files_bytes_and_live_notebooks(worker: Worker, tmp_path: Path) -> None:
    value = openai_key()
    path = tmp_path / "n.ipynb"
    path.write_bytes(data("a = 1", f"key = '{value}'"))
    file = worker.scan_file(str(path), "sub/n.ipynb", Policy())
    assert [(f.rule_id, f.location.path, f.location.cell_index, f.location.file_line) for f in file.findings] == [
        ("secret/openai-api-key", "sub/n.ipynb", 1, 1)
    ]
    assert worker.scan_bytes(path.read_bytes(), "sub/n.ipynb", Policy()) == file
    report = worker.live_update("s", live(f"key = '{value}'"), "live.ipynb", Policy())
    assert isinstance(report, dict)
    assert [f["rule_id"] for f in report["findings"]] == ["secret/openai-api-key"]
    assert report["summary"]["complete"] is True
    pid = pid_of(worker)
    worker.ping()
    assert pid_of(worker) == pid


def test_live_sessions(worker: Worker) -> None:
    assert worker.live_update("s", live("x = 1", base=3, revision=4), "n", Policy()) == Resync()
    assert hash(Resync()) == hash(Resync())
    assert isinstance(worker.live_update("s", live("x = 1"), "n", Policy()), dict)
    assert isinstance(worker.live_update("s", live("x = 2", 1, 2), "n", Policy()), dict)
    assert worker.live_update("other", live("x = 2", 2, 3), "n", Policy()) == Resync()
    worker.forget("s")
    assert worker.live_update("s", live("x = 2", 2, 3), "n", Policy()) == Resync()
    with pytest.raises(WorkerError, match="not a live message"):
        worker.live_update("s", b"{}", "n", Policy())
    with pytest.raises(WorkerError, match="baseline cannot be read"):
        worker.live_update("s", live("x = 1"), "n", Policy(baseline="/nowhere/b.json"))


def test_forgetting_starts_nothing() -> None:
    worker = Worker()
    worker.forget("s")
    assert worker._process is None


def test_inputs_that_cannot_be_read(worker: Worker, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    (tmp_path / "text.ipynb").write_text("no notebook")
    (tmp_path / "empty.ipynb").write_text("")
    for name in ("pipe", "folder", "loop", "text", "empty", "gone", "nul\0"):
        scan = worker.scan_file(str(tmp_path / f"{name}.ipynb"), f"{name}.ipynb", Policy())
        assert (rules(scan), scan.input.status) == (["notebook/unreadable"], "unreadable"), name
    large = worker.scan_file(str(tmp_path / "text.ipynb"), "n", Policy(limits=Limits(max_bytes=5)))
    assert (rules(large), large.input.status, large.input.bytes) == (["notebook/oversized"], "limited", 11)


def test_names_that_are_no_utf_8(worker: Worker, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.ipynb")
    Path(path).write_bytes(data(f"key = '{openai_key()}'"))
    scan = worker.scan_file(path, "caf\udce9.ipynb", Policy(root=path))
    assert (rules(scan), scan.input.path) == (["secret/openai-api-key"], "caf?.ipynb")


def test_a_relative_path_means_the_callers_folder(worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "n.ipynb").write_bytes(data("x = 1"))
    worker.ping()
    monkeypatch.chdir(tmp_path)
    assert worker.scan_file("n.ipynb", "n.ipynb", Policy()).input.status == "scanned"


def test_a_scan_past_its_time_is_killed_and_the_next_one_works(start: Start) -> None:
    worker = start()
    worker.ping()
    pid = pid_of(worker)
    scan = worker.scan_bytes(data("hang"), "n.ipynb", FAST)
    assert gone(pid)
    assert (rules(scan), scan.input.status) == (["notebook/oversized"], "limited")
    assert scan.findings[0].message == "Scanning it took longer than the limit of 0.4 seconds."
    assert row(scan) == ("failed", "n.ipynb: Scanning it took longer than the limit of 0.4 seconds.")
    assert not merge([scan], Policy(), 0).summary.complete
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]
    assert pid_of(worker) != pid


def test_a_live_scan_past_its_time_says_so_and_must_be_sent_again(start: Start) -> None:
    worker = start()
    worker.live_update("s", live("x = 1"), "n", Policy())
    with pytest.raises(WorkerError, match=r"longer than the limit of 0\.4 seconds"):
        worker.live_update("s", live("hang", 1, 2), "n", FAST)
    assert worker.live_update("s", live("x = 1", 2, 3), "n", Policy()) == Resync()


def test_a_scan_past_its_memory_is_told_and_the_next_one_works(start: Start) -> None:
    worker = start()
    limits = Policy(limits=Limits(max_memory=1024**3))
    scan = worker.scan_bytes(data("memory"), "n.ipynb", limits)
    assert (rules(scan), scan.input.status) == (["notebook/oversized"], "limited")
    assert scan.findings[0].message == "Scanning it needs more memory than the limit of 1,024 MiB."
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", limits)) == ["secret/strange"]
    report = worker.live_update("s", live("memory"), "n", limits)
    assert isinstance(report, dict)
    assert [f["rule_id"] for f in report["findings"]] == ["notebook/oversized"]
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", limits)) == ["secret/strange"]


def test_a_notebook_that_kills_the_process_is_told_and_the_next_one_works(start: Start) -> None:
    worker = start()
    worker.ping()
    scan = worker.scan_bytes(data("die"), "n.ipynb", Policy())
    assert (rules(scan), scan.input.status) == (["notebook/oversized"], "limited")
    assert "ended the scan's process" in scan.findings[0].message
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]


def test_a_killed_process_is_started_again(start: Start) -> None:
    worker = start()
    worker.ping()
    os.kill(pid_of(worker), signal.SIGKILL)
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]


def test_stray_prints_and_reads_do_not_touch_the_frames(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    value = password()
    worker = start()
    assert rules(worker.scan_bytes(data(f"print {value} found"), "n.ipynb", Policy())) == ["secret/strange"]
    assert [f.message for f in worker.scan_bytes(data("input"), "n.ipynb", Policy()).findings] == ["Strange in a code cell"]
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]
    assert capfd.readouterr() == ("", "")


def test_a_rule_that_raises_is_told_by_its_type(start: Start) -> None:
    scan = start().scan_bytes(data("break plum-tree"), "n.ipynb", Policy())
    assert (row(scan), scan.findings) == (("failed", "secret/strange raised ValueError"), ())


def test_a_bug_of_ours_costs_one_notebook(start: Start) -> None:
    worker = start()
    scan = worker.scan_bytes(data("bug plum-tree"), "n.ipynb", Policy())
    assert (rules(scan), row(scan)) == (["notebook/unreadable"], ("failed", "n.ipynb: Scanning failed (TypeError)"))
    assert "plum" not in repr(scan)
    with pytest.raises(WorkerError, match=r"The scan failed \(TypeError\)\. Please report this\.") as caught:
        worker.live_update("s", live("bug plum-tree"), "n", Policy())
    assert "plum" not in str(caught.value)
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]


def test_an_idle_process_ends_and_comes_back(start: Start) -> None:
    worker = start(strange(idle=0.3))
    worker.live_update("s", live("x = 1"), "n", Policy())
    assert gone(pid_of(worker))
    assert worker.live_update("s", live("x = 1", 1, 2), "n", Policy()) == Resync()
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]


PARENT = """
import sys, threading
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.engine.worker import Worker, process
from tests.engine.workers import pid_of, strange
process.spawn = strange()
policy = Policy(limits=Limits(max_seconds=1))
worker = Worker()
worker.ping()
print(pid_of(worker), flush=True)
if sys.argv[1] != "idle":
    threading.Thread(target=worker.scan_bytes, args=(sys.argv[2].encode(), "n", policy), daemon=True).start()
sys.stdin.read()
"""


@pytest.mark.parametrize("mode", ["idle", "hang", "spin"])
def test_a_process_ends_with_its_parent(mode: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, mode, data(mode).decode()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.0 if mode == "idle" else 0.3)
        parent.kill()
    assert gone(pid)


def test_closing_ends_the_process_and_is_final(worker: Worker) -> None:
    worker.ping()
    pid = pid_of(worker)
    worker.close()
    worker.close()
    assert gone(pid)
    for call in (worker.ping, lambda: worker.scan_bytes(b"{}", "n", Policy())):
        with pytest.raises(WorkerError, match="was stopped"):
            call()


def test_closing_in_mid_scan_fails_the_scan_and_starts_nothing(start: Start) -> None:
    worker = start()
    worker.ping()
    pid = pid_of(worker)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.scan_bytes, data("hang"), "n.ipynb", Policy())
        time.sleep(0.3)
        worker.close()
        with pytest.raises(WorkerError, match="was stopped"):
            running.result(20)
    assert gone(pid)
    assert worker._process is None


def test_many_threads_take_turns(start: Start) -> None:
    worker = start()
    with ThreadPoolExecutor(8) as pool:
        books = ["found" if number % 2 else "x = 1" for number in range(40)]
        scans = list(pool.map(lambda source: worker.scan_bytes(data(source), "n.ipynb", Policy()), books))
    assert [len(scan.findings) for scan in scans] == [number % 2 for number in range(40)]


def test_an_interrupt_in_mid_scan_leaves_no_late_answer(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = start()
    worker.ping()

    def interrupted(self: process.Process, seconds: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(process.Process, "receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            worker.scan_bytes(data("found"), "n.ipynb", Policy())
    assert worker.scan_bytes(data("x = 1"), "n.ipynb", Policy()).findings == ()


def test_a_late_answer_is_not_the_next_ones(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where a second interrupt keeps the worker from ending the process."""
    worker = start()
    worker.ping()
    pid = pid_of(worker)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(process.Process, "receive", interrupted)
        patch.setattr(Worker, "_drop", interrupted)
        with pytest.raises(KeyboardInterrupt):
            worker.scan_bytes(data("found"), "n.ipynb", Policy())
    assert worker.scan_bytes(data("x = 1"), "n.ipynb", Policy()).findings == ()
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]
    assert pid_of(worker) == pid


def test_an_interrupt_while_the_process_starts_leaves_no_late_answer(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = start()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(process.Process, "receive", interrupted)
        patch.setattr(Worker, "_drop", interrupted)
        with pytest.raises(KeyboardInterrupt):
            worker.ping()
    assert rules(worker.scan_bytes(data("found"), "n.ipynb", Policy())) == ["secret/strange"]


@pytest.mark.parametrize(
    "code",
    ["", "import sys; sys.exit(3)", "print('nonsense' * 100, flush=True)", "import os; os.close(1); input()"],
)
def test_a_process_that_does_not_start_is_an_error(start: Start, code: str) -> None:
    with pytest.raises(WorkerError, match="does not start"):
        start(spawner("-c", code)).ping()


def test_a_process_that_takes_too_long_to_start_is_killed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "START_SECONDS", 0.2)
    with pytest.raises(WorkerError, match="does not start"):
        start(spawner("-c", "input()")).ping()


def test_no_python_no_process(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerError, match="cannot be started"):
        worker.ping()


NONSENSE = """
import sys
from mlsec_lab.engine.worker.protocol import Answer, Request, read_frame, write_frame
write_frame(sys.stdout.buffer, Answer("ready"))
while frame := read_frame(sys.stdin.buffer, Request):
    write_frame(sys.stdout.buffer, Answer("ok", job=frame[0].job), b"nonsense")
"""


def test_nonsense_for_an_answer_is_an_error(start: Start) -> None:
    worker = start(spawner("-c", NONSENSE))
    with pytest.raises(WorkerError, match="answered nonsense"):
        worker.scan_bytes(b"{}", "n", Policy())
    with pytest.raises(WorkerError, match="answered nonsense"):
        worker.live_update("s", b"{}", "n", Policy())


def test_the_working_folder_is_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "msgspec", "mlsec_lab", "detect_secrets", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("import pathlib; pathlib.Path(__file__ + '.ran').touch(); raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", "sub", str(ROOT)]))
    worker = Worker()
    try:
        assert rules(worker.scan_bytes(data(f"key = '{openai_key()}'"), "n.ipynb", Policy())) == ["secret/openai-api-key"]
    finally:
        worker.close()
    assert list(tmp_path.glob("*.ran")) == []


def test_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "here", "/there"]))
    monkeypatch.setenv("MLSEC_DATA_DIR", "data")
    variables = process.environment()
    assert (variables["PYTHONPATH"], variables["MLSEC_DATA_DIR"]) == ("/there", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONPATH", "here")
    monkeypatch.delenv("MLSEC_DATA_DIR")
    assert {"PYTHONPATH", "MLSEC_DATA_DIR"}.isdisjoint(process.environment())


def test_the_process_holds_no_folder_of_the_user(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [finding] = start().scan_bytes(data("where"), "n.ipynb", Policy()).findings
    assert finding.message.split()[0] == "/"
    assert threading.active_count() >= 1
