"""What the server and its clients say to each other. The TypeScript types are made from these (``make gen``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict

import msgspec

from mlsec_lab.core.policy import Limits
from mlsec_lab.core.report import CheckRow, Report

#: The event that says that a late result can be fetched.
EVENT_SCHEMA = "https://mlsec-lab.github.io/schemas/scan-finished/v1.yaml"

#: Stands for an image or other binary value that the browser keeps to itself: its length in characters, and a hash of
#: it that the browser makes to see changes (the server does not read it).
Media = TypedDict("Media", {"$media": tuple[int, str]})


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """A notebook as it is now: all of it (``base`` is null) or what changed since revision ``base``.

    ``session`` is a random UUID of the client, ``path`` is shown in findings and never opened, ``order`` names all cells,
    ``cells`` has all of them or the changed ones as nbformat JSON by id. ``metadata`` null means unchanged.
    """

    session: str
    path: str
    base: int | None
    revision: int
    order: tuple[str, ...]
    # Not decoded here: the worker does, under its limits.
    cells: dict[str, msgspec.Raw] = field(repr=False)
    metadata: dict[str, msgspec.Raw] | None = field(repr=False)
    nbformat: int


@dataclass(frozen=True, slots=True)
class LiveDone:
    """Status 200: the report of ``revision``, which is the one asked for or a later one."""

    revision: int
    report: Report
    status: Literal["done"] = "done"


@dataclass(frozen=True, slots=True)
class LiveRunning:
    """Status 202: accepted; fetch the result of ``revision`` when the event says so."""

    revision: int
    status: Literal["running"] = "running"


@dataclass(frozen=True, slots=True)
class LiveResync:
    """Status 409: the server does not have ``base``; send everything again with ``base`` null."""

    status: Literal["resync"] = "resync"


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """Every status from 400 on but a resync: what happened and the next step, for a person to read."""

    message: str
    hint: str
    status: Literal["error"] = "error"


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """Scan a saved notebook; ``path`` is one of the contents manager's."""

    path: str


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What this server runs. A check that cannot run says why. ``max_message`` bounds a live message, in bytes."""

    version: str
    rules_version: str
    schema_version: str
    max_message: int
    limits: Limits
    checks: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class ScanFinished:
    """The event's data: a ping that everyone on the server sees and anyone can forge, so act on what you fetch instead.

    ``job`` is the live session. ``findings`` is null where the scan gave no report: fetch it to learn why.
    """

    job: str
    revision: int
    findings: int | None
    by_severity: dict[str, int]
