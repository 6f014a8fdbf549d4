"""Paths that clients send: shown and fingerprinted, never opened."""

from __future__ import annotations

import os
import posixpath
import unicodedata
from pathlib import Path

from .errors import RefusedError

_MAX_PATH = 4096


def contents_path(path: str) -> str:
    """A contents manager's path in its one form: NFC, no slash at either end, no ``.`` or ``..``.

    Raises ``RefusedError`` (400) where nothing is left of it, or too much.
    """
    clean = posixpath.normpath("/" + unicodedata.normalize("NFC", path)).lstrip("/")
    if not clean or len(clean) > _MAX_PATH or "\0" in clean:
        raise RefusedError(400, "'path' is not the path of a notebook.", hint="Send the path that Jupyter shows.")
    return clean


def shown_path(path: str, root_dir: str | None, policy_root: str) -> str:
    """What findings show and fingerprints hold: relative to the policy's root, as on the command line.

    ``root_dir`` is the folder that the contents manager's paths are relative to, ``None`` where they are no files.
    """
    if root_dir is None:
        return path
    folder = Path(os.path.abspath(root_dir))
    if not folder.is_relative_to(policy_root):
        return path
    return unicodedata.normalize("NFC", (folder.relative_to(policy_root) / path).as_posix())
