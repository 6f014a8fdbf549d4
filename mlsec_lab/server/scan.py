"""``/mlsec-lab/scan``: scans of notebooks as they are saved."""

from __future__ import annotations

import asyncio

import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized

from .base import MlsecHandler
from .contents import read_notebook
from .decode import decode_scan
from .errors import RefusedError

_MAX_BODY = 64 * 1024


class ScanHandler(MlsecHandler):
    """Scans one saved notebook, whatever the contents manager."""

    @tornado.web.authenticated
    @authorized(action="execute", resource="mlsec")
    async def post(self) -> None:
        """Answer a ``ScanRequest`` with the report. Who asks must also be allowed to read contents."""
        request = decode_scan(self.limit_body(_MAX_BODY, "Send the path only."))
        user = self.current_user
        if not await ensure_async(self.authorizer.is_authorized(self, user, "read", "contents")):
            raise RefusedError(403, "You may not read notebooks on this server.", hint="Ask whoever runs it.")
        limit = await self.service.notebook_bytes()
        # A task of its own: a contents manager's helper threads live as long as the task that first needed them, and a
        # server that is told to end in mid-scan would wait for them for ever.
        data = await asyncio.create_task(read_notebook(self.contents_manager, request.path, limit))
        self.reply(200, await self.service.scan(data, request.path))
