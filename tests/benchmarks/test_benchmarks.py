"""The benchmarks run, on tiny input, and fail where they should. No time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import corpus
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.setting import Setting, fastest
from tests.fakes import github_token


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A corpus of one notebook with one finding."""
    folder = tmp_path / "shared" / "corpus" / "sub"
    folder.mkdir(parents=True)
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": f"t = '{github_token()}'"}
    (folder / "n.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return tmp_path / "shared"


def test_surfaces(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["surfaces"]) == 0
    out = capsys.readouterr().out
    assert "29 of 29 found where they stand; 0 other findings" in out
    assert [line.split() for line in out.splitlines() if line.startswith("  raw cell")] == [
        ["raw", "cell", "yes", "5", "2", "1", "66"]
    ]


def test_corpus(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setting = Setting(shared, runs=1)
    verdicts = tmp_path / "verdicts.csv"
    verdicts.write_text("path,rule,verdict\n")
    assert corpus.run(setting, verdicts) == 1
    out = capsys.readouterr().out
    assert "no verdict: sub/n.ipynb secret/github-token (1)" in out
    assert github_token()[:12] not in out
    verdicts.write_text("path,rule,verdict\nsub/n.ipynb,secret/github-token,true\nsub/gone.ipynb,secret/jwt,example\n")
    assert corpus.run(setting, verdicts) == 0
    out = capsys.readouterr().out
    assert "verdicts: 1 example, 1 true" in out
    assert "no longer found: sub/gone.ipynb secret/jwt (1)" in out


def test_a_missing_corpus_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "--shared", str(tmp_path)]) == 2
    assert f"There is no corpus at {tmp_path / 'corpus'}: nothing was measured." in capsys.readouterr().out


def test_imports(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["imports", "--runs", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit(maxsplit=2)[0].strip() for line in lines[-5:]] == list(BENCHMARKS["imports"].WITHIN)


def test_live(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["live", "--megabytes", "0.05"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[:2] for line in out.splitlines() if "keystroke," in line] == [
        ["keystroke,", "fastest"],
        ["keystroke,", "median"],
    ]


def test_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "no such benchmark: nothing" in capsys.readouterr().err


def test_the_fastest_run_counts() -> None:
    ran: list[int] = []
    assert fastest(3, lambda: ran.append(1)) >= 0
    assert ran == [1, 1, 1]
