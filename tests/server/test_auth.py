from __future__ import annotations

import inspect
from typing import Any

import pytest

from mlsec_lab.server.routes import NOUNS
from tests.server.conftest import Ask
from tests.server.support import Recorder, live

VERBS = ("get", "head", "post", "put", "patch", "delete")

#: What each method asks the authorizer first.
EXPECTED = {
    ("get", "status"): ("read", "mlsec"),
    ("post", "live"): ("execute", "mlsec"),
    ("get", "live/{}"): ("read", "mlsec"),
    ("delete", "live/{}"): ("write", "mlsec"),
    ("post", "scan"): ("execute", "mlsec"),
}


def walk() -> list[tuple[str, str]]:
    """Every method that a handler defines itself, with its route."""
    found = []
    for noun, handler in NOUNS:
        route = noun.split("(")[0] + ("{}" if "(" in noun else "")
        own = {name for base in handler.__mro__ if base.__module__.startswith("mlsec_lab.") for name in vars(base)}
        found += [(verb, route) for verb in VERBS if verb in own]
    return found


def test_every_method_is_known_here() -> None:
    assert sorted(walk()) == sorted(EXPECTED)


@pytest.mark.parametrize(("verb", "route"), walk())
async def test_a_stranger_gets_403(verb: str, route: str, ask: Ask, settings: dict[str, Any]) -> None:
    # Without this a missing cross-site token would refuse the request before anybody asks who it is.
    settings["disable_check_xsrf"] = True
    body = live() if verb == "post" else None
    status, answer = await ask(verb.upper(), route.format("a" * 36), body, headers={"Authorization": ""})
    assert status == 403
    assert answer["status"] == "error"
    assert answer["message"] == "Forbidden."


@pytest.mark.parametrize(("verb", "route"), walk())
async def test_an_authorizer_that_denies_is_asked_and_obeyed(verb: str, route: str, ask: Ask, settings: dict[str, Any]) -> None:
    recorder = settings["authorizer"] = Recorder()
    body = live() if verb == "post" else None
    status, answer = await ask(verb.upper(), route.format("a" * 36), body)
    assert (status, answer["status"]) == (403, "error")
    assert recorder.asked == [EXPECTED[verb, route]]


@pytest.mark.parametrize(("verb", "route"), walk())
def test_both_decorators_stand_on_the_method_itself(verb: str, route: str) -> None:
    [handler] = [handler for noun, handler in NOUNS if noun.split("(")[0] == route.removesuffix("{}")]
    source = inspect.getsource(vars(handler)[verb])
    action, resource = EXPECTED[verb, route]
    assert source.split("\n")[0].strip() == "@tornado.web.authenticated"
    assert source.split("\n")[1].strip() == f'@authorized(action="{action}", resource="{resource}")'


async def test_a_scan_of_a_saved_notebook_needs_read_on_contents(ask: Ask, settings: dict[str, Any]) -> None:
    recorder = settings["authorizer"] = Recorder(("execute", "mlsec"))
    status, answer = await ask("POST", "scan", {"path": "train.ipynb"})
    assert (status, answer["message"]) == (403, "You may not read notebooks on this server.")
    assert recorder.asked == [("execute", "mlsec"), ("read", "contents")]


async def test_what_no_handler_has_is_405_in_the_same_shape(ask: Ask) -> None:
    assert await ask("PUT", "status", b"{}") == (
        405,
        {"status": "error", "message": "Method Not Allowed.", "hint": "See the server's log."},
    )
