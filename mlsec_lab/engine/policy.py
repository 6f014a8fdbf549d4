"""Policy files and flags → one frozen policy (contract: "Policy").

Precedence: administrator > command line > user > project > defaults. Single settings come from the highest source that
has them; ``ignore``, ``require``, ``exclude`` and waivers add up below the administrator, whose lists stand as they are
(``ignore = []`` there means that nobody ignores) save ``require``, which always adds up.

A project's file is trusted where the caller says so (the user's own working copy), where it is named by ``--config``, or
where it lies below a folder that the user or the administrator trusts; an administrator's ``trusted`` list is the only
one that counts. From a project that is not trusted only what tightens is taken.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.policy import Limits, Policy, Waiver
from mlsec_lab.core.rule import CONFIDENCES, SEVERITIES, Severity
from mlsec_lab.rules import catalogue

from .policy_file import PolicyFile, read_policy_file, read_pyproject
from .policy_schema import FAIL_ON
from .state import admin_policy_path, user_policy_path

_ADDED = ("ignore", "require", "exclude", "waivers")


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

    The project's file is ``config``, else the nearest ``mlsec.toml`` (or ``pyproject.toml`` with ``[tool.mlsec]``) upward
    from the folder that holds all paths. ``trust_project`` is false where somebody else's folders are scanned. Raises
    ``ConfigError`` with file, line and key, and ``UsageError`` for wrong flags.
    """
    start = _common(paths)
    project = read_policy_file(config) if config else _nearest(start)
    user = _existing(user_policy_path())
    admin = _existing(admin_policy_path())
    trusted = _is_trusted(start, project, user, admin, trust_project or config is not None)
    settings: dict[str, Any] = {}
    if project is not None:
        _add(settings, project.settings if trusted else _tightening(project.settings))
    if user is not None:
        _add(settings, user.settings)
    _add(settings, _said(flags or Flags()))
    if admin is not None:
        _lock(settings, admin.settings)
    sources = tuple(str(file.path) for file in (project, user, admin) if file is not None)
    return _policy(settings, _root(project, start), trusted, sources)


def _add(settings: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if key in _ADDED:
            settings[key] = (*settings.get(key, ()), *value)
        elif isinstance(value, Mapping):
            settings[key] = {**settings.get(key, {}), **value}
        elif key != "trusted":
            settings[key] = value


def _lock(settings: dict[str, Any], locks: Mapping[str, Any]) -> None:
    for key in _ADDED:
        if key in locks and key != "require":
            settings.pop(key, None)
    _add(settings, locks)


def _tightening(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a stranger's project may ask for: more than the defaults find, never less."""
    default = Policy()
    kept: dict[str, Any] = {"require": settings.get("require", ())}
    if "fail_on" in settings and FAIL_ON.index(settings["fail_on"]) < FAIL_ON.index("never"):
        kept.update(_stricter("fail_on", settings["fail_on"], default.fail_on, FAIL_ON))
    if "min_confidence" in settings:
        kept.update(_stricter("min_confidence", settings["min_confidence"], default.min_confidence, CONFIDENCES))
    if "severity" in settings:
        kept["severity"] = {name: wanted for name, wanted in settings["severity"].items() if _raises(name, wanted)}
    return kept


def _stricter(key: str, value: str, default: str, order: Sequence[str]) -> dict[str, str]:
    return {key: value} if order.index(value) > order.index(default) else {}


def _raises(name: str, wanted: Severity) -> bool:
    """Whether a severity lowers that of no rule it is about."""
    own = [rule.severity for rule in catalogue() if name in (rule.id, rule.category, *rule.aliases)]
    return all(SEVERITIES.index(wanted) <= SEVERITIES.index(severity) for severity in own)


def _said(flags: Flags) -> dict[str, Any]:
    values = {field.name: getattr(flags, field.name) for field in fields(flags)}
    for name, choices in (("fail_on", FAIL_ON), ("min_confidence", CONFIDENCES)):
        if values[name] is not None and values[name] not in choices:
            raise UsageError(f"--{name.replace('_', '-')} must be one of {', '.join(choices)}.")
    if flags.baseline is not None:
        values["baseline"] = os.path.abspath(flags.baseline)
    return {key: value for key, value in values.items() if value not in (None, ())}


def _policy(settings: dict[str, Any], root: Path, trusted: bool, sources: tuple[str, ...]) -> Policy:
    values = dict(settings)
    values["limits"] = Limits(**values.get("limits", {}))
    values["waivers"] = tuple(Waiver(**waiver) for waiver in values.get("waivers", ()))
    return Policy(root=str(root), trusted=trusted, sources=sources, **values)


def _existing(path: Path) -> PolicyFile | None:
    return read_policy_file(path, trusting=True) if os.path.lexists(path) else None


def _common(paths: Sequence[Path]) -> Path:
    """The folder (or the one file) that holds all paths, absolute; the working folder where there are none."""
    if not paths:
        return Path.cwd()
    absolute = [os.path.abspath(path) for path in paths]
    try:
        return Path(os.path.commonpath(absolute))
    except ValueError:
        # Paths on several Windows drives have nothing in common.
        return Path(absolute[0])


def _nearest(start: Path) -> PolicyFile | None:
    for folder in _upward(start):
        own, project = folder / "mlsec.toml", folder / "pyproject.toml"
        if own.is_file():
            return read_policy_file(own)
        if project.is_file():
            found = read_pyproject(project)
            if found is not None:
                return found
    return None


def _upward(start: Path) -> list[Path]:
    return [start, *start.parents] if start.is_dir() else list(start.parents)


def _root(project: PolicyFile | None, start: Path) -> Path:
    """Finding paths are relative to the policy file's folder, else the git root, else the scan root."""
    if project is not None:
        return Path(os.path.abspath(project.path)).parent
    folders = _upward(start)
    return next((folder for folder in folders if (folder / ".git").exists()), folders[0])


def _is_trusted(
    start: Path, project: PolicyFile | None, user: PolicyFile | None, admin: PolicyFile | None, by_caller: bool
) -> bool:
    if admin is not None and "trusted" in admin.settings:
        return _below(start, admin.settings["trusted"])
    if _below(start, user.settings.get("trusted", ()) if user else ()):
        return True
    return by_caller and not (project is not None and _is_planted(project.path))


def _below(start: Path, folders: Sequence[str]) -> bool:
    here = Path(os.path.realpath(start))
    return any(here.is_relative_to(os.path.realpath(Path(folder).expanduser())) for folder in folders)


def _is_planted(path: Path) -> bool:
    """Whether a stranger may have put a policy file there: another user's, in a folder where everybody may write (``/tmp``)."""
    if os.name != "posix":
        return False
    folder, file = path.absolute().parent.stat(), path.lstat()
    return bool(folder.st_mode & stat.S_IWOTH) and file.st_uid not in (0, os.getuid(), folder.st_uid)
