"""JupyterLab on files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "servers"))

from common import configure

configure(c)
