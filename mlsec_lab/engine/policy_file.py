"""Reads one policy file and checks it: every complaint names file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import ConfigError
from mlsec_lab.core.policy import Limits
from mlsec_lab.core.rule import CONFIDENCES, SEVERITIES

_LIST = "a list of strings"
_WAIVER_KEYS = {"reason", "rule", "path", "fingerprint", "expires"}


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A checked file; ``settings`` has the policy's own field names."""

    path: Path
    settings: Mapping[str, Any]


def read_policy_file(path: Path, *, section: tuple[str, ...] = (), user: bool = False) -> PolicyFile:
    """Read and check a file. ``section`` is the table that holds the policy; ``user`` allows ``trusted``."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "The policy file cannot be read.", path=str(path), hint="Check the path and its permissions."
        ) from error
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(f"This is not TOML: {error}.", path=str(path), line=int(line[1]) if line else None) from None
    for name in section:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    reader = _Reader(path, text)
    return PolicyFile(path, reader.settings(table, user=user))


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.split("\n")

    def settings(self, table: Any, *, user: bool) -> dict[str, Any]:
        readers: dict[str, Callable[[str, Any], Any]] = {
            "select": self._strings,
            "ignore": self._strings,
            "require": self._strings,
            "exclude": self._strings,
            "fail-on": lambda key, value: self._choice(key, value, (*SEVERITIES, "never")),
            "min-confidence": lambda key, value: self._choice(key, value, CONFIDENCES),
            "allow-incomplete": self._boolean,
            "baseline": self._baseline,
            "severity": self._severities,
            "limits": self._limits,
            "waivers": self._waivers,
        }
        if user:
            readers["trusted"] = self._strings
        if not isinstance(table, dict):
            raise self._error("mlsec", "must be a table")
        settings = {}
        for key, value in table.items():
            if key not in readers:
                raise self._error(key, "is not a setting", hint=f"Known settings: {', '.join(sorted(readers))}.")
            settings[key.replace("-", "_")] = readers[key](key, value)
        return settings

    def _error(self, key: str, message: str, *, hint: str = "") -> ConfigError:
        return ConfigError(f"'{key}' {message}.", path=str(self._path), line=self._line(key), key=key, hint=hint)

    def _line(self, key: str) -> int | None:
        pattern = re.compile(rf"""\s*(?:\[{{0,2}}(?:[\w.-]+\.)?)?["']?{re.escape(key)}["']?\s*[\]=.]""")
        return next((number for number, line in enumerate(self._lines, 1) if pattern.match(line)), None)

    def _strings(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, f"must be {_LIST}")
        return tuple(value)

    def _choice(self, key: str, value: Any, choices: tuple[str, ...]) -> str:
        if value not in choices:
            raise self._error(key, f"must be one of {', '.join(choices)}")
        return str(value)

    def _boolean(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._error(key, "must be true or false")
        return value

    def _baseline(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self._error(key, "must be a path")
        return str(self._path.parent / value)

    def _severities(self, key: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self._error(key, "must be a table of rule = severity")
        return {rule: self._choice(rule, severity, SEVERITIES) for rule, severity in value.items()}

    def _limits(self, key: str, value: Any) -> dict[str, float]:
        if not isinstance(value, dict):
            raise self._error(key, "must be a table")
        known = {field.name.replace("_", "-"): field.name for field in fields(Limits)}
        limits = {}
        for name, number in value.items():
            if name not in known:
                raise self._error(name, "is not a limit", hint=f"Known limits: {', '.join(known)}.")
            if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0:
                raise self._error(name, "must be a positive number")
            limits[known[name]] = number
        return limits

    def _waivers(self, key: str, value: Any) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._error(key, "must be a list of tables, [[waivers]]")
        return tuple(self._waiver(item) for item in value)

    def _waiver(self, waiver: dict[str, Any]) -> dict[str, Any]:
        for name in waiver:
            if name not in _WAIVER_KEYS:
                raise self._error(name, "is not part of a waiver", hint=f"Known: {', '.join(sorted(_WAIVER_KEYS))}.")
        if not isinstance(waiver.get("reason"), str) or not waiver["reason"].strip():
            raise self._error("waivers", "need a reason each", hint='Add reason = "…".')
        if not {"rule", "path", "fingerprint"} & set(waiver):
            raise self._error("waivers", "need a rule, a path or a fingerprint each")
        expires = waiver.get("expires")
        if isinstance(expires, str):
            try:
                waiver = {**waiver, "expires": date.fromisoformat(expires)}
            except ValueError:
                raise self._error("expires", "must be a date such as 2027-01-31") from None
        elif expires is not None and type(expires) is not date:
            raise self._error("expires", "must be a date such as 2027-01-31")
        return waiver
