"""Notebook bytes → ``Notebook``: the fast decoder where the file is plain, the tolerant one at any doubt."""

from __future__ import annotations

from typing import Any

from mlsec_lab.core.notebook import Notebook
from mlsec_lab.core.policy import Limits

from .collect import Collector, printable
from .files import check_size
from .parse import count_strings, parse_fast, parse_tolerant, too_deep
from .walk import Walker


def decode_notebook(data: bytes, limits: Limits) -> Notebook:
    """Decode a notebook of any nbformat version, past and future.

    Raises ``UnreadableError`` only where the bytes are not JSON at all, ``OversizedError`` where a limit is passed.
    """
    check_size(len(data), limits)
    try:
        root = parse_fast(data)
    except ValueError:
        return read_tolerant(data, limits)
    walker = _walk(root, limits)
    if walker.collector.strings != count_strings(data):
        # A member occurs twice and the fast decoder kept one: read again so that nothing stays unseen.
        return read_tolerant(data, limits)
    return _notebook(root, walker, len(data))


def read_tolerant(data: bytes, limits: Limits) -> Notebook:
    """``decode_notebook`` without its fast path."""
    root = parse_tolerant(data)
    return _notebook(root, _walk(root, limits), len(data))


def notebook_from_object(root: Any, limits: Limits, *, size: int = 0) -> Notebook:
    """The notebook of already parsed JSON; a media value may be ``{"$media": [length, hash]}`` instead of a string.

    ``size`` is what the notebook counts as, in bytes. Raises ``OversizedError``.
    """
    return _notebook(root, _walk(root, limits, live=True), size)


def _walk(root: Any, limits: Limits, *, live: bool = False) -> Walker:
    walker = Walker(Collector(limits, live=live), _language(root))
    try:
        walker.notebook(root)
    except RecursionError:  # Only where the policy allows more depth than Python has.
        raise too_deep() from None
    return walker


def _notebook(root: Any, walker: Walker, size: int) -> Notebook:
    version = root.get("nbformat") if isinstance(root, dict) else None
    return Notebook(
        cells=tuple(walker.cells),
        surfaces=tuple(walker.collector.surfaces),
        size=size,
        media=walker.collector.media,
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
            return printable(part[name])
    return None
