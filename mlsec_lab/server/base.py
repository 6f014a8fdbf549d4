"""What all handlers share: JSON in the protocol's shapes, and errors that quote nothing."""

from __future__ import annotations

from http.client import responses
from traceback import format_tb
from types import TracebackType
from typing import Any, cast

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth import IdentityProvider
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from mlsec_lab.core.errors import MlsecError

from .errors import RefusedError
from .messages import ErrorAnswer
from .service import ScanService
from .sessions import Key

#: The service's name among the web application's settings.
SETTING = "mlsec_service"

_HINTS = {
    403: "Log in, or ask whoever runs this server for the permission.",
    404: "Check that the server and the browser have the same version of mlsec-lab.",
}


class MlsecHandler(APIHandler):
    """Base of the extension's handlers. Subclasses put both decorators on each method themselves."""

    auth_resource = "mlsec"

    @property
    def service(self) -> ScanService:
        """The server's one scan service."""
        return cast(ScanService, self.settings[SETTING])

    async def owner(self) -> tuple[str, str]:
        """Who asks, the same for each of their requests.

        Jupyter's own identity provider makes up a new user for each request that comes with the server's token and
        without a cookie. All of those hold the same token, so they are one.
        """
        provider = self.identity_provider
        own = type(provider).get_user is IdentityProvider.get_user
        if own and self.token_authenticated and await ensure_async(provider.get_user_cookie(self)) is None:
            return "token", ""
        return "user", str(self.current_user.username)

    async def key(self, session: str) -> Key:
        """The session of that name that belongs to whoever asks."""
        return (*await self.owner(), session)

    def limit_body(self, limit: int, hint: str) -> bytes:
        """The request's body. Raises ``RefusedError`` (413) above ``limit`` bytes."""
        if len(self.request.body) > limit:
            raise RefusedError(413, f"The message is larger than {limit} bytes.", hint=hint)
        return self.request.body

    def reply(self, status: int, message: object) -> None:
        """Answer with a message; bytes are JSON already."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(message if isinstance(message, bytes) else msgspec.json.encode(message))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer a refusal or failure in the protocol's shape. The request's content is in none of them."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(error, RefusedError):
            self.reply(error.status, ErrorAnswer(error.message, error.hint))
        elif isinstance(error, MlsecError):
            self.reply(503, ErrorAnswer(error.message, error.hint))
        else:
            reason = responses.get(status_code, "Unknown error")
            self.reply(status_code, ErrorAnswer(f"{reason}.", _HINTS.get(status_code, "See the server's log.")))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log no exception's text but the expected ones', which quote nothing."""
        if isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)
        elif isinstance(value, MlsecError):
            self.log.info("mlsec: %s", value)
        else:
            name = "unknown" if typ is None else typ.__name__
            self.log.error("mlsec: a request failed: %s\n%s", name, "".join(format_tb(tb)))
