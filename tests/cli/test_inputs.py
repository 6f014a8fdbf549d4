"""Whatever lies where a notebook should be: one bad one never hides the others, and nothing ends in a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlsec_lab.core.errors import OversizedError, UnreadableError
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine import fleet
from mlsec_lab.engine.scan import NotebookScan, failed_scan, scan_notebook
from mlsec_lab.readers import decode_notebook, read_notebook_file
from mlsec_lab.rules import load_checks
from tests.engine.support import cell_json, notebook_json

from .support import KEY, TOKEN, Mlsec, process, source, write

LEAK, UNREADABLE, OVERSIZED = "secret/openai-api-key", "notebook/unreadable", "notebook/oversized"


def spoil(folder: Path) -> dict[str, str | None]:
    """Make one of each bad input; returns the rule that each must give, ``None`` for none."""
    folder.mkdir(exist_ok=True)
    good = source(f"key = '{KEY}'")
    content = json.loads(good)
    nested = json.dumps(notebook_json(cell_json("x"))).encode()[:-1] + b', "x": ' + b"[" * 300 + b"]" * 300 + b"}"
    files: dict[str, tuple[bytes, str | None]] = {
        "not-json": (b"import os\n", UNREADABLE),
        "empty": (b"", UNREADABLE),
        "binary": (bytes(range(256)) * 40, UNREADABLE),
        "truncated": (good.encode()[:-30], UNREADABLE),
        "utf-8-bom": (b"\xef\xbb\xbf" + good.encode(), LEAK),
        "utf-16": (good.encode("utf-16"), LEAK),
        "latin-1": (
            source(f"# gr\xf6\xdfe\nkey = '{KEY}'").replace("\\u00f6\\u00df", "\xf6\xdf").encode("latin-1"),
            UNREADABLE,
        ),
        "number": (b"7", None),
        "list": (b"[]", None),
        "no-cells": (b'{"nbformat": 4}', None),
        "wrong-types": (json.dumps({"cells": [7, None, {"source": f"key = '{KEY}'"}], "nbformat": "x"}).encode(), LEAK),
        "future": (json.dumps({**content, "nbformat": 9, "nbformat_minor": 99, "hologram": {}}).encode(), LEAK),
        "version-3": (
            json.dumps(
                {
                    "nbformat": 3,
                    "metadata": {},
                    "worksheets": [{"cells": [{"cell_type": "code", "input": f"key = '{KEY}'", "outputs": []}]}],
                }
            ).encode(),
            LEAK,
        ),
        "deep": (nested, OVERSIZED),
        "very-deep": (b"[" * 90_000, OVERSIZED),
        "huge": (source("x = 1\n" * 20_000).encode(), OVERSIZED),
    }
    for name, (data, _) in files.items():
        (folder / f"{name}.ipynb").write_bytes(data)
    (folder / "folder.ipynb").mkdir()
    os.mkfifo(folder / "fifo.ipynb")
    (folder / "loop.ipynb").symlink_to("pool.ipynb")
    (folder / "pool.ipynb").symlink_to("loop.ipynb")
    (folder / "dangling.ipynb").symlink_to("nowhere")
    special = dict.fromkeys(("folder", "fifo", "loop", "pool", "dangling"), UNREADABLE)
    return {f"{name}.ipynb": rule for name, rule in ({name: rule for name, (_, rule) in files.items()} | special).items()}


def test_each_bad_notebook_is_a_finding_and_hides_no_other(project: Path, mlsec: Mlsec) -> None:
    (project / "mlsec.toml").write_text("[limits]\nmax-bytes = 100_000\n")
    expected = spoil(project / "bad")
    write(project / "zz.ipynb", f"token = '{TOKEN}'")
    run = mlsec("scan", "--jobs", "2")
    found = {finding["location"]["path"]: finding["rule_id"] for finding in run.report["findings"]}
    assert found.pop("zz.ipynb") == "secret/github-token"
    assert found == {f"bad/{name}": rule for name, rule in expected.items() if rule is not None}
    assert run.status == 2
    assert sorted(row["path"] for row in run.report["inputs"]) == sorted([*(f"bad/{name}" for name in expected), "zz.ipynb"])
    notebook = [finding for finding in run.report["findings"] if finding["category"] == "notebook"]
    assert {(finding["severity"], finding["location"]["surface"]) for finding in notebook} == {("high", "file")}


def test_no_traceback_and_no_waiting_as_a_process(project: Path) -> None:
    (project / "mlsec.toml").write_text("[limits]\nmax-bytes = 100_000\n")
    spoil(project)
    for name in ("table", "sarif"):
        run = process(["scan", "--format", name], project)
        assert (run.status, run.err) == (2, "")
        assert "notebook/unreadable" in run.out


@pytest.mark.parametrize("name", ["fifo", "folder", "loop", "dangling"])
def test_a_bad_input_that_is_named_outright_is_a_finding_too(project: Path, mlsec: Mlsec, name: str) -> None:
    spoil(project)
    run = mlsec("scan", f"{name}.ipynb")
    assert (run.status, run.rules) == (1, [UNREADABLE])


def test_a_file_without_permission_is_a_finding(project: Path, mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = write(project / "closed.ipynb", f"key = '{KEY}'")
    write(project / "open.ipynb", f"token = '{TOKEN}'")
    closed.chmod(0)
    if os.geteuid() == 0:
        # Nothing is closed to root: the system's answer is given in its place, in this process instead of a worker.
        monkeypatch.setattr(fleet, "Worker", _Here)
        monkeypatch.setattr(os, "open", _refusing(os.open, closed.name))
    run = mlsec("scan")
    assert run.status == 1
    assert [(finding["rule_id"], finding["message"]) for finding in run.report["findings"]] == [
        (UNREADABLE, "The file cannot be opened: permission denied."),
        ("secret/github-token", "GitHub token in a code cell"),
    ]


class _Here:
    """Scans in this process."""

    def scan_file(self, path: str, shown: str, policy: Policy) -> NotebookScan:
        try:
            data = read_notebook_file(Path(path), policy.limits)
            return scan_notebook(decode_notebook(data, policy.limits), shown, policy, load_checks(), data=data)
        except (UnreadableError, OversizedError) as error:
            return failed_scan(shown, error, 0)

    def close(self) -> None:
        """Nothing to end."""


def _refusing(real: Callable[..., int], closed: str) -> Callable[..., int]:
    def opened(path: object, *arguments: Any, **more: Any) -> int:
        if os.path.basename(str(path)) == closed:
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **more)

    return opened


@pytest.mark.parametrize(
    "path", ["nowhere", "nowhere.ipynb", "*.nothing", "a/../../b", "s3://bucket/a.ipynb", "\x1b[2J", "\udcff"]
)
def test_a_path_that_does_not_exist_is_2(project: Path, mlsec: Mlsec, path: str) -> None:
    write(project / "leak.ipynb", f"key = '{KEY}'")
    run = mlsec("scan", "leak.ipynb", path)
    assert (run.status, run.out) == (2, "")
    assert run.err == f"mlsec: There is no file or folder {path!r}.\n       Check the path.\n"


def test_an_empty_folder_is_told(project: Path, mlsec: Mlsec) -> None:
    run = mlsec("scan")
    assert (run.status, run.err) == (0, "mlsec: no notebooks found.\n")
    assert run.report["findings"] == []
    assert {row["check"]: row["status"] for row in run.report["checks"]}["secret"] == "skipped"
    assert mlsec("scan", "--require", "secret").status == 2


def test_default_excludes_and_globs(project: Path, mlsec: Mlsec) -> None:
    for folder in (".ipynb_checkpoints", ".venv", "node_modules", ".git", "kept"):
        write(project / folder / "a.ipynb", f"key = '{KEY}'")
    assert [row["path"] for row in mlsec("scan").report["inputs"]] == ["kept/a.ipynb"]
    assert [row["path"] for row in mlsec("scan", "**/*.ipynb", "kept").report["inputs"]] == ["kept/a.ipynb"]


def test_names_from_outside_cannot_drive_the_terminal(project: Path, mlsec: Mlsec) -> None:
    write(project / "\x1b]0;owned\x07\u202e.ipynb", f"key = '{KEY}'")
    table = mlsec("scan", "--format", "table").out
    assert "\\u{1b}]0;owned\\u{7}\\u{202e}.ipynb" in table
    assert not {"\x1b", "\x07", "\u202e"} & set(table)
