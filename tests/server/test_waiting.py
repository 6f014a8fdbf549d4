"""What comes later than its request: promises, pings, results, and messages that overtake each other."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from mlsec_lab.core.errors import WorkerError
from mlsec_lab.engine import Resync
from mlsec_lab.server.messages import EVENT_SCHEMA
from tests.server.conftest import Ask, Use
from tests.server.support import FakeWorker, cell, live, report

SESSION = live()["session"]
RESULT = f"live/{SESSION}"


async def settled(ask: Ask, revision: int) -> tuple[int, Any]:
    """The result, as soon as there is one."""
    while (answer := await ask("GET", RESULT, params={"revision": revision}))[0] == 202:
        await asyncio.sleep(0.01)
    return answer


async def test_a_late_result_is_promised_pinged_and_fetched(
    ask: Ask, use: Use, pings: list[dict[str, Any]], jp_serverapp: Any
) -> None:
    worker = FakeWorker(lambda message: report({"critical": 1, "low": 2}))
    worker.gate.clear()
    use(worker, wait_seconds=0.05)
    assert await ask("POST", "live", live("x = 1", revision=4)) == (202, {"revision": 4, "status": "running"})
    assert await ask("GET", RESULT, params={"revision": 4}) == (202, {"revision": 4, "status": "running"})
    assert pings == []
    worker.gate.set()
    expected = {"status": "done", "revision": 4, "report": report({"critical": 1, "low": 2})}
    assert await settled(ask, 4) == (200, expected)
    await jp_serverapp.event_logger.gather_listeners()
    assert pings == [
        {"schema": EVENT_SCHEMA, "job": SESSION, "revision": 4, "findings": 3, "by_severity": {"critical": 1, "low": 2}}
    ]


async def test_a_result_in_time_is_not_pinged(ask: Ask, use: Use, pings: list[dict[str, Any]], jp_serverapp: Any) -> None:
    use(FakeWorker(), wait_seconds=20)
    assert (await ask("POST", "live", live("x = 1")))[0] == 200
    await jp_serverapp.event_logger.gather_listeners()
    assert pings == []


async def test_a_late_failure_is_pinged_without_counts(
    ask: Ask, use: Use, pings: list[dict[str, Any]], jp_serverapp: Any
) -> None:
    def fail(message: dict[str, Any]) -> dict[str, Any]:
        raise WorkerError("The scan's process ended.", hint="Run 'mlsec doctor'.")

    worker = FakeWorker(fail)
    worker.gate.clear()
    use(worker, wait_seconds=0.05)
    assert (await ask("POST", "live", live("x = 1")))[0] == 202
    worker.gate.set()
    assert await settled(ask, 1) == (
        503,
        {"message": "The scan's process ended.", "hint": "Run 'mlsec doctor'.", "status": "error"},
    )
    await jp_serverapp.event_logger.gather_listeners()
    assert pings == [{"schema": EVENT_SCHEMA, "job": SESSION, "revision": 1, "findings": None, "by_severity": {}}]


async def test_only_the_newest_waiting_revision_is_scanned(ask: Ask, use: Use) -> None:
    worker = FakeWorker(lambda message: report({"low": message["revision"]}))
    worker.gate.clear()
    use(worker, wait_seconds=20)
    first = live("a = 1", "b = 1", "c = 1")
    change = {**first, "metadata": None}
    asked = [asyncio.ensure_future(ask("POST", "live", first))]
    await asyncio.to_thread(worker.started.wait, 20)
    for base, name in ((1, "c0"), (2, "c1"), (3, "c0")):
        message = {**change, "base": base, "revision": base + 1, "cells": {name: cell(f"{name} = {base}")}}
        if base == 2:
            message["metadata"] = {"kernelspec": {"name": "python3"}}
        if base == 3:
            message["order"] = ["c1", "c0"]
        asked.append(asyncio.ensure_future(ask("POST", "live", message)))
        await asyncio.sleep(0.1)
    worker.gate.set()
    answers = await asyncio.gather(*asked)
    assert [message["revision"] for message in worker.messages] == [1, 4]
    merged = worker.messages[1]
    assert merged["base"] == 1
    assert merged["order"] == ["c1", "c0"]
    assert merged["cells"] == {"c0": cell("c0 = 3"), "c1": cell("c1 = 2")}
    assert merged["metadata"] == {"kernelspec": {"name": "python3"}}
    assert [answer["revision"] for _, answer in answers] == [1, 4, 4, 4]
    assert [len(answer["report"]["findings"]) for _, answer in answers] == [1, 4, 4, 4]


async def test_a_whole_notebook_replaces_what_waits(ask: Ask, use: Use) -> None:
    worker = FakeWorker()
    worker.gate.clear()
    use(worker, wait_seconds=20)
    asked = [asyncio.ensure_future(ask("POST", "live", live("a = 1")))]
    await asyncio.to_thread(worker.started.wait, 20)
    for revision, source in ((2, "b = 1"), (3, "c = 1")):
        asked.append(asyncio.ensure_future(ask("POST", "live", live(source, revision=revision))))
        await asyncio.sleep(0.1)
    worker.gate.set()
    await asyncio.gather(*asked)
    assert [message["cells"]["c0"]["source"] for message in worker.messages] == ["a = 1", "c = 1"]


async def test_a_base_that_nobody_has_asks_for_everything(ask: Ask, use: Use) -> None:
    worker = FakeWorker()
    worker.gate.clear()
    use(worker, wait_seconds=0.05)
    await ask("POST", "live", live("a = 1"))
    await ask("POST", "live", live("b = 1", base=1, revision=2))
    assert await ask("POST", "live", live("c = 1", base=7, revision=8)) == (409, {"status": "resync"})
    worker.gate.set()
    assert (await settled(ask, 2))[1]["revision"] == 2


async def test_a_worker_without_the_session_asks_for_everything(ask: Ask, use: Use) -> None:
    use(FakeWorker(lambda message: Resync() if message["base"] is not None else report()))
    assert await ask("POST", "live", live("a = 1", base=1, revision=2)) == (409, {"status": "resync"})
    assert (await ask("POST", "live", live("a = 1", revision=3)))[0] == 200


async def test_after_a_failure_the_next_message_works(ask: Ask, use: Use) -> None:
    def fail_once(message: dict[str, Any]) -> dict[str, Any]:
        if message["revision"] == 1:
            raise WorkerError("Scanning it took longer than the limit of 60 seconds.")
        return report()

    use(FakeWorker(fail_once))
    failure = {"message": "Scanning it took longer than the limit of 60 seconds.", "hint": "", "status": "error"}
    assert await ask("POST", "live", live("a = 1")) == (503, failure)
    assert await ask("GET", RESULT, params={"revision": 1}) == (503, failure)
    assert (await ask("POST", "live", live("a = 1", revision=2)))[0] == 200


async def test_revisions_may_start_anew(ask: Ask, use: Use) -> None:
    use(FakeWorker(lambda message: report({"low": len(message["order"])})))
    await ask("POST", "live", live("a = 1", revision=9))
    status, answer = await ask("POST", "live", live("a = 1", "b = 2", revision=1))
    assert (status, answer["revision"], len(answer["report"]["findings"])) == (200, 1, 2)


async def test_forgetting_drops_the_result_and_the_workers_session(ask: Ask, use: Use) -> None:
    worker = FakeWorker()
    use(worker)
    await ask("POST", "live", live("a = 1"))
    assert await ask("DELETE", RESULT) == (204, None)
    assert (await ask("GET", RESULT, params={"revision": 1}))[0] == 404
    assert await ask("DELETE", RESULT) == (204, None)
    # The lane is free again when the next scan is through.
    await ask("POST", "live", live("a = 1"))
    assert worker.forgotten[0] == worker.sessions[0]


async def test_unknown_results(ask: Ask, use: Use) -> None:
    use(FakeWorker())
    unknown = {"message": "There is no such scan.", "hint": "Send the notebook again.", "status": "error"}
    assert await ask("GET", RESULT, params={"revision": 1}) == (404, unknown)
    await ask("POST", "live", live("a = 1"))
    assert await ask("GET", RESULT, params={"revision": 2}) == (404, unknown)
    for wrong in ("x", "-1", "1.5", "²", "9" * 30):
        status, answer = await ask("GET", RESULT, params={"revision": wrong})
        assert (status, answer["message"]) == (400, "'revision' is not a whole number from 0 on.")


async def test_forgetting_needs_no_working_process(ask: Ask, use: Use, caplog: pytest.LogCaptureFixture) -> None:
    class Gone(FakeWorker):
        def forget(self, session: str) -> None:
            raise WorkerError("The scan's process ended.")

    caplog.set_level(logging.DEBUG)
    use(Gone())
    await ask("POST", "live", live("a = 1"))
    assert await ask("DELETE", RESULT) == (204, None)
    await ask("POST", "live", live("a = 1"))
    assert "mlsec: The scan's process ended." in caplog.text


async def test_forgetting_starts_no_process(ask: Ask, use: Use) -> None:
    made: list[FakeWorker] = []
    service = use(FakeWorker())
    service._make_worker = lambda: made.append(FakeWorker()) or FakeWorker()
    assert await ask("DELETE", RESULT) == (204, None)
    await ask("GET", RESULT)
    assert made == []
