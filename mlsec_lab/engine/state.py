"""What the tool keeps for a user, and where: one folder of theirs, never beside notebooks."""

from __future__ import annotations

import os
import secrets
import shutil
from functools import cache
from pathlib import Path

import platformdirs

_KEY_BYTES = 32


def data_folder() -> Path:
    """The user's data folder (``MLSEC_DATA_DIR`` overrides it)."""
    return Path(os.environ.get("MLSEC_DATA_DIR") or platformdirs.user_data_dir("mlsec", appauthor=False))


def user_policy_path() -> Path:
    """The user's own policy file."""
    return Path(platformdirs.user_config_dir("mlsec", appauthor=False)) / "config.toml"


def admin_policy_path() -> Path:
    """The administrator's policy file; what it sets nobody overrides."""
    return Path(platformdirs.site_config_dir("mlsec", appauthor=False)) / "policy.toml"


def state_paths() -> dict[str, Path]:
    """Every place where the tool reads or keeps something, by name."""
    return {"data": data_folder(), "user policy": user_policy_path(), "administrator policy": admin_policy_path()}


def purge() -> list[Path]:
    """Delete what the tool keeps; returns what was removed. Policy files are the user's own and stay."""
    folder = data_folder()
    if not folder.is_dir():
        return []
    shutil.rmtree(folder)
    return [folder]


@cache
def user_key() -> bytes:
    """The user's random key for stored hashes, made at first use (file mode 0600); a passing one where it cannot be kept."""
    path = data_folder() / "key"
    try:
        data = path.read_bytes()
        if len(data) == _KEY_BYTES:
            return data
    except OSError:
        data = b""
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
    except OSError:
        # A home that cannot be written to: the key then lives as long as this process, and so does what it protects.
        return key
    return key
