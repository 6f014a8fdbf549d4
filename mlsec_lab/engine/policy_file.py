"""Reads one policy file and checks it: every complaint names file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import ConfigError

from .policy_schema import SettingError, read_settings
from .toml_lines import Keys, line_of

#: No policy is longer, in bytes.
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A checked file; ``settings`` has the policy's own field names."""

    path: Path
    settings: Mapping[str, Any]


def read_policy_file(path: Path, *, trusting: bool = False) -> PolicyFile:
    """Read and check a file: all of it, or the table ``[tool.mlsec]`` of a ``pyproject.toml``.

    ``trusting`` allows ``trusted``, the folders whose projects may loosen. Raises ``ConfigError``.
    """
    text = _read(path)
    section = ("tool", "mlsec") if path.name == "pyproject.toml" else ()
    table = _table(_parse(path, text), section)
    return _checked(path, text, {} if table is None else table, section, trusting)


def read_pyproject(path: Path) -> PolicyFile | None:
    """The policy in a ``pyproject.toml``, ``None`` where it has no table ``[tool.mlsec]``. Raises ``ConfigError``."""
    text = _read(path)
    if "mlsec" not in text:
        # Whatever else is wrong with the file is not for this tool to say.
        return None
    section = ("tool", "mlsec")
    table = _table(_parse(path, text), section)
    return None if table is None else _checked(path, text, table, section, trusting=False)


def _checked(path: Path, text: str, table: Any, section: Keys, trusting: bool) -> PolicyFile:
    try:
        return PolicyFile(path, read_settings(table, path.parent, trusting=trusting))
    except SettingError as error:
        line = line_of(text, (*section, *error.keys))
        raise ConfigError(f"{error}.", path=str(path), line=line, key=error.key, hint=error.hint) from None


def _read(path: Path) -> str:
    hint = "Check the path and its permissions."
    if path.exists() and not path.is_file():
        raise ConfigError("This is not a file.", path=str(path), hint=hint)
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ConfigError(f"The policy file cannot be read: {reason}.", path=str(path), hint=hint) from error
    if len(data) > _MAX_BYTES:
        raise ConfigError(f"The policy file has more than {_MAX_BYTES:,} bytes.", path=str(path), hint="Shorten it.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("The policy file is not UTF-8.", path=str(path), line=line, hint="Save it as UTF-8.") from None


def _parse(path: Path, text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        # At the end of the document the parser names no line.
        line = int(place[1]) if place else text.count("\n") + 1
        raise ConfigError(f"This is not TOML: {error}.", path=str(path), line=line, hint="Correct it.") from None
    except RecursionError:
        raise ConfigError("The policy file is nested too deep.", path=str(path), hint="Simplify it.") from None


def _table(root: Any, section: Keys) -> Any:
    for name in section:
        root = root.get(name) if isinstance(root, dict) else None
    return root
