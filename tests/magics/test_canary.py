"""With the real worker and rules: findings are right, and no planted value, nor 8 characters of one, comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ipywidgets
from IPython.core.interactiveshell import InteractiveShell

from mlsec_lab.magics import register
from mlsec_lab.magics.result import ScanResult
from tests.canary import leaked, pieces, write
from tests.fakes import aws_access_key, github_token, openai_key, password

PLANTED = {
    "secret/openai-api-key": openai_key(1),
    "secret/github-token": github_token(2),
    "secret/aws-access-key": aws_access_key(3),
    "secret/database-url": password(4),
}
PREFIXES = ("sk-proj-", "ghp_", "AKIA")


def hidden(value: str) -> set[str]:
    """The pieces of a planted value."""
    return pieces(value, next((prefix for prefix in PREFIXES if value.startswith(prefix)), ""))


def assert_no_piece(text: str) -> None:
    assert [rule for rule, value in PLANTED.items() if any(piece in text for piece in hidden(value))] == []


def cell(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "id": f"c{len(source)}", "metadata": {}, "source": source, "outputs": list(outputs)}


def saved(path: Path) -> Path:
    shown = {"output_type": "stream", "name": "stdout", "text": f"using {PLANTED['secret/aws-access-key']}\n"}
    url = f"engine = 'postgresql://svc:{PLANTED['secret/database-url']}@db.corp.internal:5432/churn'"
    cells = [cell(f"client = OpenAI(api_key='{PLANTED['secret/openai-api-key']}')"), cell("show()", shown), cell(url)]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1))
    return path


def test_findings_of_file_and_session_and_no_value_anywhere(
    shell: InteractiveShell, capsys: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    register(shell)
    monkeypatch.setenv("JPY_SESSION_NAME", str(saved(Path("train.ipynb").absolute())))
    Path("planted.txt").write_text(PLANTED["secret/github-token"])
    shell.run_cell(f"token = {PLANTED['secret/github-token']!r}", store_history=True)
    capsys.readouterr()
    shell.run_cell("result = %mlsec\nresult", store_history=True)
    result = shell.user_ns["result"]
    assert isinstance(result, ScanResult)
    found = [(f["rule_id"], f["location"]["path"], f["location"]["cell_index"]) for f in result.report["findings"]]
    assert found == [
        ("secret/openai-api-key", "train.ipynb", 0),
        ("secret/aws-access-key", "train.ipynb", 1),
        ("secret/database-url", "train.ipynb", 2),
        ("secret/github-token", "<session>", 1),
    ]
    assert result.report["findings"][0]["location"]["column"] == len("client = OpenAI(api_key='") + 1
    captured = capsys.readouterr()
    assert captured.out.startswith("Out[2]: 4 findings: ")
    result._widgets = True
    bundle = result._repr_mimebundle_()
    states = ipywidgets.Widget.get_manager_state()
    assert "sk-proj-…" in json.dumps(states, ensure_ascii=False)
    for text in (
        captured.out + captured.err,
        json.dumps(bundle, ensure_ascii=False),
        json.dumps(states, ensure_ascii=False),
        json.dumps(result.report, ensure_ascii=False),
        result.frame.to_csv(),
        result.frame.to_string(),
    ):
        assert_no_piece(text)
    for file in (tmp_path / "data").rglob("*"):
        assert_no_piece(file.read_bytes().decode("latin-1") if file.is_file() else "")


def test_a_broken_notebook_is_a_finding(shell: InteractiveShell) -> None:
    register(shell)
    Path("bad.ipynb").write_text("{")
    result = shell.run_line_magic("mlsec", "scan bad.ipynb")
    assert [(f["rule_id"], f["location"]["path"]) for f in result.report["findings"]] == [("notebook/unreadable", "bad.ipynb")]
    assert "bad.ipynb: unreadable" in repr(result)


def test_every_kind_of_place(shell: InteractiveShell, capsys: Any, tmp_path: Path) -> None:
    """Text, HTML, widget state and report of a folder of planted notebooks."""
    register(shell)
    secret = write(Path("books"))
    shell.run_cell("result = %mlsec scan books\nresult", store_history=True)
    result = shell.user_ns["result"]
    assert len(result.report["findings"]) > 60
    result._widgets = True
    bundle = result._repr_mimebundle_()
    states = ipywidgets.Widget.get_manager_state()
    captured = capsys.readouterr()
    shown = [captured.out, captured.err, repr(result), result.frame.to_csv(), result.frame.to_string()]
    shown += [json.dumps(part, ensure_ascii=False) for part in (bundle, states, result.report)]
    assert leaked("\n".join(shown), secret) == 0
    for file in (path for path in (tmp_path / "data").rglob("*") if path.is_file()):
        assert leaked(file.read_bytes().decode("latin-1"), secret) == 0
