"""Small checks and hand-made notebooks: the engine is tested without the real rules and readers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from mlsec_lab.core.location import Place
from mlsec_lab.core.notebook import Cell, Notebook, Surface
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.scan import NotebookScan, scan_notebook
from tests.fakes import fake

#: A made-up provider's prefix, harmless and public.
PREFIX = "zz-"


def token(seed: object = 0, length: int = 40) -> str:
    """A value of the made-up provider."""
    return PREFIX + fake("alnum", length - len(PREFIX), seed)


def pattern_rule(rule_id: str, pattern: str, *, prefix: str = "", **more: Any) -> Rule:
    """A rule that finds a pattern (its group ``value`` where it has one)."""
    compiled = re.compile(pattern)
    group = "value" if "value" in compiled.groupindex else 0

    def check(surface: Surface) -> Iterator[Match]:
        for found in compiled.finditer(surface.text):
            yield Match(rule_id, *found.span(group), found[group], prefix=prefix)

    settings: dict[str, Any] = {"title": "Made-up token", "severity": "high", "check_surface": check, **more}
    return Rule(id=rule_id, **settings)


def broken_rule(rule_id: str, error: Callable[[str], BaseException]) -> Rule:
    """A rule that raises, with the surface's text in its error."""

    def check(surface: Surface) -> Iterable[Match]:
        raise error(surface.text)

    return Rule(id=rule_id, title="Broken", severity="low", check_surface=check)


TOKEN = pattern_rule(
    "secret/zz-token", rf"{PREFIX}[A-Za-z0-9]{{10,80}}", prefix=PREFIX, severity="critical", mask="provider", title="ZZ token"
)
PASSWORD = pattern_rule("secret/password", r"pass='(?P<value>[^']+)'", specificity="named", title="Password")
GENERIC = pattern_rule("secret/generic-api-key", r"key='(?P<value>[^']+)'", specificity="generic", confidence="medium")
LOW = pattern_rule("secret/high-entropy-string", r"low='(?P<value>[^']+)'", specificity="entropy", confidence="low")
CHECK = Family("secret", (TOKEN, PASSWORD, GENERIC, LOW))


def code(source: str, cell_id: str | None = "c", index: int = 0, kind: str = "code") -> tuple[Cell, Surface]:
    """A cell and the surface of its source."""
    place = Place("source", ("cells", index, "source"), index, cell_id)
    return Cell(index, cell_id, kind, source), Surface(place, source, source, None, "python")


def output(text: str, mime: str, index: int = 0, number: int = 0, cell_id: str | None = "c") -> Surface:
    """One MIME form of an output."""
    pointer = ("cells", index, "outputs", number, "data", mime)
    return Surface(Place("output", pointer, index, cell_id, number, mime), text, text)


def notebook(*sources: str, ids: bool = True, extra: Iterable[Surface] = ()) -> Notebook:
    """A notebook of code cells and further surfaces."""
    parts = [code(source, f"c{index}" if ids else None, index) for index, source in enumerate(sources)]
    surfaces = (*(surface for _, surface in parts), *extra)
    return Notebook(tuple(cell for cell, _ in parts), surfaces, sum(map(len, sources)))


def scan(book: Notebook, policy: Policy | None = None, *checks: Family, path: str = "n.ipynb", **more: Any) -> NotebookScan:
    """Scan with the made-up check."""
    return scan_notebook(book, path, policy or Policy(), checks or (CHECK,), **more)


def moved(surface: Surface, **changes: Any) -> Surface:
    """A surface at a changed place."""
    return replace(surface, place=replace(surface.place, **changes))


def cell_json(source: str | list[str], cell_id: str | None = None, **more: Any) -> dict[str, Any]:
    """A code cell as nbformat JSON."""
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    return {**cell, **({} if cell_id is None else {"id": cell_id}), **more}


def notebook_json(*cells: dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A notebook as nbformat JSON."""
    return {"cells": list(cells), "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
