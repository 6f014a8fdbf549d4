from __future__ import annotations

import io
import json
import struct
from datetime import date

import pytest

from mlsec_lab.core.policy import Limits, Policy, Waiver
from mlsec_lab.engine.worker.protocol import Answer, Request, read_frame, write_frame

POLICY = Policy(
    root="/a",
    select=("secret",),
    severity={"secret/x": "low"},
    waivers=(Waiver("why", rule="secret", expires=date(2027, 1, 31)), Waiver("also", path="*")),
    limits=Limits(max_seconds=1.5),
)


def frames(*written: tuple[Request | Answer, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    for header, body in written:
        write_frame(stream, header, body)
    stream.seek(0)
    return stream


def test_frames_come_out_as_they_went_in() -> None:
    request = Request("file", "shown", "/a/b.ipynb", "s", POLICY)
    stream = frames((request, b""), (Request("ping"), b"\0\xff"))
    assert read_frame(stream, Request) == (request, b"")
    assert read_frame(stream, Request) == (Request("ping"), b"\0\xff")
    assert read_frame(stream, Request) is None


def test_paths_that_are_no_utf_8_travel() -> None:
    request = Request("file", "a", "/caf\udce9.ipynb", policy=Policy(root="/\udcff"))
    assert read_frame(frames((request, b"")), Request) == (request, b"")


@pytest.mark.parametrize("length", [0, 1, 11, 12, 20, 40])
def test_a_frame_that_is_cut_off_is_the_end(length: int) -> None:
    data = frames((Answer("ok", "message", "hint"), b"body")).getvalue()
    assert len(data) > 50
    assert read_frame(io.BytesIO(data[:length]), Answer) is None
    assert read_frame(io.BytesIO(data[:-1]), Answer) is None


def raw(header: bytes, body: bytes = b"") -> io.BytesIO:
    return io.BytesIO(struct.pack(">IQ", len(header), len(body)) + header + body)


@pytest.mark.parametrize("header", [b"nonsense", b"[]", b"{}", json.dumps({"status": 3}).encode(), b"\xff"])
def test_nonsense_is_told(header: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_frame(raw(header), Answer)


def test_a_header_of_a_silly_length_is_not_read() -> None:
    with pytest.raises(ValueError, match="not a frame"):
        read_frame(io.BytesIO(struct.pack(">IQ", 2**31, 0)), Answer)
