"""A live session belongs to the user who started it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import Ask, Use
from tests.server.support import FakeWorker, live

SESSION = live()["session"]


class TestUsers:
    @pytest.fixture
    def jp_server_config(self) -> dict[str, Any]:
        return {
            "ServerApp": {
                "jpserver_extensions": {"mlsec_lab": True, "jupyter_server_terminals": False},
                "allow_unauthenticated_access": False,
                "identity_provider_class": "tests.server.support.HeaderIdentity",
            }
        }

    async def test_nobody_reads_or_drops_anothers_session(self, ask: Ask, use: Use) -> None:
        worker = FakeWorker()
        use(worker)
        ann, bob = {"X-User": "ann"}, {"X-User": "bob"}
        assert (await ask("POST", "live", live("a = 1"), headers=ann))[0] == 200
        assert (await ask("GET", f"live/{SESSION}", headers=bob))[0] == 404
        assert (await ask("DELETE", f"live/{SESSION}", headers=bob))[0] == 204
        assert (await ask("GET", f"live/{SESSION}", headers=ann))[0] == 200
        assert (await ask("POST", "live", live("b = 1"), headers=bob))[0] == 200
        assert len(set(worker.sessions)) == 2

    async def test_names_cannot_be_made_to_meet(self, ask: Ask, use: Use) -> None:
        worker = FakeWorker()
        use(worker)
        for user in ("x", f"x/{SESSION}", f"{SESSION}/x", "token"):
            await ask("POST", "live", live("a = 1"), headers={"X-User": user})
        assert len(set(worker.sessions)) == 4


async def test_two_browsers_with_one_token_are_two(ask: Ask, use: Use, jp_fetch: Any) -> None:
    use(FakeWorker())
    browsers = []
    for _ in range(2):
        response = await jp_fetch("mlsec-lab", "status")
        [cookie] = [value for value in response.headers.get_list("Set-Cookie") if value.startswith("username-")]
        browsers.append({"Cookie": cookie.split(";")[0]})
    first, second = browsers
    assert (await ask("POST", "live", live("a = 1"), headers=dict(first)))[0] == 200
    assert (await ask("GET", f"live/{SESSION}", headers=dict(first)))[0] == 200
    assert (await ask("GET", f"live/{SESSION}", headers=dict(second)))[0] == 404


async def test_a_client_with_the_token_only_keeps_its_session(ask: Ask, use: Use) -> None:
    use(FakeWorker())
    assert (await ask("POST", "live", live("a = 1")))[0] == 200
    assert (await ask("GET", f"live/{SESSION}"))[0] == 200
