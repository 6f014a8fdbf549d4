from __future__ import annotations

from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import WorkerError
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import SCHEMA_VERSION
from mlsec_lab.engine import tool_version
from mlsec_lab.engine.scan import NotebookScan
from mlsec_lab.rules import rules_version
from mlsec_lab.server import service as service_module
from tests.server.conftest import Ask, Use
from tests.server.support import FakeWorker, live


async def test_says_versions_limits_and_checks(ask: Ask) -> None:
    status, answer = await ask("GET", "status")
    assert status == 200
    assert list(answer) == ["version", "rules_version", "schema_version", "max_message", "limits", "checks"]
    assert answer["version"] == tool_version()
    assert answer["rules_version"] == rules_version()
    assert answer["schema_version"] == SCHEMA_VERSION
    assert answer["max_message"] == 64 * 1024 * 1024
    assert answer["limits"]["max_bytes"] == 256 * 1024 * 1024
    assert {"check": "secret", "status": "ran", "reason": None, "enable": None} in answer["checks"]


async def test_a_worker_that_cannot_start_is_said(ask: Ask, use: Use) -> None:
    class Broken(FakeWorker):
        def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
            raise WorkerError("The scan's process cannot be started.", hint="Run 'mlsec doctor'.")

    use(Broken())
    status, answer = await ask("GET", "status")
    assert status == 200
    [row] = [row for row in answer["checks"] if row["check"] == "secret"]
    assert (row["status"], row["reason"]) == ("failed", "The scan's process cannot be started. Run 'mlsec doctor'.")


async def test_a_busy_worker_does_not_hold_the_status_up(ask: Ask, use: Use, monkeypatch: Any) -> None:
    monkeypatch.setattr(service_module, "STATUS_SECONDS", 0.05)
    worker = FakeWorker()
    worker.gate.clear()
    use(worker, wait_seconds=0.05)
    assert (await ask("POST", "live", live("x = 1")))[0] == 202
    status, answer = await ask("GET", "status")
    assert status == 200
    [row] = [row for row in answer["checks"] if row["check"] == "secret"]
    assert (row["status"], row["reason"]) == ("skipped", "The scan process is starting or busy.")
    worker.gate.set()


async def test_a_wrong_policy_is_named(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "mlsec.toml").write_text("[limits]\nmax_bites = 3\n", "utf-8")
    for noun, message in (("status", None), ("live", live("x = 1")), ("scan", {"path": "a.ipynb"})):
        status, answer = await ask("POST" if message else "GET", noun, message)
        assert (status, answer["status"]) == (503, "error")
        assert "mlsec.toml" in answer["message"]
        assert "max_bites" in answer["message"]


async def test_watching_is_no_activity_but_a_scan_is(ask: Ask, settings: dict[str, Any]) -> None:
    settings["api_last_activity"] = "never"
    session = live()["session"]
    await ask("GET", "status")
    await ask("POST", "live", live("x = 1"))
    await ask("GET", f"live/{session}", params={"revision": 1})
    await ask("DELETE", f"live/{session}")
    assert settings["api_last_activity"] == "never"
    await ask("POST", "scan", {"path": "none.ipynb"})
    assert settings["api_last_activity"] != "never"
