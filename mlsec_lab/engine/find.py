"""Finds the notebooks that paths mean, and says how findings name them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import normalize

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.policy import DEFAULT_EXCLUDES, Policy

_SUFFIX = ".ipynb"


def find_notebooks(paths: Sequence[str], policy: Policy) -> list[Path]:
    """The notebooks of files, folders (recursive) and globs: each once, sorted within a folder.

    A file that is named outright is taken whatever its name is; of folders and globs only ``*.ipynb``. Links to folders
    are not followed, so loops cannot be entered. A folder that cannot be listed is returned itself, so that the scan
    says so. Raises ``UsageError`` for a path that does not exist.
    """
    found: dict[str, Path] = {}
    for name in paths:
        for path in _matches(name, policy):
            found.setdefault(os.path.abspath(path), path)
    return list(found.values())


def shown_path(path: Path, policy: Policy) -> str:
    """The path that findings show: POSIX, NFC, relative to the policy's root where it is below it."""
    absolute = Path(os.path.abspath(path))
    root = Path(policy.root)
    relative = absolute.relative_to(root) if absolute.is_relative_to(root) else absolute
    return normalize("NFC", relative.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _matches(name: str, policy: Policy) -> Iterator[Path]:
    path = Path(name)
    if name and path.is_dir() and path.suffix != _SUFFIX:
        yield from _walk(path, policy)
    elif os.path.lexists(name):
        yield path
    else:
        matches = sorted(glob.glob(name, recursive=True)) if glob.has_magic(name) else []
        if not matches:
            raise UsageError(f"There is no file or folder {name!r}.", hint="Check the path.")
        yield from _globbed(name, matches, policy)


def _globbed(name: str, matches: Sequence[str], policy: Policy) -> Iterator[Path]:
    marks = next(place for place, character in enumerate(name) if character in "*?[")
    fixed = len(Path(os.path.dirname(name[:marks])).parts)
    for match in map(Path, matches):
        inner = [Path(*match.parts[:length]) for length in range(min(fixed, len(match.parts) - 1) + 1, len(match.parts) + 1)]
        if any(_excluded(part, policy) or (part != match and part.is_symlink()) for part in inner):
            continue
        if match.suffix == _SUFFIX:
            yield match
        elif match.is_dir() and not match.is_symlink():
            yield from _walk(match, policy)


def _walk(folder: Path, policy: Policy) -> Iterator[Path]:
    closed: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        # A folder that is named like a notebook is told about, not entered.
        named = [name for name in folders if name.endswith(_SUFFIX)]
        folders[:] = sorted(name for name in folders if name not in named and not _excluded(Path(root, name), policy))
        for name in sorted([*files, *named]):
            if name.endswith(_SUFFIX) and not _excluded(Path(root, name), policy):
                yield Path(root, name)
    yield from sorted(closed)


def _excluded(path: Path, policy: Policy) -> bool:
    if path.name in DEFAULT_EXCLUDES:
        return True
    shown = shown_path(path, policy)
    patterns = [pattern.rstrip("/") for pattern in policy.exclude]
    return any(fnmatchcase(shown, pattern) or fnmatchcase(path.name, pattern) for pattern in patterns)
