"""Makes ``src/api/_schema.ts`` from the Python types, so that both sides speak of the same report.

``python scripts/gen_types.py`` writes the file; ``--check`` only says whether it is up to date (exit status 1 if not).
"""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from mlsec_lab.core import finding, location, policy, report, rule
from mlsec_lab.server import messages

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "api" / "_schema.ts"

#: Prettier's default, which the project keeps.
WIDTH = 80

ALIASES: dict[str, Any] = {
    "Category": rule.Category,
    "Severity": rule.Severity,
    "Confidence": rule.Confidence,
    "SurfaceKind": location.SurfaceKind,
    "CheckStatus": report.CheckStatus,
    "InputStatus": report.InputStatus,
    "SuppressedBy": report.SuppressedBy,
}

CONSTANTS: dict[str, tuple[str, object]] = {
    "SCHEMA_VERSION": ("string", report.SCHEMA_VERSION),
    "EVENT_SCHEMA": ("string", messages.EVENT_SCHEMA),
    "SEVERITIES": ("readonly Severity[]", rule.SEVERITIES),
    "CONFIDENCES": ("readonly Confidence[]", rule.CONFIDENCES),
}

CLASSES: tuple[type, ...] = (
    location.Location,
    finding.Finding,
    report.Tool,
    report.Summary,
    report.CheckRow,
    report.Suppressed,
    report.InputRow,
    report.Report,
    policy.Limits,
    messages.Media,
    messages.LiveRequest,
    messages.LiveDone,
    messages.LiveRunning,
    messages.LiveResync,
    messages.ErrorAnswer,
    messages.ScanRequest,
    messages.ServerStatus,
    messages.ScanFinished,
)

#: Fields that the Python types leave open and that the contract does not.
SHARPER: dict[tuple[str, str], str] = {("Finding", "category"): "Category"}

_SIMPLE: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    object: "unknown",
    Any: "unknown",
    type(None): "null",
    msgspec.Raw: "unknown",
}


def main(arguments: list[str]) -> int:
    """Write or check the file."""
    text = render()
    if "--check" not in arguments:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.relative_to(ROOT)} is out of date: run 'make gen'.", file=sys.stderr)
    return 1


def render() -> str:
    """The whole file."""
    parts = ["// Made by scripts/gen_types.py from the Python types: edit those, then run `make gen`."]
    parts += [_declare(f"export type {name} =", _members(alias)) for name, alias in ALIASES.items()]
    parts += [_constant(name, kind, value) for name, (kind, value) in CONSTANTS.items()]
    parts += [_interface(cls) for cls in CLASSES]
    return "\n\n".join(parts) + "\n"


def _declare(head: str, members: list[str]) -> str:
    line = f"{head} {' | '.join(members)};"
    if len(line) <= WIDTH:
        return line
    return head + "".join(f"\n  | {member}" for member in members) + ";"


def _constant(name: str, kind: str, value: object) -> str:
    head = f"export const {name}: {kind} ="
    if isinstance(value, str):
        line = f"{head} {_quote(value)};"
        return line if len(line) <= WIDTH else f"{head}\n  {_quote(value)};"
    items = [_quote(str(item)) for item in value] if isinstance(value, tuple) else []
    line = f"{head} [{', '.join(items)}];"
    if len(line) <= WIDTH:
        return line
    return head + " [\n" + ",\n".join(f"  {item}" for item in items) + "\n];"


def _interface(cls: type) -> str:
    hints = get_type_hints(cls)
    names = list(hints) if is_typeddict(cls) else [field.name for field in fields(cls)]
    lines = [_comment(cls)] if cls.__doc__ and not is_typeddict(cls) else []
    lines.append(f"export interface {_name(cls)} {{")
    for name in names:
        key = name if name.isidentifier() or name.startswith("$") else _quote(name)
        lines.append(f"  {key}: {SHARPER.get((cls.__name__, name)) or _type(hints[name])};")
    return "\n".join([*lines, "}"])


def _comment(cls: type) -> str:
    text = (cls.__doc__ or "").strip().replace("``", "`").splitlines()
    body = "\n".join(f" * {line.strip()}".rstrip() for line in text)
    return f"/**\n{body}\n */"


def _name(cls: type) -> str:
    return f"I{cls.__name__}"


def _type(hint: Any) -> str:
    for name, alias in ALIASES.items():
        if hint == alias:
            return name
    if hint in CLASSES:
        return _name(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(_members(hint))
    if origin in (Union, types.UnionType):
        return " | ".join(_type(argument) for argument in arguments)
    if origin is tuple and arguments[1:] == (...,):
        item = _type(arguments[0])
        return f"({item})[]" if " " in item else f"{item}[]"
    if origin is tuple:
        return f"[{', '.join(_type(argument) for argument in arguments)}]"
    if origin in (dict, Mapping):
        return f"{{ [key: string]: {_type(arguments[1])} }}"
    raise TypeError(f"no TypeScript type is known for {hint!r}")


def _members(literal: Any) -> list[str]:
    return [_quote(str(value)) for value in get_args(literal)]


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
