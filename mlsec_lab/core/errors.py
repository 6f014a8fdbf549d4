"""Errors that a user can meet. Each says what happened, where, and what to do next; none carries a found value."""

from __future__ import annotations


class MlsecError(Exception):
    """Base of every expected failure.

    ``hint`` is the next step for the user, one sentence. Fronts print ``str(error)`` and the hint, never a traceback.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(MlsecError):
    """The command line, magic or request asks for something that cannot be done (exit status 2)."""


class ConfigError(MlsecError):
    """A policy file is wrong; names the file, the line where it is known, and the key (exit status 2)."""

    def __init__(self, message: str, *, path: str, line: int | None = None, key: str | None = None, hint: str = "") -> None:
        place = path if line is None else f"{path}:{line}"
        what = f" [{key}]" if key else ""
        super().__init__(f"{place}:{what} {message}", hint=hint)
        self.path = path
        self.line = line
        self.key = key


class UnreadableError(MlsecError):
    """An input cannot be read as a notebook; becomes the finding ``notebook/unreadable``."""


class OversizedError(MlsecError):
    """An input passes a stated limit (bytes, depth, cells); becomes the finding ``notebook/oversized``."""


class WorkerError(MlsecError):
    """The worker process died, was killed at its time or memory limit, or answered nonsense."""
