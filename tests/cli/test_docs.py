"""The pages say what the command line and the policy have, and nothing else."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from mlsec_lab.cli.parser import make_parser
from mlsec_lab.core.policy import DEFAULT_EXCLUDES, Limits, Policy
from mlsec_lab.engine import policy_schema
from mlsec_lab.engine.policy_schema import SettingError, read_settings
from mlsec_lab.engine.suppress import inline_waivers

from .support import ROOT

POLICY = (ROOT / "docs" / "policy.md").read_text("utf-8")


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_cli_docs", ROOT / "scripts" / "gen_cli_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
PARSERS = {"": make_parser(), **GENERATOR.commands(make_parser())}
FLAGS = {name: {flag for action in parser._actions for flag in action.option_strings} for name, parser in PARSERS.items()}


def test_the_page_of_the_command_is_up_to_date() -> None:
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == GENERATOR.page()


def test_the_generator_checks_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GENERATOR, "ROOT", tmp_path)
    monkeypatch.setattr(GENERATOR, "PAGE", tmp_path / "cli.md")
    monkeypatch.setattr("sys.argv", ["gen", "--check"])
    assert GENERATOR.main() == 1
    monkeypatch.setattr("sys.argv", ["gen"])
    assert GENERATOR.main() == 0
    monkeypatch.setattr("sys.argv", ["gen", "--check"])
    assert GENERATOR.main() == 0


@pytest.mark.parametrize("command", PARSERS)
def test_every_flag_and_argument_is_explained(command: str) -> None:
    page = GENERATOR.page()
    section = page.split(f"## `mlsec {command}`")[1].split("\n## ")[0] if command else page.split("\n## ")[0]
    for action in PARSERS[command]._actions:
        if action.dest not in ("help", "==SUPPRESS==") and not hasattr(action, "add_parser"):
            assert action.help
            assert action.help.replace("|", "\\|") in section
            assert all(f"`{flag}" in section for flag in action.option_strings)


@pytest.mark.parametrize("name", ["README.md", "docs/policy.md", "docs/cli.md", "docs/why.md", ".pre-commit-hooks.yaml"])
def test_commands_and_flags_that_pages_name_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    offered = set().union(*FLAGS.values())
    for command, rest in re.findall(r"^(?:  entry: |`)?mlsec ([a-z]+)(.*)$", text, re.MULTILINE):
        assert command in PARSERS
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest.partition("#")[0])) <= FLAGS[command]
    for flag in re.findall(r"`(--[a-z-]+)", text):
        assert flag in offered


def test_every_setting_of_the_policy_is_documented_and_no_other() -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"?": 1}, ROOT, trusting=True)
    known = caught.value.hint.removeprefix("Known settings: ").rstrip(".").split(", ")
    assert _rows("Settings") == known


def test_every_limit_is_documented_with_its_default() -> None:
    table = dict(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", POLICY, re.MULTILINE))
    assert table == {field.name.replace("_", "-"): f"{getattr(Limits(), field.name):.0f}" for field in fields(Limits)}
    assert str(policy_schema._MIN_MEMORY) in POLICY


def test_waivers_choices_defaults_and_excludes_are_documented() -> None:
    waiver = POLICY.split("**A waiver**")[1].split("**A comment")[0]
    assert all(f"`{key}`" in waiver for key in policy_schema._WAIVER_KEYS)
    assert f"| `fail-on` | {', '.join(f'`{name}`' for name in policy_schema.FAIL_ON)} |" in POLICY
    assert f"Default: `{Policy().fail_on}`." in POLICY
    assert f"Default: `{Policy().min_confidence}`." in POLICY
    assert f"Always left out: {', '.join(f'`{name}`' for name in DEFAULT_EXCLUDES)}." in POLICY


def test_the_examples_work() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", POLICY, re.DOTALL)
    settings = read_settings(tomllib.loads(example), Path("/p"), trusting=False)
    assert settings["baseline"] == "/p/mlsec-baseline.json"
    assert settings["waivers"][0]["expires"] == date(2027, 1, 31)
    [comment] = re.findall(r"```python\n(.*?)\n```", POLICY, re.DOTALL)
    [waiver] = inline_waivers(comment, 0, len(comment))
    assert (waiver.rules, waiver.reason) == (frozenset({"secret/password"}), "made up, for the tutorial")


def _rows(heading: str) -> list[str]:
    section = POLICY.split(f"\n## {heading}\n")[1].split("\n### ")[0]
    return re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
