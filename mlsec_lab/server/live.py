"""``/mlsec-lab/live``: scans of notebooks as they stand in the browser."""

from __future__ import annotations

import asyncio

import tornado.web
from jupyter_server.auth.decorator import authorized

from .base import MlsecHandler
from .decode import decode_live
from .errors import RefusedError
from .messages import ErrorAnswer, LiveResync, LiveRunning
from .service import MAX_LIVE_BYTES
from .sessions import Done, Outcome


class _LiveHandler(MlsecHandler):
    # Pages send changes that kernels make as well, and fetch results by themselves; what a person does is seen elsewhere
    # (saves, kernels). A forgotten tab must not keep a server from being culled.
    _track_activity = False

    def answer(self, outcome: Outcome | LiveRunning) -> None:
        """Answer with what came of a scan."""
        if isinstance(outcome, Done):
            self.reply(200, outcome.body)
        elif isinstance(outcome, LiveRunning):
            self.reply(202, outcome)
        elif isinstance(outcome, LiveResync):
            self.reply(409, outcome)
        else:
            self.reply(503, ErrorAnswer(outcome.message, outcome.hint))


class LiveHandler(_LiveHandler):
    """Takes a notebook or its changes."""

    @tornado.web.authenticated
    @authorized(action="execute", resource="mlsec")
    async def post(self) -> None:
        """Scan a ``LiveRequest``: 200 with the report, 202 where it takes longer, 409 to ask for the whole notebook."""
        body = self.limit_body(MAX_LIVE_BYTES, "Scan it saved instead: 'mlsec scan' in a terminal.")
        request = await asyncio.to_thread(decode_live, body)
        self.answer(await self.service.update(await self.key(request.session), request, len(body)))


class LiveResultHandler(_LiveHandler):
    """One session's results, for the user who started it."""

    @tornado.web.authenticated
    @authorized(action="read", resource="mlsec")
    async def get(self, session: str) -> None:
        """Fetch the result of ``?revision=n`` or a later one: 200, 202 while it is not there, 404 where none is known."""
        revision = self.get_query_argument("revision", "0")
        if not revision.isascii() or not revision.isdigit() or len(revision) > 16:
            raise RefusedError(400, "'revision' is not a whole number from 0 on.")
        self.answer(self.service.result(await self.key(session), int(revision)))

    @tornado.web.authenticated
    @authorized(action="write", resource="mlsec")
    async def delete(self, session: str) -> None:
        """Forget the session; also where there is none."""
        self.service.forget(await self.key(session))
        self.set_status(204)
        self.finish()
