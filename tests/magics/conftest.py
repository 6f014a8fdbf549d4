from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A plain IPython shell of its own: no kernel, no history file, an empty working folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MLSEC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config)
    for name in ("outputs", "exceptions"):
        # IPython keeps these two on the class, for all shells of a process; older versions have neither.
        getattr(shell.history_manager, name, {}).clear()
    yield shell
    magics = shell.magics_manager.registry.get("MlsecMagics")
    if magics is not None:
        magics.close()
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()
