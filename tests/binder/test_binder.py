from __future__ import annotations

import ast
import os
from pathlib import Path

import yaml

import mlsec_lab

BINDER = Path(mlsec_lab.__file__).parents[1] / "binder"


def test_the_environment_names_a_python_that_is_tested() -> None:
    environment = yaml.safe_load((BINDER / "environment.yml").read_text(encoding="utf-8"))
    wanted = dict(entry.partition("=")[::2] for entry in environment["dependencies"] if "=" in entry)
    assert wanted["python"] in ("3.12", "3.13")
    assert int(wanted["nodejs"]) >= 20
    assert environment["channels"] == ["conda-forge"]


def test_post_build_can_be_executed_and_builds_the_examples() -> None:
    script = BINDER / "postBuild"
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env python3\n")
    assert os.access(script, os.X_OK)
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    words = [[part.value for part in call.args if isinstance(part, ast.Constant)] for call in calls]
    assert ["-m", "pip", "install", "--quiet", ".[lab]"] in words
    assert ["examples/build.py"] in words


def test_the_commit_hook_prints_a_table_and_needs_no_arguments() -> None:
    hooks = yaml.safe_load((BINDER.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [(hook["id"], hook["entry"], hook["types"]) for hook in hooks] == [
        ("mlsec", "mlsec scan --format table", ["jupyter"])
    ]


def test_our_own_commit_hooks_download_nothing() -> None:
    config = yaml.safe_load((BINDER.parent / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for repo in config["repos"] for hook in repo["hooks"]} == {"system"}
