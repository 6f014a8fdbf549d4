"""Frames over pipes: two lengths (4 and 8 bytes, big-endian), a JSON header, a body of bytes."""

from __future__ import annotations

import json
import struct
from typing import Any, Protocol, TypeVar

import msgspec

from mlsec_lab.core.policy import Policy

_LENGTHS = struct.Struct(">IQ")
#: A header is a request's words or an answer's status; a longer one is nonsense, in bytes.
_MAX_HEADER = 64 * 1024 * 1024

T = TypeVar("T")


class Request(msgspec.Struct):
    """What the parent asks. ``path`` is read by ``file`` only; ``shown`` is what findings say; ``job`` numbers requests."""

    op: str
    shown: str = ""
    path: str = ""
    session: str = ""
    policy: Policy = Policy()
    job: int = 0


class Answer(msgspec.Struct):
    """How it went: ``ready`` (once, after the start), ``ok``, ``resync``, or ``error`` with words for the user.

    ``job`` is the request's, 0 for ``ready``.
    """

    status: str
    message: str = ""
    hint: str = ""
    job: int = 0


class Readable(Protocol):
    """A stream to read from; short reads mean its end."""

    def read(self, size: int, /) -> bytes:
        """Exactly ``size`` bytes, fewer at the end."""


class Writable(Protocol):
    """A stream to write to."""

    def write(self, data: bytes, /) -> int:
        """Write all of ``data``."""

    def flush(self) -> None:
        """Pass on what was written."""


def write_frame(stream: Writable, header: Request | Answer, body: bytes = b"") -> None:
    """Write one frame and flush it. Strings may hold lone surrogates, as paths do whose bytes are no UTF-8."""
    head = json.dumps(msgspec.to_builtins(header)).encode("ascii")
    stream.write(_LENGTHS.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def read_frame(stream: Readable, kind: type[T]) -> tuple[T, bytes] | None:
    """Header and body of the next frame; ``None`` at the stream's end. Raises ``ValueError`` for what is no frame."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    if head > _MAX_HEADER:
        raise ValueError("not a frame")
    header = stream.read(head)
    data = stream.read(body) if len(header) == head else b""
    if len(header) < head or len(data) < body:
        return None
    value: Any = json.loads(header)
    try:
        return msgspec.convert(value, kind), data
    except msgspec.ValidationError:
        raise ValueError("not a frame") from None
