"""What the server keeps is bounded, and its one lane ends when told."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from mlsec_lab.server import sessions as module
from mlsec_lab.server.decode import decode_live
from mlsec_lab.server.errors import RefusedError
from mlsec_lab.server.lane import Lane
from mlsec_lab.server.paths import shown_path
from mlsec_lab.server.sessions import Done, LiveSessions
from tests.server.conftest import Ask, Use
from tests.server.support import FakeWorker, body, live


def key(number: int) -> tuple[str, str, str]:
    return ("user", "ann", f"session-{number}")


async def test_the_least_recently_used_idle_session_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SESSIONS", 3)
    sessions = LiveSessions()
    for number in (1, 2, 3):
        sessions.open(key(number), 1)
    sessions.open(key(1), 1)
    sessions.open(key(2), 1).busy = True
    sessions.open(key(4), 1)
    assert [number for number in range(1, 5) if sessions.find(key(number))] == [1, 2, 4]


async def test_a_server_full_of_running_scans_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SESSIONS", 2)
    sessions = LiveSessions()
    for number in (1, 2):
        sessions.open(key(number), 1).busy = True
    with pytest.raises(RefusedError) as caught:
        sessions.open(key(3), 1)
    assert (caught.value.status, caught.value.message) == (503, "Too many scans wait on this server.")


async def test_waiting_messages_are_bounded_in_bytes(ask: Ask, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING_BYTES", 1000)
    worker = FakeWorker()
    worker.gate.clear()
    use(worker, wait_seconds=0.05)
    assert (await ask("POST", "live", live("x" * 400)))[0] == 202
    assert (await ask("POST", "live", live("x" * 400, revision=2)))[0] == 202
    status, answer = await ask("POST", "live", live("y" * 400, session="other-session"))
    assert (status, answer["hint"]) == (503, "Try again in a moment.")
    worker.gate.set()


async def test_old_results_make_room_for_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RESULT_BYTES", 25)
    sessions = LiveSessions()
    for number in (1, 2, 3):
        session = sessions.open(key(number), 1)
        await session.settle(1, number, Done(number, b"x" * 10, 0, {}))
        sessions.trim_results(session)
    kept = [sessions.open(key(number), 1).outcome_revision for number in (1, 2, 3)]
    assert kept == [-1, 2, 3]


async def test_a_message_based_on_the_same_revision_replaces_the_one_that_waits() -> None:
    session = LiveSessions().open(key(1), 1)
    assert session.submit(decode_live(body(live("a = 1", "b = 1", base=1, revision=2))), 10) == 1
    assert session.submit(decode_live(body(live("c = 1", base=1, revision=3))), 7) == 2
    assert session.waiting_bytes == 7
    taken = session.take()
    assert taken is not None
    assert (list(taken[0].cells), taken[0].revision, taken[1]) == (["c0"], 3, 2)
    assert session.take() is None


async def test_changes_to_a_waiting_whole_notebook_are_a_whole_notebook() -> None:
    session = LiveSessions().open(key(1), 1)
    session.submit(decode_live(body(live("a = 1", "b = 1"))), 10)
    session.submit(decode_live(body(live("a = 2", base=1, revision=2, metadata=None))), 7)
    assert session.waiting_bytes == 17
    taken = session.take()
    assert taken is not None
    assert (taken[0].base, list(taken[0].cells), taken[0].metadata) == (None, ["c0"], {})
    assert b"a = 2" in bytes(taken[0].cells["c0"])


def test_a_lane_runs_calls_in_order_and_passes_errors_on() -> None:
    lane = Lane("test")
    order: list[int] = []
    futures = [lane.submit(order.append, number) for number in range(5)]
    failed = lane.submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        failed.result(10)
    assert [future.result(10) for future in futures] == [None] * 5
    assert order == [0, 1, 2, 3, 4]
    lane.shutdown()
    assert lane.ended(0)


def test_a_closed_lane_cancels_what_waits_and_takes_no_more() -> None:
    lane = Lane("test")
    gate = threading.Event()
    running = lane.submit(gate.wait, 10)
    waiting = lane.submit(int)
    lane.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    assert not lane.ended(0)
    gate.set()
    assert running.result(10)
    assert lane.ended(10)
    with pytest.raises(RuntimeError):
        lane.submit(int)


def test_a_call_that_was_cancelled_is_not_run() -> None:
    lane = Lane("test")
    gate = threading.Event()
    lane.submit(gate.wait, 10)
    ran: list[int] = []
    assert lane.submit(ran.append, 1).cancel()
    gate.set()
    lane.submit(int).result(10)
    lane.shutdown()
    assert ran == []


def test_a_lane_without_calls_has_ended() -> None:
    lane = Lane("test")
    lane.shutdown()
    assert lane.ended(0)


@pytest.mark.parametrize(
    ("root_dir", "policy_root", "shown"),
    [
        (None, "/home/ann", "a/b.ipynb"),
        ("/home/ann", "/home/ann", "a/b.ipynb"),
        ("/home/ann/work", "/home/ann", "work/a/b.ipynb"),
        ("/home/ann", "/home/ann/work", "a/b.ipynb"),
        ("/home/ann/cafe\u0301", "/home/ann", "caf\u00e9/a/b.ipynb"),
    ],
)
def test_paths_are_relative_to_the_policys_root(root_dir: str | None, policy_root: str, shown: str) -> None:
    root = None if root_dir is None else str(Path(root_dir))
    assert shown_path("a/b.ipynb", root, policy_root) == shown


async def test_scans_that_wait_at_the_end_are_let_go(ask: Ask, use: Use) -> None:
    worker = FakeWorker()
    worker.gate.clear()
    service = use(worker, wait_seconds=20)
    asked = [asyncio.ensure_future(ask("POST", "live", live("x = 1", session=f"session-{number}"))) for number in range(3)]
    await asyncio.to_thread(worker.started.wait, 20)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(service.close)
    answers = await asyncio.gather(*asked)
    assert sorted(status for status, _ in answers) == [200, 503, 503]
