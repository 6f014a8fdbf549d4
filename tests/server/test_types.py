from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_types", ROOT / "scripts" / "gen_types.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_types_are_up_to_date(generator: ModuleType) -> None:
    assert (ROOT / "src" / "api" / "_schema.ts").read_text("utf-8") == generator.render()
    assert generator.main(["--check"]) == 0


def test_an_old_file_is_told_and_made_anew(
    generator: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generator, "ROOT", tmp_path)
    monkeypatch.setattr(generator, "TARGET", tmp_path / "src" / "_schema.ts")
    assert generator.main(["--check"]) == 1
    assert "run 'make gen'" in capsys.readouterr().err
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0


def test_types(generator: ModuleType) -> None:
    examples = {
        str: "string",
        int | None: "number | null",
        tuple[str, ...]: "string[]",
        tuple[int | None, ...]: "(number | null)[]",
        tuple[int, str]: "[number, string]",
        dict[str, int]: "{ [key: string]: number }",
        Mapping[str, object]: "{ [key: string]: unknown }",
        Literal["a", "b"]: "'a' | 'b'",
        Literal["critical", "high", "medium", "low", "info"]: "Severity",
        generator.messages.LiveDone: "ILiveDone",
    }
    assert {hint: generator._type(hint) for hint in examples} == examples
    with pytest.raises(TypeError, match="no TypeScript type"):
        generator._type(set[str])
