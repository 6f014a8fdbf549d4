"""What the three test servers share: loopback, own port, no news, temporary folders, root allowed (containers)."""

from __future__ import annotations

import os
from typing import Any

from jupyterlab.galata import configure_jupyter_server


def configure(c: Any) -> None:
    """Configure a bounded, local server for the browser tests."""
    configure_jupyter_server(c)
    c.ServerApp.ip = "127.0.0.1"
    c.ServerApp.port = int(os.environ["MLSEC_SERVER_PORT"])
    c.ServerApp.port_retries = 0
    c.ServerApp.allow_root = os.geteuid() == 0
    c.ServerApp.shutdown_no_activity_timeout = 1800
    c.LabApp.news_url = None
    c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
