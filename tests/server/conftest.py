from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

from mlsec_lab.server.extension import event_ping
from mlsec_lab.server.service import ScanService
from tests.server.support import FakeWorker

Ask = Callable[..., Awaitable[tuple[int, Any]]]
Use = Callable[..., ScanService]


@pytest.fixture
def settings(jp_serverapp: Any) -> Iterator[dict[str, Any]]:
    """The web application's settings; whatever service is in them at the end has its process ended."""
    settings: dict[str, Any] = jp_serverapp.web_app.settings
    first = settings["mlsec_service"]
    yield settings
    first.close()
    settings["mlsec_service"].close()


@pytest.fixture
def use(settings: dict[str, Any], jp_serverapp: Any) -> Use:
    """Puts a service of other making into the server: a fake worker, or less patience."""

    def replace(worker: FakeWorker | None = None, *, wait_seconds: float = 1.0) -> ScanService:
        settings["mlsec_service"].close()
        service = ScanService(
            jp_serverapp.contents_manager.root_dir,
            logging.getLogger("ServerApp"),
            ping=event_ping(jp_serverapp.event_logger),
            worker=None if worker is None else lambda: worker,
            wait_seconds=wait_seconds,
        )
        settings["mlsec_service"] = service
        return service

    return replace


@pytest.fixture
def pings(jp_serverapp: Any, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of the events that a subscriber of the server receives."""
    received: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        received.append({"schema": schema_id, **data})

    jp_serverapp.event_logger.add_listener(listener=listen)
    return received


@pytest.fixture
def ask(jp_fetch: Any, settings: dict[str, Any]) -> Ask:
    """``await ask(method, noun, message, **options)`` → status and decoded answer, also for errors."""

    async def send(method: str, noun: str, message: Any = None, **options: Any) -> tuple[int, Any]:
        body = message if isinstance(message, bytes) or message is None else json.dumps(message)
        response: HTTPResponse = await jp_fetch(
            "mlsec-lab",
            *noun.split("/"),
            method=method,
            body=body,
            allow_nonstandard_methods=True,
            raise_error=False,
            **options,
        )
        return response.code, json.loads(response.body) if response.body else None

    return send
