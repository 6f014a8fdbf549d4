"""Notebook 7 on files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "servers"))

from common import configure  # noqa: E402

configure(c)  # noqa: F821
c.JupyterNotebookApp.expose_app_in_browser = True  # noqa: F821
