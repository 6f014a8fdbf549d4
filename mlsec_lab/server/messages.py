"""What the server and the browser say to each other; the source of the TypeScript types (``make gen``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mlsec_lab.core.policy import Limits
from mlsec_lab.core.report import CheckRow, Report

EVENT_SCHEMA = "https://mlsec-lab.github.io/schemas/scan-finished/v1.yaml"


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Answer of ``GET /mlsec-lab/status``."""

    version: str
    rules_version: str
    schema_version: str
    limits: Limits
    checks: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """Body of ``POST /mlsec-lab/live``. ``cells`` are all cells when ``base`` is null, else the changed ones, by id.

    Media values are ``{"$media": [length, hash]}``. ``metadata`` is null where it did not change. ``path`` is shown and
    fingerprinted, never opened.
    """

    session: str
    path: str
    base: int | None
    revision: int
    order: tuple[str, ...]
    cells: dict[str, Any]
    metadata: dict[str, Any] | None
    nbformat: int


@dataclass(frozen=True, slots=True)
class LiveDone:
    """The report of a revision."""

    status: Literal["done"]
    revision: int
    report: Report


@dataclass(frozen=True, slots=True)
class LiveRunning:
    """The scan takes longer; a ping event says when the result can be fetched."""

    status: Literal["running"]
    revision: int


@dataclass(frozen=True, slots=True)
class LiveResync:
    """The server does not have the base revision: send everything."""

    status: Literal["resync"]


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """What went wrong and what to do next."""

    status: Literal["error"]
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class ScanFinished:
    """Data of the event ``scan-finished``."""

    job: str
    revision: int
    findings: int
    by_severity: dict[str, int]
