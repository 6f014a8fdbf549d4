from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from mlsec_lab.magics import register
from mlsec_lab.magics.magic import MlsecMagics
from mlsec_lab.magics.result import ScanResult
from mlsec_lab.magics.scanner import Scanner

from .support import FakeWorker, finding


@pytest.fixture
def worker() -> FakeWorker:
    return FakeWorker(finding())


@pytest.fixture
def magics(shell: InteractiveShell, worker: FakeWorker) -> MlsecMagics:
    made = MlsecMagics(shell, lambda owner: Scanner(owner, lambda: worker))
    shell.register_magics(made)
    return made


def notebook(path: Path, *sources: str) -> Path:
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}))
    return path


def run(shell: InteractiveShell, line: str) -> ScanResult:
    result = shell.run_line_magic("mlsec", line)
    assert isinstance(result, ScanResult)
    return result


@pytest.mark.usefixtures("magics")
def test_a_shell_without_a_file_scans_its_history(shell: InteractiveShell, worker: FakeWorker) -> None:
    shell.run_cell("a = 1", store_history=True)
    result = run(shell, "")
    assert result.copy.kind == "session"
    assert [cell["source"] for cell in worker.notebooks[0]["cells"]] == ["", "a = 1"]
    assert result.report["inputs"] == [{"path": "<session>", "bytes": 10, "cells": 1, "status": "scanned"}]


@pytest.mark.usefixtures("magics")
def test_the_cell_with_the_magic_is_scanned_too(shell: InteractiveShell, worker: FakeWorker) -> None:
    shell.run_cell("found = %mlsec\nb = 2", store_history=True)
    assert [cell["source"] for cell in worker.notebooks[0]["cells"]] == ["", "found = %mlsec\nb = 2"]
    assert isinstance(shell.user_ns["found"], ScanResult)


@pytest.mark.usefixtures("magics")
def test_the_saved_file_and_what_ran_since(
    shell: InteractiveShell, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = notebook(Path("train.ipynb").absolute(), "a = 1", "a")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    monkeypatch.setenv("JPY_SESSION_NAME", str(file))
    for cell in ("a = 1", "a", "b = 'unsaved'"):
        shell.run_cell(cell, store_history=True)
    result = run(shell, "")
    assert worker.files == [(str(file), "train.ipynb")]
    cells = worker.notebooks[0]["cells"]
    assert [cell["source"] for cell in cells] == ["", "", "", "b = 'unsaved'"]
    assert [len(cell["outputs"]) for cell in cells] == [0, 0, 1, 0]
    assert (result.copy.kind, result.copy.name, result.copy.ran_since) == ("file", "train.ipynb", 3)
    assert result.copy.saved is not None
    assert result.copy.saved.timestamp() == 1_700_000_000
    assert [row["path"] for row in result.report["inputs"]] == ["train.ipynb", "<session>"]
    assert [found["preview"] for found in result.report["findings"]] == ["sk-proj-…Qw4A"]


@pytest.mark.usefixtures("magics")
def test_what_ran_before_the_saving_is_not_scanned_again(
    shell: InteractiveShell, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run_cell("key = 'deleted since'", store_history=True)
    file = notebook(Path("train.ipynb").absolute())
    os.utime(file, (4_000_000_000, 4_000_000_000))
    monkeypatch.setenv("JPY_SESSION_NAME", str(file))
    assert run(shell, "").copy.ran_since == 0
    assert worker.notebooks == []


@pytest.mark.usefixtures("magics")
def test_the_copy_can_be_chosen(shell: InteractiveShell, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="does not say which notebook file"):
        shell.run_line_magic("mlsec", "--copy saved")
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook(Path("train.ipynb").absolute())))
    assert run(shell, "--copy saved").copy.kind == "file"
    assert run(shell, "--copy session").copy.kind == "session"
    assert len(worker.files) == 1


@pytest.mark.usefixtures("magics")
def test_a_path_is_a_file_a_folder_or_a_pattern(shell: InteractiveShell, worker: FakeWorker) -> None:
    Path("mlsec.toml").write_text("")
    Path("more").mkdir()
    first, second = notebook(Path("more/a b.ipynb")), notebook(Path("more/c.ipynb"))
    result = run(shell, "scan 'more/a b.ipynb'")
    assert result.copy.describe() == "Scanned more/a b.ipynb as saved."
    run(shell, "scan more")
    run(shell, "scan more/c*.ipynb")
    assert [shown for _, shown in worker.files] == ["more/a b.ipynb", "more/a b.ipynb", "more/c.ipynb", "more/c.ipynb"]
    assert [path for path, _ in worker.files[:1]] == [str(first.absolute())]
    assert worker.files[-1][0] == str(second.absolute())


@pytest.mark.usefixtures("magics")
def test_a_wrong_line_is_one_sentence(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%mlsec scan gone.ipynb")
    shell.run_cell("%mlsec bogus")
    captured = capsys.readouterr()
    first, second = captured.err.strip().splitlines()
    assert first == "UsageError: There is no file or folder 'gone.ipynb'. Check the path."
    assert second.startswith("UsageError: Argument command: invalid choice")
    assert "Traceback" not in captured.out + captured.err


@pytest.mark.usefixtures("magics")
def test_a_wrong_policy_file_is_one_sentence(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mlsec.toml").write_text("fail_on = 3\n")
    shell.run_cell("%mlsec")
    captured = capsys.readouterr()
    assert captured.err.startswith("UsageError: ")
    assert "mlsec.toml:1: [fail_on]" in captured.err
    assert "Traceback" not in captured.out + captured.err


@pytest.mark.usefixtures("magics")
def test_help_and_rules(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.run_line_magic("mlsec", "--help") is None
    assert capsys.readouterr().out.startswith("usage: %mlsec")
    rules = shell.run_line_magic("mlsec", "rules")
    assert ("secret/openai-api-key", "critical", "OpenAI API key") in rules.rows
    assert "secret/openai-api-key" in repr(rules)
    assert "<td>secret/openai-api-key</td>" in rules._repr_html_()
    assert "--copy" in (shell.find_line_magic("mlsec").__doc__ or "")


def test_an_interrupt_ends_the_worker(shell: InteractiveShell, magics: MlsecMagics, worker: FakeWorker) -> None:
    notebook(Path("a.ipynb"))
    worker.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        shell.run_line_magic("mlsec", "scan a.ipynb")
    assert worker.closed == 1
    worker.interrupted = False
    assert run(shell, "scan a.ipynb").report["summary"]["complete"] is True


def test_loading_twice_ends_the_first_worker(shell: InteractiveShell, magics: MlsecMagics, worker: FakeWorker) -> None:
    run(shell, "")
    register(shell)
    assert worker.closed == 1
    assert shell.magics_manager.registry["MlsecMagics"] is not magics
