"""``GET /mlsec-lab/status``."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from mlsec_lab.core.errors import MlsecError

from .base import MlsecHandler
from .messages import ServerStatus


class StatusHandler(MlsecHandler):
    """Versions, limits and checks of this server."""

    @tornado.web.authenticated
    @authorized(action="read", resource="mlsec")
    async def get(self) -> None:
        """Answer with ``ServerStatus``."""
        try:
            status = await asyncio.get_running_loop().run_in_executor(None, self._status)
        except MlsecError as error:
            self.fail_with(500, error)
            return
        self.answer(status)

    def _status(self) -> dict[str, Any]:
        from mlsec_lab.core.report import SCHEMA_VERSION, CheckRow
        from mlsec_lab.engine import tool_version
        from mlsec_lab.engine.scan import NOT_BUILT
        from mlsec_lab.rules import rules_version

        rows = (CheckRow("secret", "ran"), *(CheckRow(name, "skipped", "Not part of this version.") for name in NOT_BUILT))
        return asdict(ServerStatus(tool_version(), rules_version(), SCHEMA_VERSION, self.service.policy().limits, rows))
