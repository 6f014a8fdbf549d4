"""Which copy of the notebook is there to scan: the saved file of this session, or what this kernel ran."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

#: Output kept by the history may be large; this much of each text is read, in characters.
_MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the notebook: a file, or a notebook object made from the history. ``about`` says which, for people."""

    about: str
    path: Path | None = None
    notebook: dict[str, Any] | None = None


def find_copy(shell: Any) -> Copy:
    """The session's saved file where the front end names one that exists, else the live history."""
    name = os.environ.get("JPY_SESSION_NAME") or shell.user_ns.get("__vsc_ipynb_file__")
    if isinstance(name, str) and name.endswith(".ipynb") and Path(name).is_file():
        saved = datetime.fromtimestamp(Path(name).stat().st_mtime).strftime("%H:%M:%S")
        return Copy(f"the saved file {Path(name).name} (saved {saved}; later edits are not in it)", path=Path(name))
    return Copy("what this kernel ran (In and Out)", notebook=history_notebook(shell))


def history_notebook(shell: Any) -> dict[str, Any]:
    """A notebook object of the shell's inputs and outputs: one code cell for each input."""
    inputs = list(shell.user_ns.get("In", []))
    cells = []
    for number, source in enumerate(inputs):
        if source:
            cells.append(
                {
                    "cell_type": "code",
                    "id": f"in-{number}",
                    "metadata": {},
                    "execution_count": number,
                    "source": source,
                    "outputs": _outputs(shell, number),
                }
            )
    return {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def _outputs(shell: Any, number: int) -> list[dict[str, Any]]:
    history = shell.history_manager
    # IPython 9 keeps every output's bundle; older ones the text of results.
    kept = getattr(history, "outputs", {}).get(number, [])
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {mime: _text(value) for mime, value in output.bundle.items()}}
        for output in kept
    ]
    text = getattr(history, "output_hist_reprs", {}).get(number)
    if isinstance(text, str) and not outputs:
        outputs.append({"output_type": "display_data", "metadata": {}, "data": {"text/plain": text[:_MAX_TEXT]}})
    return outputs


def _text(value: Any) -> str:
    joined = "".join(map(str, value)) if isinstance(value, list) else str(value)
    return joined[:_MAX_TEXT]
