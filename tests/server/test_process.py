"""The scan's process: one, ended with the server, replaced when it dies; and what loading the extension costs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from mlsec_lab.server.extension import event_ping, load
from mlsec_lab.server.messages import ScanFinished
from tests.fakes import openai_key
from tests.server.conftest import Ask, Use
from tests.server.support import FakeWorker, cell, live, notebook

ROOT = Path(__file__).parent.parent.parent


def workers() -> list[psutil.Process]:
    """The scan processes of this test run."""
    found = []
    for child in psutil.Process().children():
        try:
            if "mlsec_lab.worker" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


async def test_there_is_one_process_and_none_after_the_end(ask: Ask, settings: dict[str, Any]) -> None:
    assert workers() == []
    await asyncio.gather(ask("GET", "status"), ask("POST", "live", live("x = 1")), ask("GET", "status"))
    assert len(workers()) == 1
    settings["mlsec_service"].close()
    assert workers() == []
    settings["mlsec_service"].close()


async def test_a_killed_process_costs_one_resync(ask: Ask) -> None:
    first = live(f'key = "{openai_key()}"')
    assert (await ask("POST", "live", first))[0] == 200
    [process] = workers()
    process.kill()
    process.wait(10)
    change = {**first, "base": 1, "revision": 2, "cells": {"c0": cell("x = 1")}}
    assert await ask("POST", "live", change) == (409, {"status": "resync"})
    status, answer = await ask("POST", "live", {**first, "revision": 3})
    assert (status, len(answer["report"]["findings"])) == (200, 1)


async def test_a_scan_past_its_time_is_ended_and_the_next_one_works(ask: Ask, use: Use, jp_root_dir: Path) -> None:
    (jp_root_dir / "mlsec.toml").write_text("[limits]\nmax-seconds = 0.001\n", "utf-8")
    use(wait_seconds=60)
    # The first request of a process has the time of its start on top.
    assert (await ask("POST", "live", live("x = 1")))[0] == 200
    large = live(*[f"x{index} = {index}\n" * 200 for index in range(300)], revision=2)
    status, answer = await ask("POST", "live", large, request_timeout=60)
    assert (status, answer["status"]) == (503, "error")
    assert "limit of 0.001 seconds" in answer["message"]
    (jp_root_dir / "mlsec.toml").unlink()
    assert (await ask("POST", "live", live("x = 1", revision=3)))[0] == 200


async def test_closing_in_mid_scan_leaves_nothing(ask: Ask, use: Use) -> None:
    service = use(wait_seconds=0.0)
    await ask("POST", "live", live("x = 1"))
    large = live(*[f"x{index} = {index}\n" * 200 for index in range(2000)], session="b" * 36)
    asked = [await ask("POST", "live", {**large, "revision": revision}) for revision in (1, 2)]
    assert [status for status, _ in asked] == [202, 202]
    await asyncio.to_thread(service.close)
    assert workers() == []
    assert service._lane.ended(0)


async def test_requests_after_the_end_get_503(ask: Ask, use: Use, jp_root_dir: Path) -> None:
    (jp_root_dir / "saved.ipynb").write_text(json.dumps(notebook()), "utf-8")
    use(FakeWorker()).close()
    ended = {"status": "error", "message": "This server is about to end.", "hint": "Scan again when it is back."}
    assert await ask("POST", "live", live("x = 1")) == (503, ended)
    assert await ask("POST", "scan", {"path": "saved.ipynb"}) == (503, ended)


async def test_a_cancelled_request_stays_cancelled(use: Use) -> None:
    gate = threading.Event()
    worker = FakeWorker()
    use_of = asyncio.create_task(use(worker)._run(lambda: gate.wait(20)))
    await asyncio.sleep(0.05)
    use_of.cancel()
    with pytest.raises(asyncio.CancelledError):
        await use_of
    gate.set()


def test_without_events_nothing_is_told() -> None:
    event_ping(None)(ScanFinished("job", 1, 0, {}))


async def test_loading_twice_changes_nothing(settings: dict[str, Any], jp_serverapp: Any) -> None:
    before = settings["mlsec_service"]
    load(jp_serverapp)
    assert settings["mlsec_service"] is before


@pytest.mark.parametrize(
    ("start", "unwanted"),
    [
        ("import mlsec_lab.server", ("jupyter_server", "tornado", "msgspec", "mlsec_lab.engine", "detect_secrets")),
        ("import mlsec_lab.server.extension", ("mlsec_lab.engine", "mlsec_lab.rules", "detect_secrets", "pandas", "rich")),
    ],
)
def test_loading_imports_nothing_heavy(start: str, unwanted: tuple[str, ...]) -> None:
    code = f"{start}\nimport sys\nprint([name for name in {unwanted!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    assert run.stdout.strip() == "[]"


def test_a_server_told_to_end_in_mid_scan_ends(tmp_path: Path) -> None:
    """The whole way: signal, event loop, threads that are joined at exit, exit handlers."""
    folders = {f"JUPYTER_{name}": str(tmp_path / name) for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")}
    run = subprocess.run(
        [sys.executable, "-m", "tests.server.ending", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **folders},
        timeout=60,
    )
    assert run.stdout.split() == ["scanning", "False", "closed", "closed"], run.stderr
    assert run.returncode == 0
