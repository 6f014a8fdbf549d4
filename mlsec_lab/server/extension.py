"""Ties the extension to a Jupyter server: routes, the event's schema, and the end of the scan process."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_server.services.contents.fileio import FileManagerMixin

from .base import SETTING
from .messages import EVENT_SCHEMA, ScanFinished
from .routes import handlers
from .service import ScanService

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from jupyter_server.serverapp import ServerApp

EVENT_FILE = Path(__file__).parent / "events" / "scan-finished.yaml"


def load(server_app: ServerApp) -> None:
    """Add the extension to a server; once, however often it is asked to."""
    settings = server_app.web_app.settings
    if SETTING in settings:
        return
    manager = server_app.contents_manager
    root_dir = str(manager.root_dir) if isinstance(manager, FileManagerMixin) else None
    service = settings[SETTING] = ScanService(root_dir, server_app.log, ping=event_ping(server_app.event_logger))
    server_app.web_app.add_handlers(".*$", handlers(settings["base_url"]))
    # A server ends by leaving its process; the scan's process would also end by itself, but only after its scan.
    atexit.register(service.close)


def event_ping(events: EventLogger | None) -> Callable[[ScanFinished], None]:
    """Tells every subscriber of the server that a result is there; registers the event's schema first."""
    if events is None:
        # Only a server that is not initialised has no logger; results can still be asked for.
        return lambda message: None
    if EVENT_SCHEMA not in events.schemas:
        events.register_event_schema(EVENT_FILE)

    def ping(message: ScanFinished) -> None:
        events.emit(schema_id=EVENT_SCHEMA, data=asdict(message))

    return ping
