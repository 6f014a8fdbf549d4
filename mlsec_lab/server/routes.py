"""The routes ``/mlsec-lab/<noun>``."""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join

from .live import LiveHandler, LiveResultHandler
from .scan import ScanHandler
from .status import StatusHandler


def handlers(base_url: str) -> list[tuple[str, Any]]:
    """URL patterns and handlers."""
    nouns: list[tuple[str, Any]] = [
        ("status", StatusHandler),
        ("scan", ScanHandler),
        ("live", LiveHandler),
        (r"live/([0-9a-fA-F-]{1,64})", LiveResultHandler),
    ]
    return [(url_path_join(base_url, "mlsec-lab", noun), handler) for noun, handler in nouns]
