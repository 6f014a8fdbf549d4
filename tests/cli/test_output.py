"""Where the report goes, and what happens when it cannot go there."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from mlsec_lab.cli import output

from .support import KEY, Mlsec, write


@pytest.fixture(autouse=True)
def leak(project: Path) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")


@pytest.mark.parametrize("flag", ["--output", "--write-baseline"])
@pytest.mark.parametrize(("target", "reason"), [("no/such/r.json", "its folder does not exist"), (".", "it is a folder")])
def test_a_file_that_cannot_be_written_is_2_before_the_scan(mlsec: Mlsec, flag: str, target: str, reason: str) -> None:
    run = mlsec("scan", flag, target)
    assert (run.status, run.out) == (2, "")
    assert run.err == f"mlsec: {target} cannot be written: {reason}.\n       Check the path and its permissions.\n"


@pytest.mark.parametrize("flag", ["--output", "--write-baseline"])
def test_a_full_disk_is_2_and_devices_are_never_replaced(mlsec: Mlsec, flag: str) -> None:
    run = mlsec("scan", flag, "/dev/full")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("mlsec: /dev/full cannot be written: no space left on device.\n")
    assert mlsec("scan", "--output", os.devnull).status == 1
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("step", ["replace", "chmod", "fdopen"])
def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(
    project: Path, mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    (project / "r.json").write_text("old")
    monkeypatch.setattr(output.os, step, refuse)
    run = mlsec("scan", "--output", "r.json")
    monkeypatch.undo()
    assert (run.status, run.err.splitlines()[0]) == (2, "mlsec: r.json cannot be written: oserror.")
    assert (project / "r.json").read_text() == "old"
    assert sorted(path.name for path in project.iterdir()) == [".git", "leak.ipynb", "r.json"]


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_users_mode(project: Path, mlsec: Mlsec, mask: int) -> None:
    before = os.umask(mask)
    try:
        mlsec("scan", "--output", "r.json")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert (project / "r.json").stat().st_mode & 0o777 == 0o666 & ~mask


def test_an_old_file_keeps_its_mode_and_a_link_its_target(project: Path, mlsec: Mlsec) -> None:
    target = project / "real" / "r.json"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o640)
    (project / "r.json").symlink_to(target)
    mlsec("scan", "--output", "r.json")
    assert (project / "r.json").is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert json.loads(target.read_text())["findings"] != []


class _Full:
    """A standard output on a full disk; nobody can tell its descriptor."""

    encoding = "utf-8"

    def __init__(self, error: OSError) -> None:
        self._error = error

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        raise self._error

    def fileno(self) -> int:
        raise ValueError


@pytest.mark.parametrize("command", ["scan", "rules", "--help"])
def test_a_standard_output_that_cannot_be_written_is_2(mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(sys, "stdout", _Full(OSError(28, "No space left on device")))
    run = mlsec(command)
    assert run.status == 2
    assert run.err.startswith("mlsec: Standard output cannot be written: no space left on device.\n")


def test_a_reader_that_has_gone_is_2_without_a_word(mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", _Full(BrokenPipeError()))
    run = mlsec("scan")
    assert (run.status, run.err) == (2, "")


def test_silence_gives_the_last_flush_nothing_to_fail_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "out").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        file.write("kept back")
        output.silence()
    assert (tmp_path / "out").read_text() == ""
