"""A request that is refused, and with which HTTP status."""

from __future__ import annotations

from mlsec_lab.core.errors import MlsecError


class RefusedError(MlsecError):
    """Becomes an ``ErrorAnswer`` with ``status``. Never carries anything of the request's body."""

    def __init__(self, status: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
