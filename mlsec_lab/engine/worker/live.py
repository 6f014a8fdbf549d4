"""Scans live notebooks cell by cell: after a keystroke only the cell that changed is read and matched again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from mlsec_lab.core.errors import MlsecError, OversizedError
from mlsec_lab.core.location import Place
from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import Report
from mlsec_lab.core.rule import Check
from mlsec_lab.engine.cache import MatchCache
from mlsec_lab.engine.checks import Collected, collect, needs_whole
from mlsec_lab.engine.finding import anchor_base
from mlsec_lab.engine.report import merge
from mlsec_lab.engine.resolve import Hit
from mlsec_lab.engine.scan import NotebookScan, assemble, failed_scan, leaks, surface_count
from mlsec_lab.readers import notebook_from_object
from mlsec_lab.readers.parse import parse_tolerant

from .sessions import Held, Session, Sessions, decode_message


class LiveScanner:
    """Owns the sessions. ``update`` raises ``MlsecError`` only."""

    def __init__(self, checks: Sequence[Check], cache: MatchCache, sessions: Sessions | None = None) -> None:
        self._checks = checks
        self._cache = cache
        self._whole = needs_whole(checks)
        self.sessions = Sessions() if sessions is None else sessions

    def update(self, name: str, body: bytes, shown: str, policy: Policy) -> NotebookScan | None:
        """Apply a message and scan; ``None`` where the client must send everything."""
        message = decode_message(body)
        session = self.sessions.update(
            name, message, lambda raw, language: self._cell(raw, language, policy), lambda raw: self._metadata(raw, policy)
        )
        if session is None:
            return None
        try:
            return self._scan(session, shown, policy)
        except MlsecError as error:
            return failed_scan(shown, error, session.size)

    def report(self, scan: NotebookScan, policy: Policy, started: float) -> Report:
        """The report of one scan that began at ``started`` (``time.perf_counter``). Raises ``ConfigError``."""
        return merge([scan], policy, (time.perf_counter() - started) * 1000)

    def _cell(self, raw: bytes, language: str | None, policy: Policy) -> Held:
        # The walker reads the language where notebooks have it; what it makes of these words is left out again.
        about = {} if language is None else {"language_info": {"name": language}}
        try:
            one = notebook_from_object({"cells": [_decode(raw)], "metadata": about}, policy.limits)
        except MlsecError as error:
            return Held(len(raw), error=error)
        notebook = replace(one, surfaces=tuple(surface for surface in one.surfaces if surface.place.cell_index is not None))
        found = collect(notebook, self._checks, self._cache, whole=False)
        base = anchor_base(notebook.cells[0], leaks(found.hits).get(0, ()))
        return Held(len(raw), notebook, found, surface_count(notebook), base)

    def _metadata(self, raw: bytes, policy: Policy) -> Held:
        try:
            notebook = notebook_from_object({"metadata": _decode(raw)}, policy.limits)
        except MlsecError as error:
            return Held(len(raw), error=error)
        return Held(len(raw), notebook, collect(notebook, self._checks, self._cache, whole=False), surface_count(notebook))

    def _scan(self, session: Session, shown: str, policy: Policy) -> NotebookScan:
        parts = [session.metadata, *session.cells.values()]
        self._check_limits(session, parts, policy)
        cells = tuple(replace(held.notebook.cells[0], index=index) for index, held in enumerate(session.cells.values()))
        about = session.metadata.notebook
        notebook = Notebook(cells, (), session.size, sum(held.notebook.media for held in parts), about.nbformat, about.language)
        hits = [*session.metadata.found.hits]
        failures: dict[str, frozenset[str]] = {}
        for index, held in enumerate(session.cells.values()):
            hits += [_moved_hit(hit, index) for hit in held.found.hits]
        for held in parts:
            for name, broken in held.found.failures.items():
                failures[name] = failures.get(name, frozenset()) | broken
        if self._whole:
            found = collect(replace(notebook, surfaces=_surfaces(session)), self._checks, self._cache)
        else:
            found = Collected(tuple(hits), failures)
        return assemble(
            notebook,
            found,
            shown,
            policy,
            self._checks,
            surfaces=sum(held.surfaces for held in parts),
            spans=True,
            bases=[held.base for held in session.cells.values()],
        )

    def _check_limits(self, session: Session, parts: Sequence[Held], policy: Policy) -> None:
        for held in parts:
            if held.error is not None:
                raise held.error
        limits = policy.limits
        for what, number, limit in (
            ("bytes", session.size, limits.max_bytes),
            ("cells", len(session.cells), limits.max_cells),
            ("texts", sum(len(held.notebook.surfaces) for held in parts), limits.max_surfaces),
        ):
            if number > limit:
                raise OversizedError(f"The notebook has {number:,} {what} and the limit is {limit:,}.")


def _decode(raw: bytes) -> Any:
    """A cell's JSON as values; the readers' own tolerant way where the plain one refuses."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return parse_tolerant(raw)


def _surfaces(session: Session) -> tuple[Surface, ...]:
    moved = [_moved(surface, index) for index, held in enumerate(session.cells.values()) for surface in held.notebook.surfaces]
    return (*session.metadata.notebook.surfaces, *moved)


def _moved_hit(hit: Hit, index: int) -> Hit:
    return replace(hit, surface=_moved(hit.surface, index)) if index else hit


def _moved(surface: Surface, index: int) -> Surface:
    """A surface of a one-cell notebook as one of cell ``index``."""
    place = surface.place
    pointer = (place.pointer[0], index, *place.pointer[2:])
    moved = Place(place.kind, pointer, index, place.cell_id, place.output_index, place.mime_type, place.is_key)
    return replace(surface, place=moved)
