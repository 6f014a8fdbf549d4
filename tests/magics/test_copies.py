from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from mlsec_lab.magics.copies import Copy, saved_at, saved_notebook


def test_the_session_path_of_the_server_is_used(tmp_path: Path) -> None:
    file = tmp_path / "train.ipynb"
    file.write_text("{}")
    assert saved_notebook({}, {"JPY_SESSION_NAME": str(file)}, Path("/")) == file


def test_a_path_from_the_servers_root_is_found_in_the_kernels_folder(tmp_path: Path) -> None:
    file = tmp_path / "train.ipynb"
    file.write_text("{}")
    assert saved_notebook({}, {"JPY_SESSION_NAME": "projects/churn/train.ipynb"}, tmp_path) == file


def test_visual_studio_code_says_it_in_the_namespace(tmp_path: Path) -> None:
    file = tmp_path / "train.ipynb"
    file.write_text("{}")
    (tmp_path / "other.ipynb").write_text("{}")
    names = {"__vsc_ipynb_file__": str(file)}
    assert saved_notebook(names, {"JPY_SESSION_NAME": str(tmp_path / "other.ipynb")}, tmp_path) == file


@pytest.mark.parametrize("name", ["console-1-abc", "", 7, None, "gone.ipynb", "folder.ipynb", "nul\0.ipynb"])
def test_what_is_no_saved_notebook_is_none(name: object, tmp_path: Path) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    assert saved_notebook({"__vsc_ipynb_file__": name}, {}, tmp_path) is None


def test_the_time_of_saving_is_the_files(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text("{}")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert saved_at(file) == datetime.fromtimestamp(1_700_000_000).astimezone()
    assert saved_at(tmp_path / "gone.ipynb") is None


def test_each_copy_says_what_it_is_and_what_is_not_in_it() -> None:
    saved = datetime(2026, 11, 24, 10, 31, 2)
    assert Copy("file", "train.ipynb", saved, 2).describe() == (
        "Scanned the saved file train.ipynb (saved 2026-11-24 10:31:02) and 2 cells run since. "
        "Edits that were neither saved nor run are not in it."
    )
    assert Copy("file", "train.ipynb", None).describe() == (
        "Scanned the saved file train.ipynb (saved at an unknown time). Edits that were neither saved nor run are not in it."
    )
    assert Copy("session", "<session>", None, 1).describe() == (
        "Scanned 1 cell of this session, with the outputs that IPython keeps. "
        "No saved notebook is known to it: cells that were not run are not in it."
    )
    assert Copy("editor", "train.ipynb").describe() == ("Scanned train.ipynb as it is in the editor, unsaved edits included.")
    assert Copy("paths", "notebooks").describe() == "Scanned notebooks as saved."
