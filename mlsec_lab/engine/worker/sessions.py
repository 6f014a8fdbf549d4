"""Live notebooks in the worker: each session holds a notebook's cells, already read and matched, as the browser sent them."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from mlsec_lab.core.errors import MlsecError, UsageError
from mlsec_lab.core.notebook import Notebook
from mlsec_lab.engine.checks import Collected

MAX_SESSIONS = 32
#: Of the cells' JSON, in all sessions; what is held in memory is about three times that.
MAX_BYTES = 128 * 1024 * 1024
MAX_AGE_SECONDS = 3600.0


class LiveMessage(msgspec.Struct):
    """What the browser sends: everything at first (``base`` is null), then changed cells only, still undecoded."""

    session: str
    revision: int
    order: list[str]
    cells: dict[str, msgspec.Raw]
    path: str = ""
    base: int | None = None
    metadata: dict[str, msgspec.Raw] | None = None
    nbformat: int = 4

    def __repr__(self) -> str:
        return f"LiveMessage(revision={self.revision}, base={self.base}, cells={len(self.cells)})"


@dataclass(frozen=True, slots=True)
class Held:
    """One cell (or the notebook's metadata) as a notebook of its own, and what the checks saw in it.

    ``size`` is of its JSON in bytes; ``base`` its anchor before numbering; ``error`` says why it could not be read.
    """

    size: int
    notebook: Notebook = field(default=Notebook((), (), 0), repr=False)
    found: Collected = field(default=Collected((), {}), repr=False)
    surfaces: int = 0
    base: str = field(default="", repr=False)
    error: MlsecError | None = None


@dataclass(slots=True)
class Session:
    """A live notebook: its cells in order, its metadata, and how recent both are."""

    revision: int
    metadata: Held
    cells: dict[str, Held] = field(default_factory=dict, repr=False)
    used: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of JSON held."""
        return self.metadata.size + sum(cell.size for cell in self.cells.values())


#: Reads one cell in a notebook of a language.
HoldCell = Callable[[bytes, str | None], Held]
#: Reads a notebook's metadata.
HoldMetadata = Callable[[bytes], Held]


def decode_message(body: bytes) -> LiveMessage:
    """A live message, cells undecoded. Raises ``UsageError`` that quotes nothing of it."""
    try:
        return msgspec.json.decode(body, type=LiveMessage)
    except msgspec.ValidationError as error:
        raise UsageError(f"This is not a live message: {error}.", hint="Reload the page.") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _decode_tolerant(body)


def _decode_tolerant(body: bytes) -> LiveMessage:
    """Reads what only Python reads: lone surrogates and NaN."""
    try:
        value: Any = json.loads(body)
        for name in ("cells", "metadata"):
            part = value.get(name)
            if isinstance(part, dict):
                value[name] = {_whole(key): msgspec.Raw(json.dumps(item).encode()) for key, item in part.items()}
        value["order"] = [_whole(key) for key in value["order"]]
        return msgspec.convert(value, LiveMessage)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError, msgspec.ValidationError):
        raise UsageError("This is not a live message.", hint="Reload the page.") from None


def _whole(name: Any) -> Any:
    """A name without lone surrogates, which only the tolerant decoder lets through."""
    return name.encode("utf-8", "replace").decode() if isinstance(name, str) else name


class Sessions:
    """Bounded in number, bytes and age; the least recently used goes first."""

    def __init__(
        self, *, max_sessions: int = MAX_SESSIONS, max_bytes: int = MAX_BYTES, max_age: float = MAX_AGE_SECONDS
    ) -> None:
        self._max_sessions = max_sessions
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def update(self, name: str, message: LiveMessage, cell: HoldCell, metadata: HoldMetadata) -> Session | None:
        """The session after a message, its changed cells read anew; ``None`` where the client must send everything.

        It must also do so when the notebook's language changes, for how cells are read depends on it.
        """
        known = self._sessions.pop(name, None)
        if message.base is None:
            about = metadata(msgspec.json.encode(message.metadata or {}))
            known = Session(message.revision, about)
        elif known is None or known.revision != message.base:
            return None
        elif message.metadata is not None:
            about = metadata(msgspec.json.encode(message.metadata))
            if about.notebook.language != known.metadata.notebook.language:
                return None
            known.metadata = about
        language = known.metadata.notebook.language
        if any(key not in known.cells and key not in message.cells for key in message.order):
            return None
        known.cells = {
            key: cell(bytes(message.cells[key]), language) if key in message.cells else known.cells[key]
            for key in message.order
        }
        known.revision = message.revision
        known.used = time.monotonic()
        self._sessions[name] = known
        self._trim()
        return known

    def forget(self, name: str) -> None:
        """Drop a session."""
        self._sessions.pop(name, None)

    def clear(self) -> None:
        """Drop all of them."""
        self._sessions.clear()

    def _trim(self) -> None:
        oldest = time.monotonic() - self._max_age
        for name in [name for name, session in self._sessions.items() if session.used < oldest]:
            del self._sessions[name]
        total = sum(session.size for session in self._sessions.values())
        while len(self._sessions) > self._max_sessions or (len(self._sessions) > 1 and total > self._max_bytes):
            total -= self._sessions.popitem(last=False)[1].size
