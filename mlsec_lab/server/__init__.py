"""The Jupyter Server extension: authorised routes around one worker. Heavy parts load at the first request."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any


def _load_jupyter_server_extension(server_app: Any) -> None:
    """Add the routes, the event schema and the service to a server (called by Jupyter Server)."""
    from .routes import handlers
    from .service import Service

    server_app.event_logger.register_event_schema(Path(__file__).parent / "events" / "scan-finished.yaml")
    service = Service(root=getattr(server_app.contents_manager, "root_dir", None))
    server_app.web_app.settings["mlsec_service"] = service
    atexit.register(service.close)
    server_app.web_app.add_handlers(".*$", handlers(server_app.web_app.settings["base_url"]))
    server_app.log.info("mlsec_lab is ready")
