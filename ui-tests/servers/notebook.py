"""Notebook 7 on files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "servers"))

from common import configure

configure(c)
c.JupyterNotebookApp.expose_app_in_browser = True
