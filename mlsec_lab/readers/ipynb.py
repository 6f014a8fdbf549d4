"""Notebook bytes → ``Notebook``: the fast decoder where the file is plain, the tolerant one at any doubt."""

from __future__ import annotations

from typing import Any

from mlsec_lab.core.notebook import Notebook
from mlsec_lab.core.policy import Limits

from .files import check_size
from .parse import count_members, parse_fast, parse_tolerant
from .walk import Walker


def decode_notebook(data: bytes, limits: Limits) -> Notebook:
    """Decode a notebook of any nbformat version.

    Raises ``UnreadableError`` only where the bytes are not JSON at all, ``OversizedError`` where a limit is passed.
    """
    check_size(len(data), limits)
    try:
        root = parse_fast(data)
    except ValueError:
        return notebook_from_object(parse_tolerant(data), limits, size=len(data))
    walker = _walk(root, limits)
    if count_members(data) != walker.members:
        # Members that occur twice, or values the walker passes over: read again so that nothing stays unseen.
        return notebook_from_object(parse_tolerant(data), limits, size=len(data))
    return _notebook(root, walker, len(data))


def notebook_from_object(root: Any, limits: Limits, *, size: int = 0) -> Notebook:
    """The notebook of already parsed JSON; a media value may be ``{"$media": [length, hash]}`` instead of a string."""
    return _notebook(root, _walk(root, limits), size)


def _walk(root: Any, limits: Limits) -> Walker:
    walker = Walker(limits, _language(root))
    walker.notebook(root)
    return walker


def _notebook(root: Any, walker: Walker, size: int) -> Notebook:
    version = root.get("nbformat") if isinstance(root, dict) else None
    return Notebook(
        cells=tuple(walker.cells),
        surfaces=tuple(walker.surfaces),
        size=size,
        media=walker.media,
        nbformat=version if isinstance(version, int) else None,
        language=walker.language,
    )


def _language(root: Any) -> str | None:
    metadata = root.get("metadata") if isinstance(root, dict) else None
    if not isinstance(metadata, dict):
        return None
    for section, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(section)
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name])
    return None
