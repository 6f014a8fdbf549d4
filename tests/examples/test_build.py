"""The example notebooks: valid, findings where they are meant to be, no live-looking value in the repository."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import nbformat
import pytest

import mlsec_lab
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine import scan_paths

SCRIPT = Path(mlsec_lab.__file__).parents[1] / "examples" / "build.py"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setenv("MLSEC_DATA_DIR", str(tmp_path / "data"))
    paths: list[Path] = runpy.run_path(str(SCRIPT))["build"](tmp_path)
    return paths


def found(path: Path) -> list[tuple[Any, ...]]:
    report = scan_paths([str(path)], Policy(root=str(path.parent)), jobs=1)
    return [
        (f.rule_id, f.location.cell_index, f.location.surface, f.location.mime_type, f.location.line) for f in report.findings
    ]


def test_both_notebooks_are_valid(built: list[Path]) -> None:
    assert [path.name for path in built] == ["leaky.ipynb", "clean.ipynb"]
    for path in built:
        nbformat.validate(nbformat.read(path, as_version=4))


def test_the_leaky_one_leaks_in_four_ways(built: list[Path]) -> None:
    assert found(built[0]) == [
        ("secret/openai-api-key", 2, "source", None, 3),
        ("secret/database-url", 3, "source", None, 2),
        ("secret/huggingface-token", 5, "output", "stream/stdout", 1),
        ("secret/github-token", 6, "output", "error", 1),
        ("secret/github-token", 6, "output", "error", 12),
    ]


def test_the_clean_one_has_no_findings(built: list[Path]) -> None:
    assert found(built[1]) == []


def test_the_same_fakes_each_time_and_none_in_the_script(built: list[Path], tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    module = runpy.run_path(str(SCRIPT))
    module["build"](again)
    assert [path.read_bytes() for path in built] == [(again / path.name).read_bytes() for path in built]
    fakes, script = module["Fakes"]("leaky"), SCRIPT.read_text(encoding="utf-8")
    key = fakes.openai_key()
    assert key in built[0].read_text(encoding="utf-8")
    assert key not in script
