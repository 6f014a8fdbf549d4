"""Messages of the live protocol and a worker that does what a test says."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

from jupyter_server.auth import Authorizer, IdentityProvider, User

from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import InputRow
from mlsec_lab.engine import Resync
from mlsec_lab.engine.scan import NotebookScan

Answer = Callable[[dict[str, Any]], dict[str, Any] | Resync]


def cell(source: str, **more: Any) -> dict[str, Any]:
    """A code cell without outputs, as nbformat 4.4 has it."""
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **more}


def notebook(*sources: str) -> dict[str, Any]:
    """A notebook of code cells with ids c0, c1, ..."""
    cells = [cell(source, id=f"c{index}") for index, source in enumerate(sources)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def live(*sources: str, **more: Any) -> dict[str, Any]:
    """A first live message of a notebook of code cells."""
    cells = {item["id"]: item for item in notebook(*sources)["cells"]}
    return {
        "session": str(uuid.UUID(int=7)),
        "path": "work/train.ipynb",
        "base": None,
        "revision": 1,
        "order": list(cells),
        "cells": cells,
        "metadata": {},
        "nbformat": 4,
        **more,
    }


def body(message: object) -> bytes:
    """A message as a request has it."""
    return json.dumps(message).encode()


def report(severities: dict[str, int] | None = None) -> dict[str, Any]:
    """As much of a report as the server looks at."""
    by_severity = severities or {}
    findings = [{"severity": name} for name, count in by_severity.items() for _ in range(count)]
    return {"findings": findings, "summary": {"by_severity": by_severity}}


class FakeWorker:
    """Answers live messages with ``answer``, each once ``gate`` is open, and remembers what it was asked."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or (lambda message: report())
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()
        self.messages: list[dict[str, Any]] = []
        self.sessions: list[str] = []
        self.shown: list[str] = []
        self.forgotten: list[str] = []
        self.closed = 0

    def live_update(self, session: str, message: bytes, shown: str, policy: Policy) -> dict[str, Any] | Resync:
        decoded = json.loads(message)
        self.messages.append(decoded)
        self.sessions.append(session)
        self.shown.append(shown)
        self.started.set()
        assert self.gate.wait(20)
        return self.answer(decoded)

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        return NotebookScan(InputRow(shown, len(data), 0, "scanned"))

    def forget(self, session: str) -> None:
        self.forgotten.append(session)

    def close(self) -> None:
        self.closed += 1
        self.gate.set()


class HeaderIdentity(IdentityProvider):
    """Whoever the request says it is."""

    def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-User")
        return User(username=name) if name else None

    def is_token_authenticated(self, handler: Any) -> bool:
        # As for any token in a header: no cross-site request can have it.
        return True


class Recorder(Authorizer):
    """Remembers what it was asked and allows what ``allowed`` names."""

    asked: list[tuple[str, str]]
    allowed: set[tuple[str, str]]

    def __init__(self, *allowed: tuple[str, str]) -> None:
        super().__init__()
        self.asked = []
        self.allowed = set(allowed)

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        self.asked.append((action, resource))
        return (action, resource) in self.allowed
