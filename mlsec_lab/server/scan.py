"""``POST /mlsec-lab/scan``: a saved notebook, read through the contents manager, whatever it stores notebooks in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import ensure_async

from mlsec_lab.core.errors import MlsecError

from .base import MlsecHandler, shown


class ScanHandler(MlsecHandler):
    """Scans one saved notebook."""

    @tornado.web.authenticated
    @authorized(action="execute", resource="mlsec")
    async def post(self) -> None:
        """Body ``{"path": …}``; answers with the report."""
        body = self.get_json_body() or {}
        path = body.get("path")
        if not isinstance(path, str):
            self.fail(400, "The request names no path.", 'Send {"path": "folder/notebook.ipynb"}.')
            return
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, "read", "contents")):
            self.fail(403, "You may not read this server's notebooks.")
            return
        try:
            model = await ensure_async(self.contents_manager.get(path, content=True, type="notebook"))
        except tornado.web.HTTPError as error:
            self.fail(error.status_code, "The notebook cannot be read.", "Check that it exists and is a notebook.")
            return
        try:
            self.answer(await self._report(model["content"], shown(path)))
        except MlsecError as error:
            self.fail_with(503, error)

    async def _report(self, content: Any, path: str) -> dict[str, Any]:
        from mlsec_lab.engine import merge

        loop = asyncio.get_running_loop()
        # As nbformat writes files, so that lines of the file are those that a saved copy has.
        data = await loop.run_in_executor(
            None, lambda: json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode()
        )
        scan = await self.service.scan(data, path)
        return merge([scan], self.service.policy(), 0.0).to_dict()
