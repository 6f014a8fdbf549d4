from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mlsec_lab.engine import state
from mlsec_lab.engine.state import admin_policy_path, data_folder, purge, state_paths, user_key, user_policy_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "new" / "data"
    monkeypatch.setenv("MLSEC_DATA_DIR", str(path))
    return path


def test_the_key_is_made_once_and_is_the_users_alone(folder: Path) -> None:
    key = user_key()
    assert (len(key), user_key()) == (32, key)
    assert (folder / "key").read_bytes() == key
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["key"]


def test_a_kept_key_is_read_and_closed_to_others(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "key").write_bytes(b"k" * 32)
    (folder / "key").chmod(0o644)
    assert user_key() == b"k" * 32
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


def test_a_broken_key_is_replaced(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "key").write_bytes(b"short")
    assert len(user_key()) == 32
    assert (folder / "key").read_bytes() == user_key()


def test_where_nothing_can_be_kept_the_key_lives_as_long_as_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLSEC_DATA_DIR", str(tmp_path / "file" / "sub"))
    assert user_key() == user_key()
    assert len(user_key()) == 32


def test_purge_takes_what_the_tool_made_and_nothing_else(folder: Path) -> None:
    key = user_key()
    (folder / "mine.txt").write_text("")
    assert purge() == [folder / "key"]
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    (folder / "mine.txt").unlink()
    assert purge() == [folder]
    assert purge() == []
    assert user_key() != key


def test_the_paths(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = state_paths()
    assert (paths["data"], paths["hash key"]) == (folder, folder / "key") == (data_folder(), folder / "key")
    assert paths["user policy"] == user_policy_path()
    assert user_policy_path().name == "config.toml"
    assert admin_policy_path().name == "policy.toml"
    monkeypatch.delenv("MLSEC_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_folder() == tmp_path / "xdg" / "mlsec"


def test_the_environment_cannot_lead_past_an_administrators_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "other"))
    monkeypatch.setattr(state, "_LINUX_POLICY", tmp_path / "policy.toml")
    assert admin_policy_path() == tmp_path / "other" / "mlsec" / "policy.toml"
    (tmp_path / "policy.toml").write_text("")
    assert admin_policy_path() == tmp_path / "policy.toml"
