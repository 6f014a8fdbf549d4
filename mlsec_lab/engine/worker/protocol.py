"""Frames over pipes: two lengths (4 bytes each, big-endian), a JSON header, a body of bytes."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import msgspec

_LENGTHS = struct.Struct(">II")


def write_frame(stream: BinaryIO, header: Any, body: bytes = b"") -> None:
    """Write one frame and flush it."""
    head = msgspec.json.encode(header)
    stream.write(_LENGTHS.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """Header and body of the next frame; ``None`` at the end of the stream."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    data = stream.read(head + body)
    return (data[:head], data[head:]) if len(data) == head + body else None
