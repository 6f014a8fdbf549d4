"""Where a command's text goes: standard output or a file; what cannot be written is said, never a traceback."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from mlsec_lab.core.errors import UsageError


def tolerant(stream: TextIO) -> None:
    """Make a stream escape what its encoding lacks (a terminal in ASCII or a Windows code page) instead of raising."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def write_out(text: str) -> None:
    """Write to standard output, at once. Raises ``BrokenPipeError`` when the reader has gone, else ``UsageError``."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        raise UsageError(f"Standard output cannot be written: {_reason(error)}.", hint="Check where it goes.") from error


def silence() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        # Somebody put another object there: there is no descriptor to close.
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, descriptor)
    os.close(nothing)


def check_target(name: str) -> None:
    """Raise ``UsageError`` where a file cannot be written: before a long scan, not after it."""
    path = Path(name)
    if path.is_dir():
        raise _refused(name, "it is a folder")
    if not path.parent.is_dir():
        raise _refused(name, "its folder does not exist")


def write_file(name: str, text: str) -> None:
    """Write a file in one step: a run that fails leaves the old one. Raises ``UsageError`` when it cannot.

    A link keeps leading where it did, and what is no regular file (``/dev/stderr``, a FIFO) is written to, never replaced.
    """
    path = Path(os.path.realpath(name))
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
        else:
            _replace(path, text)
    except OSError as error:
        raise _refused(name, _reason(error)) from error


def _replace(path: Path, text: str) -> None:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=".mlsec-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(fresh, mode)
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        raise


def _umask() -> int:
    """What the user keeps others from; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _refused(name: str, reason: str) -> UsageError:
    return UsageError(f"{name} cannot be written: {reason}.", hint="Check the path and its permissions.")


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
