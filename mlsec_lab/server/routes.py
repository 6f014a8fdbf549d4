"""The routes ``/mlsec-lab/<noun>``."""

from __future__ import annotations

from jupyter_server.utils import url_path_join
from tornado.web import RequestHandler

from .decode import SESSION
from .live import LiveHandler, LiveResultHandler
from .scan import ScanHandler
from .status import StatusHandler

NOUNS: tuple[tuple[str, type[RequestHandler]], ...] = (
    ("status", StatusHandler),
    ("live", LiveHandler),
    (f"live/({SESSION})", LiveResultHandler),
    ("scan", ScanHandler),
)


def handlers(base_url: str) -> list[tuple[str, type[RequestHandler]]]:
    """URL patterns and handlers."""
    return [(url_path_join(base_url, "mlsec-lab", noun), handler) for noun, handler in NOUNS]
