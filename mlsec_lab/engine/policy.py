"""Policy files and flags → one frozen policy (contract: "Policy").

Precedence: administrator > command line > user > project > defaults. ``ignore``, ``require``, ``exclude`` and waivers add
up; every other setting is taken from the highest source that has it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mlsec_lab.core.policy import Limits, Policy, Waiver

from .policy_file import PolicyFile, read_policy_file
from .state import admin_policy_path, user_policy_path

_ADDED = ("ignore", "require", "exclude", "waivers")
#: What loosens a scan: from a project that nobody trusts these are left out.
_LOOSENING = (
    "ignore",
    "waivers",
    "baseline",
    "exclude",
    "severity",
    "limits",
    "min_confidence",
    "fail_on",
    "allow_incomplete",
    "select",
)


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line says; ``None`` and empty mean "not said"."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    min_confidence: str | None = None
    require: tuple[str, ...] = ()
    allow_incomplete: bool | None = None
    baseline: str | None = None


def load_policy(
    paths: Sequence[Path] = (), *, flags: Flags | None = None, config: Path | None = None, trust_project: bool = True
) -> Policy:
    """The policy for a run over ``paths``.

    The project's file is ``config`` or the nearest ``mlsec.toml`` (or ``pyproject.toml`` with ``[tool.mlsec]``) upward
    from the first path. Raises ``ConfigError`` with file, line and key.
    """
    start = paths[0] if paths else Path.cwd()
    project = read_policy_file(config) if config else _nearest(start)
    user = _existing(user_policy_path(), user=True)
    admin = _existing(admin_policy_path())
    settings: dict[str, Any] = {}
    trusted = trust_project or config is not None or _is_trusted(start, user)
    sources = []
    for file in (project, user):
        if file is not None:
            from_project = file is project and not trusted
            _add(settings, {k: v for k, v in file.settings.items() if not (from_project and k in _LOOSENING)})
            sources.append(str(file.path))
    _add(settings, _said(flags or Flags()))
    if admin is not None:
        _add(settings, admin.settings)
        sources.append(str(admin.path))
    return _policy(settings, _root(project, start), trusted, tuple(sources))


def _add(settings: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if key == "trusted":
            continue
        if key in _ADDED:
            settings[key] = (*settings.get(key, ()), *value)
        elif isinstance(value, Mapping):
            settings[key] = {**settings.get(key, {}), **value}
        else:
            settings[key] = value


def _said(flags: Flags) -> dict[str, Any]:
    values = {field.name: getattr(flags, field.name) for field in fields(flags)}
    return {key: value for key, value in values.items() if value not in (None, ())}


def _policy(settings: dict[str, Any], root: Path, trusted: bool, sources: tuple[str, ...]) -> Policy:
    values = dict(settings)
    values["limits"] = Limits(**values.get("limits", {}))
    values["waivers"] = tuple(Waiver(**waiver) for waiver in values.get("waivers", ()))
    return Policy(root=str(root), trusted=trusted, sources=sources, **values)


def _existing(path: Path, *, user: bool = False) -> PolicyFile | None:
    return read_policy_file(path, user=user) if path.is_file() else None


def _nearest(start: Path) -> PolicyFile | None:
    for folder in _upward(start):
        own, project = folder / "mlsec.toml", folder / "pyproject.toml"
        if own.is_file():
            return read_policy_file(own)
        if project.is_file():
            found = read_policy_file(project, section=("tool", "mlsec"))
            if found.settings:
                return found
    return None


def _upward(start: Path) -> list[Path]:
    start = Path(os.path.abspath(start))
    return [start, *start.parents] if start.is_dir() else list(start.parents)


def _root(project: PolicyFile | None, start: Path) -> Path:
    """Finding paths are relative to the policy file's folder, else the git root, else the scan root."""
    if project is not None:
        return Path(os.path.abspath(project.path)).parent
    folders = _upward(start)
    return next((folder for folder in folders if (folder / ".git").exists()), folders[0])


def _is_trusted(start: Path, user: PolicyFile | None) -> bool:
    folders = user.settings.get("trusted", ()) if user else ()
    here = Path(os.path.abspath(start))
    return any(here.is_relative_to(Path(folder).expanduser()) for folder in folders)
