"""Live notebooks in the worker: each session holds a notebook's cells as the browser last sent them."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import msgspec

MAX_SESSIONS = 32
MAX_BYTES = 256 * 1024 * 1024
MAX_AGE_SECONDS = 3600.0


class LiveMessage(msgspec.Struct, forbid_unknown_fields=False):
    """What the browser sends: everything at first (``base`` is null), then changed cells only."""

    session: str
    revision: int
    order: list[str]
    cells: dict[str, Any]
    path: str = ""
    base: int | None = None
    metadata: dict[str, Any] | None = None
    nbformat: int = 4


@dataclass(slots=True)
class _Session:
    revision: int
    cells: dict[str, Any] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    nbformat: int = 4
    size: int = 0
    used: float = 0.0


class Sessions:
    """Bounded in number, bytes and age; the least recently used goes first."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def update(self, message: LiveMessage, size: int) -> tuple[dict[str, Any], int] | None:
        """The whole notebook after a message and its size in bytes, or ``None`` where the client must send everything."""
        if message.base is None:
            session = _Session(message.revision)
        else:
            known = self._sessions.get(message.session)
            if known is None or known.revision != message.base:
                return None
            session = known
        session.cells.update(message.cells)
        if any(cell not in session.cells for cell in message.order):
            self._sessions.pop(message.session, None)
            return None
        session.cells = {cell: session.cells[cell] for cell in message.order}
        session.order = message.order
        session.metadata = message.metadata if message.metadata is not None else session.metadata
        session.nbformat = message.nbformat
        session.revision = message.revision
        session.size = max(session.size, size)
        session.used = time.monotonic()
        self._sessions[message.session] = session
        self._sessions.move_to_end(message.session)
        self._trim()
        cells = [session.cells[cell] for cell in session.order]
        root = {"cells": cells, "metadata": session.metadata, "nbformat": session.nbformat}
        return root, session.size

    def forget(self, session: str) -> None:
        """Drop a session."""
        self._sessions.pop(session, None)

    def _trim(self) -> None:
        now = time.monotonic()
        for name in [name for name, s in self._sessions.items() if now - s.used > MAX_AGE_SECONDS]:
            del self._sessions[name]
        while len(self._sessions) > MAX_SESSIONS or (
            len(self._sessions) > 1 and sum(s.size for s in self._sessions.values()) > MAX_BYTES
        ):
            self._sessions.popitem(last=False)
