"""Which copy of the notebook a scan reads, and what to say about it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

#: The editor's text (unsaved edits included); the file that the session belongs to; the cells that this kernel ran;
#: paths that the user named.
CopyKind = Literal["editor", "file", "session", "paths"]

#: What findings in the session's history show instead of a path, as tracebacks show ``<stdin>``.
SESSION_PATH = "<session>"


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy that was scanned. ``ran_since`` counts cells of this session that the saved file cannot hold yet."""

    kind: CopyKind
    name: str
    saved: datetime | None = None
    ran_since: int = 0

    def describe(self) -> str:
        """One or two sentences for the user: what was read, how old it is, what is not in it."""
        if self.kind == "editor":
            return f"Scanned {self.name} as it is in the editor, unsaved edits included."
        if self.kind == "paths":
            return f"Scanned {self.name} as saved."
        if self.kind == "session":
            return (
                f"Scanned {_cells(self.ran_since)} of this session, with the outputs that IPython keeps. "
                "No saved notebook is known to it: cells that were not run are not in it."
            )
        when = f"{self.saved:%Y-%m-%d %H:%M:%S}" if self.saved else "at an unknown time"
        since = f" and {_cells(self.ran_since)} run since" if self.ran_since else ""
        return f"Scanned the saved file {self.name} (saved {when}){since}. Edits that were neither saved nor run are not in it."


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def saved_notebook(names: Mapping[str, object], environment: Mapping[str, str], folder: Path) -> Path | None:
    """The notebook file that this session belongs to, where the front end says so and the file exists.

    ``names`` is the user's namespace (Visual Studio Code puts the path there), ``environment`` the process's (Jupyter
    Server sets ``JPY_SESSION_NAME``), ``folder`` what relative paths are relative to.
    """
    said = [names.get("__vsc_ipynb_file__"), environment.get("JPY_SESSION_NAME")]
    for name in said:
        if not isinstance(name, str) or not name.endswith(".ipynb"):
            continue
        # Some servers give a path from their own root: the kernel then starts in the notebook's folder.
        for path in (folder / name, folder / Path(name).name):
            if path.is_file():
                return Path(os.path.abspath(path))
    return None


def saved_at(path: Path) -> datetime | None:
    """When a file was last written, in local time; ``None`` where it cannot be told."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except (OSError, ValueError, OverflowError):
        return None
