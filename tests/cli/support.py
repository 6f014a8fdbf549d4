"""Notebooks to scan, and the ways to run the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.support import cell_json, notebook_json
from tests.fakes import aws_access_key, github_token, openai_key, password

ROOT = Path(__file__).resolve().parents[2]
KEY, TOKEN, AWS, PASSWORD = openai_key("cli"), github_token("cli"), aws_access_key("cli"), password("cli")


@dataclass(frozen=True)
class Run:
    """How a run ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        data: dict[str, Any] = json.loads(self.out)
        return data

    @property
    def rules(self) -> list[str]:
        """The rules of what was found, in the report's order."""
        return [finding["rule_id"] for finding in self.report["findings"]]


Mlsec = Callable[..., Run]


def source(*sources: str) -> str:
    """A notebook's file."""
    cells = [cell_json(text, f"c{number}") for number, text in enumerate(sources)]
    return json.dumps(notebook_json(*cells), indent=1)


def write(path: Path, *sources: str) -> Path:
    """Write a notebook of code cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source(*sources))
    return path


def environment(**more: str) -> dict[str, str]:
    """A process's variables: this tree's package, nothing of the user's."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def process(arguments: Sequence[str], folder: Path, **more: str) -> Run:
    """The command as its users run it."""
    run = subprocess.run(
        [sys.executable, "-m", "mlsec_lab", *arguments], cwd=folder, env=environment(**more), capture_output=True, timeout=300
    )
    return Run(run.returncode, run.stdout.decode(), run.stderr.decode())


def pieces(value: str, prefix: str = "") -> set[str]:
    """Every 8-character piece of a value outside its public prefix."""
    hidden = value.removeprefix(prefix)
    return {hidden[start : start + 8] for start in range(len(hidden) - 7)}
