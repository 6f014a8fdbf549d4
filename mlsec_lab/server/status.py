"""``/mlsec-lab/status``: what this server runs."""

from __future__ import annotations

import tornado.web
from jupyter_server.auth.decorator import authorized

from .base import MlsecHandler


class StatusHandler(MlsecHandler):
    """Versions, limits, and which checks can run."""

    # Asked for again and again by open pages: not a sign that anybody works.
    _track_activity = False

    @tornado.web.authenticated
    @authorized(action="read", resource="mlsec")
    async def get(self) -> None:
        """Answer with a ``ServerStatus``."""
        self.reply(200, await self.service.status())
