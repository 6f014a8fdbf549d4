"""Live sessions: what waits to be scanned and what came out last, bounded in number and bytes. Lives on the event loop."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .errors import RefusedError
from .messages import LiveRequest, LiveResync

MAX_SESSIONS = 32
MAX_WAITING_BYTES = 256 * 1024 * 1024
MAX_RESULT_BYTES = 64 * 1024 * 1024

#: Who a session belongs to (kind and name), and the client's name for it.
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """A report as the response's bytes, and the counts that may be told to everyone."""

    revision: int
    body: bytes = field(repr=False)
    findings: int
    by_severity: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Failed:
    """The scan gave no report."""

    message: str
    hint: str


Outcome = Done | Failed | LiveResync


class LiveSession:
    """One notebook of one browser tab. At most one message waits: later ones are merged into it.

    Messages get a ticket, a number that only grows, for a client may start its revisions anew.
    """

    def __init__(self) -> None:
        self.waiting: LiveRequest | None = None
        self.waiting_bytes = 0
        self.busy = False
        self.revision = -1
        self.promised = 0
        self.outcome: Outcome | None = None
        self.outcome_revision = -1
        self._ticket = 0
        self._settled = 0
        self._changed = asyncio.Condition()

    def submit(self, request: LiveRequest, size: int) -> int | None:
        """Queue a message; its ticket, or ``None`` where it is based on a revision that is not the newest."""
        waiting = self.waiting
        if waiting is None or request.base is None or request.base == waiting.base:
            self.waiting, self.waiting_bytes = request, size
        elif request.base == waiting.revision:
            self.waiting, self.waiting_bytes = _merge(waiting, request), self.waiting_bytes + size
        else:
            return None
        if self.outcome_revision >= request.revision:
            self.outcome, self.outcome_revision = None, -1
        self.revision = request.revision
        self._ticket += 1
        return self._ticket

    def take(self) -> tuple[LiveRequest, int] | None:
        """The message to scan next and its ticket."""
        request, self.waiting, self.waiting_bytes = self.waiting, None, 0
        return None if request is None else (request, self._ticket)

    async def settle(self, ticket: int, revision: int, outcome: Outcome) -> None:
        """Keep an outcome and wake those who wait for it."""
        async with self._changed:
            self.outcome, self.outcome_revision, self._settled = outcome, revision, ticket
            self._changed.notify_all()

    async def wait(self, ticket: int, seconds: float) -> Outcome | None:
        """The outcome of the ticket's message or a later one; ``None`` where it takes longer than ``seconds``."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self._settled >= ticket)
        except TimeoutError:
            return None
        return self.outcome


def _merge(first: LiveRequest, second: LiveRequest) -> LiveRequest:
    """One message with the effect of both."""
    cells = {**first.cells, **second.cells}
    if first.base is None:
        cells = {cell: cells[cell] for cell in second.order if cell in cells}
    metadata = first.metadata if second.metadata is None else second.metadata
    return replace(second, base=first.base, cells=cells, metadata=metadata)


class LiveSessions:
    """All sessions of a server; the least recently used idle one goes first."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[Key, LiveSession] = OrderedDict()

    def open(self, key: Key, size: int) -> LiveSession:
        """The session, made at need. Raises ``RefusedError`` (503) when more waits than the server holds."""
        if size + sum(session.waiting_bytes for session in self._sessions.values()) > MAX_WAITING_BYTES:
            raise _busy()
        if key not in self._sessions:
            self._make_room()
            self._sessions[key] = LiveSession()
        self._sessions.move_to_end(key)
        return self._sessions[key]

    def find(self, key: Key) -> LiveSession | None:
        """The session, if there is one."""
        return self._sessions.get(key)

    def drop(self, key: Key) -> None:
        """Forget a session and what waits in it."""
        session = self._sessions.pop(key, None)
        if session is not None:
            session.take()

    def trim_results(self, newest: LiveSession) -> None:
        """Forget the oldest reports beyond the bound, but not that of ``newest``."""
        total = 0
        for session in (newest, *(other for other in reversed(self._sessions.values()) if other is not newest)):
            if isinstance(session.outcome, Done):
                total += len(session.outcome.body)
                if total > MAX_RESULT_BYTES and session is not newest:
                    session.outcome, session.outcome_revision = None, -1

    def _make_room(self) -> None:
        if len(self._sessions) < MAX_SESSIONS:
            return
        idle = next((key for key, session in self._sessions.items() if not session.busy), None)
        if idle is None:
            raise _busy()
        del self._sessions[idle]


def _busy() -> RefusedError:
    return RefusedError(503, "Too many scans wait on this server.", hint="Try again in a moment.")
