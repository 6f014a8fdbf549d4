"""Generates ``src/api/_schema.ts`` from the Python types. ``--check`` only compares and fails on a difference."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.location import Location
from mlsec_lab.core.policy import Limits
from mlsec_lab.core.report import CheckRow, InputRow, Report, Summary, Suppressed, Tool
from mlsec_lab.server import messages

TARGET = Path(__file__).parent.parent / "src" / "api" / "_schema.ts"
CLASSES = (
    Location, Finding, Tool, Summary, CheckRow, Suppressed, InputRow, Report, Limits,
    messages.ServerStatus, messages.LiveRequest, messages.LiveDone, messages.LiveRunning, messages.LiveResync,
    messages.ErrorAnswer, messages.ScanFinished,
)  # fmt: skip
_SIMPLE: dict[Any, str] = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def typescript(kind: Any) -> str:
    """The TypeScript type of a Python annotation."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if dataclasses.is_dataclass(kind):
        return f"I{kind.__name__}"
    if origin is Literal:
        return " | ".join(f"'{value}'" for value in arguments)
    if origin in (types.UnionType, Union):
        return " | ".join(typescript(argument) for argument in arguments)
    if origin is tuple:
        return f"{typescript(arguments[0])}[]"
    if origin in (dict, Mapping):
        return f"{{ [key: string]: {typescript(arguments[1])} }}"
    return "unknown"


def interface(cls: Any) -> str:
    """One exported interface."""
    hints = get_type_hints(cls)
    about = (cls.__doc__ or "").strip().split("\n")[0]
    fields = [f"  {field.name}: {typescript(hints[field.name])};" for field in dataclasses.fields(cls)]
    return "\n".join([f"/** {about} */", f"export interface I{cls.__name__} {{", *fields, "}"])


def generate() -> str:
    """The whole file."""
    head = "// Generated from the Python types by scripts/gen_types.py (`make gen`): do not edit.\n"
    event = f"/** Schema of the ping event. */\nexport const EVENT_SCHEMA =\n  '{messages.EVENT_SCHEMA}';"
    return "\n\n".join([head.rstrip(), event, *(interface(cls) for cls in CLASSES)]) + "\n"


def prettier(text: str) -> str:
    """The text as the repository's formatter has it."""
    command = ["node", "node_modules/prettier/bin/prettier.cjs", "--stdin-filepath", "src/api/_schema.ts"]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=TARGET.parent.parent.parent)
    return run.stdout


if __name__ == "__main__":
    text = prettier(generate())
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text("utf-8") == text else f"{TARGET} is stale: run 'make gen'.")
    TARGET.write_text(text, "utf-8")
