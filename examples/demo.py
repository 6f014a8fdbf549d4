"""Opens JupyterLab on ``leaky.ipynb`` with the findings panel open, in a workspace of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

PANEL = "mlsec-panel"
WORKSPACE = "mlsec-demo"


def workspace() -> dict[str, object]:
    """A saved layout with the panel in the right sidebar."""
    right = {"collapsed": False, "visible": True, "current": PANEL, "widgets": [PANEL]}
    layout = {"main": {"dock": None, "current": None}, "left": {"collapsed": True}, "right": right}
    return {"data": {"layout-restorer:data": layout}, "metadata": {"id": WORKSPACE}}


def main(arguments: list[str]) -> int:
    """Run JupyterLab until it is stopped; more arguments go to it."""
    from jupyterlab.labapp import LabApp
    from jupyterlab_server.workspaces_handler import slugify

    folder = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as temporary:
        layout = Path(temporary, slugify(WORKSPACE) + ".jupyterlab-workspace")
        layout.write_text(json.dumps(workspace()), encoding="utf-8")
        # Settings of its own as well: no question about news, and nothing of the user's is changed.
        settings = Path(temporary, "settings", "@jupyterlab", "apputils-extension", "notification.jupyterlab-settings")
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}), encoding="utf-8")
        options = [
            f"--LabApp.user_settings_dir={Path(temporary, 'settings')}",
            f"--ServerApp.root_dir={folder}",
            f"--LabApp.workspaces_dir={temporary}",
            f"--LabApp.default_url=/lab/workspaces/{WORKSPACE}/tree/leaky.ipynb",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]
        if os.name == "posix" and os.geteuid() == 0:
            # In a container; the server listens on loopback only.
            options += ["--allow-root", "--no-browser"]
        LabApp.launch_instance([*options, *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
