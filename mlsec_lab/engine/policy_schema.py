"""The settings of a policy file: their names, types and bounds. Keys are kebab-case in files, fields of ``Policy`` here."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from mlsec_lab.core.policy import Limits
from mlsec_lab.core.rule import CONFIDENCES, SEVERITIES

from .toml_lines import Keys

FAIL_ON = (*SEVERITIES, "never")

_WAIVER_KEYS = ("reason", "rule", "path", "fingerprint", "expires")
_FINGERPRINT = re.compile(r"mf1:[0-9a-f]{32}")
#: With less the interpreter and the rules do not even load, in bytes.
_MIN_MEMORY = 256 * 1024 * 1024


class SettingError(Exception):
    """What is wrong with one setting. ``keys`` is its way from the policy's top; ``hint`` the next step."""

    def __init__(self, keys: Keys, message: str, *, hint: str = "") -> None:
        self.keys = keys
        self.key = ".".join(str(part) for part in keys if isinstance(part, str))
        self.hint = hint
        super().__init__(f"'{keys[-1] if isinstance(keys[-1], str) else self.key}' {message}")


def read_settings(table: Any, folder: Path, *, trusting: bool) -> dict[str, Any]:
    """A policy table's settings by field name. ``folder`` is what its paths are relative to. Raises ``SettingError``."""
    readers: dict[str, Callable[[Keys, Any], Any]] = {
        "select": _strings,
        "ignore": _strings,
        "fail-on": lambda keys, value: _choice(keys, value, FAIL_ON),
        "min-confidence": lambda keys, value: _choice(keys, value, CONFIDENCES),
        "require": _strings,
        "allow-incomplete": _boolean,
        "exclude": _strings,
        "baseline": lambda keys, value: str(folder.absolute() / _string(keys, value)),
        "severity": _severities,
        "limits": _limits,
        "waivers": _waivers,
    }
    if trusting:
        readers["trusted"] = _folders
    if not isinstance(table, dict):
        raise SettingError(("mlsec",), "must be a table")
    settings = {}
    for key, value in table.items():
        if key not in readers:
            raise SettingError((key,), "is not a setting", hint=f"Known settings: {', '.join(readers)}.")
        settings[key.replace("-", "_")] = readers[key]((key,), value)
    return settings


def _string(keys: Keys, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingError(keys, "must be a string that is not empty")
    return value


def _strings(keys: Keys, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise SettingError(keys, "must be a list of strings")
    return tuple(value)


def _folders(keys: Keys, value: Any) -> tuple[str, ...]:
    folders = [Path(folder) for folder in _strings(keys, value)]
    if not all(folder.is_absolute() or folder.parts[0].startswith("~") for folder in folders):
        raise SettingError(keys, "must be folders from the root or from ~ on")
    return tuple(str(folder) for folder in folders)


def _choice(keys: Keys, value: Any, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise SettingError(keys, f"must be one of {', '.join(choices)}")
    return value


def _boolean(keys: Keys, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingError(keys, "must be true or false")
    return value


def _severities(keys: Keys, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SettingError(keys, "must be a table of rule = severity")
    return {rule: _choice((*keys, rule), severity, SEVERITIES) for rule, severity in value.items()}


def _limits(keys: Keys, value: Any) -> dict[str, float]:
    if not isinstance(value, dict):
        raise SettingError(keys, "must be a table")
    known = {field.name.replace("_", "-"): field.name for field in fields(Limits)}
    limits: dict[str, float] = {}
    for name, number in value.items():
        if name not in known:
            raise SettingError((*keys, name), "is not a limit", hint=f"Known limits: {', '.join(known)}.")
        limits[known[name]] = _limit((*keys, name), name, number)
    return limits


def _limit(keys: Keys, name: str, number: Any) -> float:
    whole = name != "max-seconds"
    if isinstance(number, bool) or not isinstance(number, int if whole else int | float):
        raise SettingError(keys, "must be a whole number" if whole else "must be a number")
    if not math.isfinite(number) or not 0 < number < 2**62:
        raise SettingError(keys, "must be above 0 and finite")
    if name == "max-memory" and number < _MIN_MEMORY:
        raise SettingError(keys, f"must be at least {_MIN_MEMORY} bytes")
    return float(number) if not whole else number


def _waivers(keys: Keys, value: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SettingError(keys, "must be a list of tables, [[waivers]]")
    return tuple(_waiver((*keys, number), item) for number, item in enumerate(value))


def _waiver(keys: Keys, waiver: dict[str, Any]) -> dict[str, Any]:
    for name in waiver:
        if name not in _WAIVER_KEYS:
            raise SettingError((*keys, name), "is not part of a waiver", hint=f"Known: {', '.join(_WAIVER_KEYS)}.")
    if "reason" not in waiver:
        raise SettingError(keys, "need a reason each", hint='Add reason = "why this may stay".')
    if not {"rule", "path", "fingerprint"} & set(waiver):
        raise SettingError(keys, "need a rule, a path or a fingerprint each", hint="Name what is waived.")
    settings: dict[str, Any] = {name: _string((*keys, name), waiver[name]) for name in waiver if name != "expires"}
    if "fingerprint" in waiver and _FINGERPRINT.fullmatch(waiver["fingerprint"]) is None:
        raise SettingError((*keys, "fingerprint"), "must be mf1: and 32 hex digits")
    if "expires" in waiver:
        settings["expires"] = _date((*keys, "expires"), waiver["expires"])
    return settings


def _date(keys: Keys, value: Any) -> date:
    # A TOML date with a time is a datetime, which is a date for isinstance; a waiver ends with a day.
    if type(value) is date:
        return value
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        raise SettingError(keys, "must be a date such as 2027-01-31") from None
    raise SettingError(keys, "must be a date such as 2027-01-31")
