"""Asks the front end for the notebook as it is in the editor.

The kernel opens a comm to the target ``mlsec`` with ``{"version": 1, "request": "notebook"}``: nothing secret in it. A
front end that has the extension answers on the comm with::

    {"version": 1, "path": "<shown where the kernel knows no file>", "message": {<first message of the live protocol>}}

(everything, ``base`` null, media as length and hash; ``session`` is not needed). A kernel takes messages only between
cells, so the answer comes after the cell that asked: the scan of the saved copy stands until then. That nobody answers
is normal: terminals, Visual Studio Code and Colab have no such target.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

TARGET = "mlsec"
VERSION = 1

#: Called with the live message's JSON bytes and the path to show.
OnAnswer = Callable[[bytes, str], None]


class EditorQuestion:
    """One question to the front end. A new one, or ``close``, ends the wait for the answer."""

    def __init__(self, on_answer: OnAnswer) -> None:
        from comm import create_comm

        self._on_answer = on_answer
        self._comm: Any = create_comm(target_name=TARGET, data={"version": VERSION, "request": "notebook"})
        self._comm.on_msg(self._answered)

    def close(self) -> None:
        """Stop waiting."""
        self._comm.on_msg(None)
        self._comm.close()

    def _answered(self, message: dict[str, Any]) -> None:
        answer = parse_answer(message.get("content", {}).get("data"))
        if answer is None:
            # Another version of the extension, or a stranger: the saved copy's scan stands, and says that it is that.
            return
        self.close()
        self._on_answer(*answer)


def can_ask(shell: InteractiveShell) -> bool:
    """Whether there may be a front end behind this shell: it runs in a kernel."""
    return getattr(shell, "kernel", None) is not None


def parse_answer(data: object) -> tuple[bytes, str] | None:
    """The live message (JSON bytes) and the path of an answer, or ``None`` where it is not one of this version."""
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("message"), dict):
        return None
    path = data.get("path")
    message = {"session": "", **data["message"], "base": None}
    return json.dumps(message).encode("ascii"), path if isinstance(path, str) and path else "the notebook"
