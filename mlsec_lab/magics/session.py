"""The session's history as a notebook: what was run and shown, taken from what IPython keeps anyway.

No ``repr`` of the user's objects is called: it may be slow, and it is the user's code.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

#: A saved notebook above this many bytes is not decoded here to see which cells it holds already.
MAX_COMPARED_BYTES = 32 * 1024 * 1024


class RunTimes:
    """When each cell of this session ended, in seconds since the epoch. Cells from before the loading have no time."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._loaded = time.time()
        self._first = shell.execution_count
        self._ended: dict[int, float] = {}
        shell.events.register("post_run_cell", self._note)

    def close(self) -> None:
        """Stop listening."""
        self._shell.events.unregister("post_run_cell", self._note)

    def ran_after(self, number: int, moment: float) -> bool:
        """Whether ``In[number]`` may have ended after a moment; the cell that is running has not ended yet."""
        default = self._loaded if number < self._first else float("inf")
        return self._ended.get(number, default) > moment

    def _note(self, result: object) -> None:
        # IPython counts up between the cell's end and this event where the cell was stored in the history.
        self._ended[getattr(result, "execution_count", None) or self._shell.execution_count - 1] = time.time()


def numbers(shell: InteractiveShell) -> range:
    """The numbers of the session's inputs, from 1."""
    return range(1, len(_inputs(shell)))


def session_notebook(shell: InteractiveShell, chosen: Collection[int], known: Collection[str] = ()) -> bytes:
    """The chosen inputs and their outputs as a notebook's JSON (UTF-8 bytes).

    ``cells[n]`` is ``In[n]``, so that a finding's cell index is the number that the user sees; inputs that were not
    chosen are empty. A source that is in ``known`` is left out (its outputs are not): the saved file has it.
    """
    cells = [
        _cell(shell, number, source, known) if number in chosen else _code_cell(number, "", [])
        for number, source in enumerate(_inputs(shell))
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    # ASCII escapes carry lone surrogates, which UTF-8 cannot.
    return json.dumps(notebook, default=_unknown).encode("ascii")


def saved_sources(path: Path) -> frozenset[str]:
    """The sources of a saved notebook's cells; empty where it is too large or no notebook (the scan itself says so)."""
    try:
        if path.stat().st_size > MAX_COMPARED_BYTES:
            return frozenset()
        cells = json.loads(path.read_bytes())["cells"]
        return frozenset(_joined(cell["source"]).rstrip("\n") for cell in cells)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def _inputs(shell: InteractiveShell) -> Sequence[str]:
    history = shell.history_manager
    return history.input_hist_raw if history is not None else [""]


def _cell(shell: InteractiveShell, number: int, source: str, known: Collection[str]) -> dict[str, object]:
    source = source.rstrip("\n")
    return _code_cell(number, "" if source in known else source, list(_outputs(shell, number)))


def _code_cell(number: int, source: str, outputs: list[dict[str, object]]) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"in-{number}",
        "execution_count": number,
        "metadata": {},
        "source": source,
        "outputs": outputs,
    }


def _outputs(shell: InteractiveShell, number: int) -> Iterable[dict[str, object]]:
    history = shell.history_manager
    # Older versions of IPython keep the text of results only.
    kept: Any = getattr(history, "outputs", {})
    for output in kept.get(number, ()):
        if output.output_type in ("out_stream", "err_stream"):
            name = "stdout" if output.output_type == "out_stream" else "stderr"
            yield {"output_type": "stream", "name": name, "text": _joined(output.bundle.get("stream", ""))}
        else:
            yield {"output_type": "display_data", "metadata": {}, "data": dict(output.bundle)}
    text = getattr(history, "output_hist_reprs", {}).get(number)
    if text is not None and not kept.get(number):
        yield {"output_type": "display_data", "metadata": {}, "data": {"text/plain": text}}
    error = getattr(history, "exceptions", {}).get(number)
    if error:
        yield {"output_type": "error", **error}


def _joined(text: object) -> str:
    return text if isinstance(text, str) else "".join(part for part in _list(text) if isinstance(part, str))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _unknown(value: object) -> str:
    return f"<{type(value).__name__}>"
