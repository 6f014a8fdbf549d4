"""What the tool keeps for a user, and where: one folder of theirs, never beside notebooks."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs

_KEY_BYTES = 32
_KEY_NAME = "key"
# Other users may not read the key.
_OWN_MODE = 0o600
_LINUX_POLICY = Path("/etc/xdg/mlsec/policy.toml")

_keys: dict[Path, bytes] = {}


def data_folder() -> Path:
    """The user's data folder (``MLSEC_DATA_DIR`` overrides it)."""
    return Path(os.environ.get("MLSEC_DATA_DIR") or platformdirs.user_data_dir("mlsec", appauthor=False))


def user_policy_path() -> Path:
    """The user's own policy file.

    ``~/.config/mlsec/config.toml`` on Linux, ``~/Library/Application Support/mlsec/config.toml`` on macOS,
    ``%LOCALAPPDATA%\\mlsec\\config.toml`` on Windows.
    """
    return Path(platformdirs.user_config_dir("mlsec", appauthor=False)) / "config.toml"


def admin_policy_path() -> Path:
    """The administrator's policy file; what it sets nobody overrides.

    ``/etc/xdg/mlsec/policy.toml`` on Linux, ``/Library/Application Support/mlsec/policy.toml`` on macOS,
    ``%ProgramData%\\mlsec\\policy.toml`` on Windows. Where the first one exists, ``XDG_CONFIG_DIRS`` cannot lead past it.
    """
    if _LINUX_POLICY.is_file():
        return _LINUX_POLICY
    return Path(platformdirs.site_config_dir("mlsec", appauthor=False)) / "policy.toml"


def state_paths() -> dict[str, Path]:
    """Every place where the tool reads or keeps something, by name."""
    folder = data_folder()
    return {
        "data": folder,
        "hash key": folder / _KEY_NAME,
        "user policy": user_policy_path(),
        "administrator policy": admin_policy_path(),
    }


def purge() -> list[Path]:
    """Delete what the tool keeps; returns what was removed. Policy files are the user's own and stay.

    Only files that the tool made are touched, for ``MLSEC_DATA_DIR`` may name a folder that holds other things.
    """
    removed = []
    key = data_folder() / _KEY_NAME
    _keys.pop(key, None)
    if key.is_file():
        key.unlink()
        removed.append(key)
    folder = data_folder()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        removed.append(folder)
    return removed


def user_key() -> bytes:
    """The user's random key for stored hashes, made at first use (file mode 0600); a passing one where it cannot be kept."""
    path = data_folder() / _KEY_NAME
    if path not in _keys:
        _keys[path] = _read_key(path) or _make_key(path)
    return _keys[path]


def _read_key(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(_OWN_MODE)
    except OSError:
        return None
    return data if len(data) == _KEY_BYTES else None


def _make_key(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    fresh = path.with_name(f"{_KEY_NAME}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        # Whole or not at all: another process may be making one at the same time, and the last one counts.
        os.replace(fresh, path)
        return _read_key(path) or key
    except OSError:
        # A home that cannot be written to: the key then lives as long as this process, and so does what it protects.
        return key
