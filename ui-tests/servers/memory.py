"""JupyterLab on a contents manager that keeps everything in memory."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "servers"))

from common import configure

configure(c)
sys.path.insert(0, str(Path.cwd().parent))
c.ServerApp.contents_manager_class = "tests.support.memory_contents.MemoryContentsManager"
