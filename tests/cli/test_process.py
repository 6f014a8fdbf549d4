"""The command as a process: pipes, terminals, encodings, signals."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from .support import KEY, environment, process, write

COMMANDS = [["scan"], ["scan", "--format", "table"], ["rules"], ["rules", "secret/jwt"], ["--help"], ["doctor", "--paths"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_has_gone_ends_it_quietly(project: Path, command: list[str]) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run = subprocess.run(
            [sys.executable, "-m", "mlsec_lab", *command],
            stdout=writer,
            stderr=subprocess.PIPE,
            cwd=project,
            env=environment(PYTHONUNBUFFERED=""),
            timeout=120,
        )
    finally:
        os.close(writer)
    assert (run.returncode, run.stderr) == (2, b"")


@pytest.mark.parametrize("command", [["scan"], ["rules"]], ids=" ".join)
def test_a_full_disk_is_said_without_a_traceback(project: Path, command: list[str]) -> None:
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "mlsec_lab", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=project,
            env=environment(),
            timeout=120,
        )
    said = run.stderr.decode().splitlines()
    assert run.returncode == 2
    assert said[-2:] == [
        "mlsec: Standard output cannot be written: no space left on device.",
        "       Check where it goes.",
    ]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_an_encoding_that_lacks_a_character_gets_an_escape(project: Path, encoding: str) -> None:
    write(project / "数据.ipynb", f"key = '{KEY}'")
    run = subprocess.run(
        [sys.executable, "-m", "mlsec_lab", "scan", "--format", "table"],
        cwd=project,
        env=environment(PYTHONIOENCODING=encoding),
        capture_output=True,
        timeout=120,
    )
    assert (run.returncode, run.stderr) == (1, b"")
    text = run.stdout.decode(encoding)
    assert text.splitlines()[0] == ("数据.ipynb" if encoding == "utf-8" else "\\u6570\\u636e.ipynb")


def test_on_a_terminal_it_is_a_table(project: Path) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    master, slave = pty.openpty()
    variables = {name: value for name, value in environment(TERM="xterm").items() if name not in ("NO_COLOR", "COLUMNS")}
    with subprocess.Popen(
        [sys.executable, "-m", "mlsec_lab", "scan"], stdout=slave, stderr=subprocess.PIPE, cwd=project, env=variables
    ) as run:
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 4096):
                shown += part
        except OSError:
            # Linux says so when the other end has closed.
            shown += b""
        finally:
            os.close(master)
        assert run.stderr is not None
        assert run.stderr.read() == b""
    assert run.returncode == 1
    assert shown.decode().startswith("\x1b[1;4mleak.ipynb")


def test_a_fifo_is_no_policy_file_and_is_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "hold.toml")
    run = process(["scan", "--config", "hold.toml"], project)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("mlsec: hold.toml: This is not a file.\n")


def test_python_m_and_exit_status(project: Path) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    run = process(["scan"], project)
    assert (run.status, run.err, run.rules) == (1, "", ["secret/openai-api-key"])
    assert process(["scan", "nowhere"], project).status == 2
