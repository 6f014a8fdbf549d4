"""Reads one notebook file: regular files only, never more than the limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mlsec_lab.core.errors import OversizedError, UnreadableError
from mlsec_lab.core.policy import Limits


def read_notebook_file(path: Path, limits: Limits) -> bytes:
    """The bytes of a regular file.

    Raises ``UnreadableError`` for a folder, FIFO, device, symlink loop or missing permission, ``OversizedError`` above
    ``limits.max_bytes``. The file is opened without blocking, so that a FIFO cannot stop the scan.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:  # ValueError: a name with a null character.
        raise UnreadableError(f"The file cannot be opened: {_reason(error)}.") from error
    try:
        return _read(descriptor, limits)
    except OSError as error:
        raise UnreadableError(f"The file cannot be read: {_reason(error)}.") from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, limits: Limits) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise UnreadableError(f"The path is {kind}, so there is no notebook to read.")
    check_size(status.st_size, limits)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        data = file.read(limits.max_bytes + 1)  # The file may grow while it is read.
    check_size(len(data), limits)
    return data


def check_size(size: int, limits: Limits) -> None:
    """Raise ``OversizedError`` when ``size`` bytes are above the limit."""
    if size > limits.max_bytes:
        raise OversizedError(
            f"The file has {size:,} bytes and the limit is {limits.max_bytes:,}.",
            hint="Raise limits.max-bytes in the policy to scan it.",
        )


def _reason(error: OSError | ValueError) -> str:
    text = error.strerror if isinstance(error, OSError) else "its name is not valid"
    return (text or type(error).__name__).lower()
