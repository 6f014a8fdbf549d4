"""What the routes share: JSON answers, errors without content, limits."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import normalize

from jupyter_server.base.handlers import APIHandler

from mlsec_lab.core.errors import MlsecError

from .service import Service

#: Bytes of one request.
MAX_BODY = 128 * 1024 * 1024


class MlsecHandler(APIHandler):
    """Base of the routes. Methods carry their own authentication and authorisation decorators."""

    # Watching a notebook is no activity of the user's: an idle server must stay cullable.
    _track_activity = False

    @property
    def service(self) -> Service:
        """The server's one service."""
        service: Service = self.settings["mlsec_service"]
        return service

    def answer(self, data: dict[str, Any], status: int = 200) -> None:
        """Send JSON that no cache keeps."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data))

    def fail(self, status: int, message: str, hint: str = "") -> None:
        """Send an error answer."""
        self.answer({"status": "error", "message": message, "hint": hint}, status)

    def fail_with(self, status: int, error: MlsecError) -> None:
        """Send an expected error."""
        self.fail(status, error.message, error.hint)

    def session_key(self, session: str) -> str:
        """A session belongs to its user: nobody reads another's."""
        return f"{self.current_user.username}\n{session}"


def shown(path: str) -> str:
    """A path as findings show it: relative, POSIX, NFC, without steps upward. It is never opened."""
    parts = [part for part in normalize("NFC", path).replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[:1024] or "notebook.ipynb"
