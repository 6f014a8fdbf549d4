"""``/mlsec-lab/live``: the active notebook as it is in the browser, unsaved edits included."""

from __future__ import annotations

import asyncio
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from mlsec_lab.core.errors import MlsecError

from .base import MAX_BODY, MlsecHandler, shown
from .messages import EVENT_SCHEMA
from .service import Job

#: How long a request waits for its result before it says "running".
_PATIENCE_SECONDS = 1.0


class LiveHandler(MlsecHandler):
    """Takes a message of the live protocol."""

    @tornado.web.authenticated
    @authorized(action="execute", resource="mlsec")
    async def post(self) -> None:
        """Scan the notebook after this message: 200 done, 202 running, 409 resync."""
        body = self.request.body
        if len(body) > MAX_BODY:
            self.fail(413, f"The message has {len(body):,} bytes and the limit is {MAX_BODY:,}.")
            return
        loop = asyncio.get_running_loop()
        try:
            session, revision, path = await loop.run_in_executor(None, _header, body)
        except ValueError as error:
            self.fail(400, f"This is not a message of the live protocol: {error}.", "Reload the page.")
            return
        emit = self._emitter(session, revision)
        try:
            job = self.service.start_live(self.session_key(session), body, revision, shown(path), emit)
        except MlsecError as error:
            self.fail_with(500, error)
            return
        await answer_job(self, job)

    def _emitter(self, session: str, revision: int) -> Any:
        logger = self.event_logger

        def emit(report: Any) -> None:
            if isinstance(report, dict):
                counts = report["summary"]["by_severity"]
                data = {"job": session, "revision": revision, "findings": len(report["findings"]), "by_severity": counts}
                logger.emit(schema_id=EVENT_SCHEMA, data=data)

        return emit


class LiveResultHandler(MlsecHandler):
    """A session's newest result."""

    @tornado.web.authenticated
    @authorized(action="read", resource="mlsec")
    async def get(self, session: str) -> None:
        """The result of ``?revision=n``: 200 done, 202 running, 404 unknown."""
        job = self.service.job(self.session_key(session))
        if job is None or str(job.revision) != self.get_query_argument("revision", str(job.revision)):
            self.fail(404, "There is no such scan.", "Scan the notebook again.")
            return
        await answer_job(self, job)

    @tornado.web.authenticated
    @authorized(action="execute", resource="mlsec")
    async def delete(self, session: str) -> None:
        """Forget a session."""
        try:
            await self.service.forget(self.session_key(session))
        except MlsecError as error:
            self.fail_with(503, error)
            return
        self.set_status(204)
        self.finish()


async def answer_job(handler: MlsecHandler, job: Job) -> None:
    """Answer with a job's result if it comes soon, else that it runs."""
    from mlsec_lab.engine import Resync

    try:
        result = await asyncio.wait_for(asyncio.shield(job.future), _PATIENCE_SECONDS)
    except TimeoutError:
        handler.answer({"status": "running", "revision": job.revision}, 202)
    except MlsecError as error:
        handler.fail_with(503, error)
    else:
        if isinstance(result, Resync):
            handler.answer({"status": "resync"}, 409)
        else:
            handler.answer({"status": "done", "revision": job.revision, "report": result})


def _header(body: bytes) -> tuple[str, int, str]:
    """Session, revision and path of a message. Raises ``ValueError`` that says what is wrong and quotes nothing."""
    import msgspec

    from mlsec_lab.engine.worker.sessions import LiveMessage

    try:
        message = msgspec.json.decode(body, type=LiveMessage)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not 1 <= len(message.session) <= 64:
        raise ValueError("the session's name is empty or too long")
    return message.session, message.revision, message.path
