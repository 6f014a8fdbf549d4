"""Only regular files are read, and never more than the limit."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from mlsec_lab.core.errors import OversizedError, UnreadableError
from mlsec_lab.core.policy import Limits
from mlsec_lab.readers import read_notebook_file

LIMITS = Limits()


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"{}")
    assert read_notebook_file(path, LIMITS) == b"{}"


def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"{}")
    (tmp_path / "b.ipynb").symlink_to(tmp_path / "a")
    assert read_notebook_file(tmp_path / "b.ipynb", LIMITS) == b"{}"


@pytest.mark.parametrize(("size", "limit"), [(11, 10), (1, 0)])
def test_a_file_above_the_limit_is_refused(tmp_path: Path, size: int, limit: int) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"x" * size)
    with pytest.raises(OversizedError, match=f"{size} bytes and the limit is {limit}"):
        read_notebook_file(path, replace(LIMITS, max_bytes=limit))


def _unreadable(path: Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_notebook_file(path, LIMITS)
    return caught.value.message


def test_what_is_no_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "fifo.ipynb")
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    assert "folder" in _unreadable(tmp_path / "folder.ipynb")
    assert "not a regular file" in _unreadable(tmp_path / "fifo.ipynb")
    assert "symbolic links" in _unreadable(tmp_path / "loop.ipynb")
    assert "no such file" in _unreadable(tmp_path / "gone.ipynb")
    assert "not a regular file" in _unreadable(Path(os.devnull))


def test_a_refused_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("mlsec_lab.readers.files.os.open", refuse)
    assert _unreadable(tmp_path / "a.ipynb") == "The file cannot be opened: permission denied."


def test_a_name_that_no_system_accepts_says_so() -> None:
    assert "cannot be opened" in _unreadable(Path("a\0b.ipynb"))


def test_a_file_that_breaks_off_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    (tmp_path / "a.ipynb").write_bytes(b"{}")
    monkeypatch.setattr("mlsec_lab.readers.files._read", fail)
    assert _unreadable(tmp_path / "a.ipynb") == "The file cannot be read: input/output error."
