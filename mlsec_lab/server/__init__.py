"""The Jupyter server extension: status, live scan, scan of a saved notebook. Loads nothing until a server asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    from .extension import load

    load(server_app)
