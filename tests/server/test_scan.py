"""Saved notebooks, from any contents manager."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager
from tornado.web import HTTPError

from tests.fakes import openai_key
from tests.server.conftest import Ask
from tests.server.support import notebook

KEY = openai_key("saved")


def places(report: dict[str, Any]) -> list[tuple[str, int, int, int | None]]:
    """Path, cell, line and line in the file of each finding."""
    where = [finding["location"] for finding in report["findings"]]
    return [(place["path"], place["cell_index"], place["line"], place["file_line"]) for place in where]


def save(folder: Path, path: str, *sources: str) -> str:
    """Writes a notebook; its text."""
    text = json.dumps(notebook(*sources), indent=1)
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, "utf-8")
    return text


async def test_scans_a_file_with_its_own_lines(ask: Ask, jp_root_dir: Path) -> None:
    text = save(jp_root_dir, "work/train.ipynb", "import os", f'x = 1\nkey = "{KEY}"')
    status, report = await ask("POST", "scan", {"path": "work/train.ipynb"})
    line = 1 + text[: text.index(KEY)].count("\n")
    assert status == 200
    assert places(report) == [("work/train.ipynb", 1, 2, line)]
    assert report["inputs"] == [{"path": "work/train.ipynb", "bytes": len(text), "cells": 2, "status": "scanned"}]


async def test_reads_what_a_parser_would_drop(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "twice.ipynb").write_text(
        '{"cells": [], "metadata": {"a": "' + KEY + '", "a": "x"}, "nbformat": 4, "nbformat_minor": 5}', "utf-8"
    )
    status, report = await ask("POST", "scan", {"path": "twice.ipynb"})
    assert (status, places(report)) == (200, [("twice.ipynb", None, 1, 1)])


@pytest.mark.parametrize("data", [b"{", b"", b"\xff\xfe\xfa\x00\x01"], ids=["cut", "empty", "binary"])
async def test_what_is_no_json_is_a_finding(data: bytes, ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "broken.ipynb").write_bytes(data)
    status, report = await ask("POST", "scan", {"path": "broken.ipynb"})
    assert status == 200
    assert [finding["rule_id"] for finding in report["findings"]] == ["notebook/unreadable"]
    assert report["inputs"][0]["status"] == "unreadable"


async def test_paths_are_shown_as_the_command_line_shows_them(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir.parent / "mlsec.toml").write_text('fail-on = "low"\n', "utf-8")
    save(jp_root_dir, "train.ipynb", f'key = "{KEY}"')
    _, report = await ask("POST", "scan", {"path": "train.ipynb"})
    assert [place[0] for place in places(report)] == [f"{jp_root_dir.name}/train.ipynb"]


async def test_refuses_what_is_no_notebook(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "notes.txt").write_text("x", "utf-8")
    (jp_root_dir / "folder.ipynb").mkdir()
    no_notebook = {"status": "error", "message": "This is not a notebook.", "hint": "Choose a file that ends in .ipynb."}
    for path in ("notes.txt", "folder.ipynb"):
        assert await ask("POST", "scan", {"path": path}) == (400, no_notebook)
    missing = {"status": "error", "message": "There is no such notebook.", "hint": "Check the path."}
    for path in ("none.ipynb", "none/none.ipynb", "../../../../etc/passwd.ipynb"):
        assert await ask("POST", "scan", {"path": path}) == (404, missing)
    assert (await ask("POST", "scan", {"path": 3}))[0] == 400
    assert (await ask("POST", "scan", b"not json"))[0] == 400


async def test_refuses_what_cannot_be_read(ask: Ask, jp_root_dir: Path) -> None:
    os.mkfifo(jp_root_dir / "pipe.ipynb")
    (jp_root_dir / "loop.ipynb").symlink_to(jp_root_dir / "loop.ipynb")
    for path in ("pipe.ipynb", "loop.ipynb"):
        status, answer = await ask("POST", "scan", {"path": path})
        assert (status >= 400, answer["status"]) == (True, "error")


async def test_refuses_what_is_too_large(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "mlsec.toml").write_text("[limits]\nmax-bytes = 1000\n", "utf-8")
    save(jp_root_dir, "large.ipynb", "x" * 2000)
    assert await ask("POST", "scan", {"path": "large.ipynb"}) == (
        413,
        {
            "status": "error",
            "message": "The notebook is larger than the limit of 1000 bytes.",
            "hint": "Clear large outputs, or raise 'max-bytes' under 'limits' in the policy.",
        },
    )


# Managers that block are deprecated, and many servers have one.
@pytest.mark.filterwarnings("ignore:The synchronous ContentsManager:DeprecationWarning")
class TestOtherManagers:
    @pytest.fixture
    def jp_server_config(self) -> dict[str, Any]:
        return {
            "ServerApp": {
                "jpserver_extensions": {"mlsec_lab": True, "jupyter_server_terminals": False},
                "allow_unauthenticated_access": False,
                "contents_manager_class": "tests.support.memory_contents.MemoryContentsManager",
            }
        }

    @pytest.mark.parametrize("path", ["train.ipynb", "train.md"])
    async def test_scans_what_is_no_file(self, path: str, ask: Ask, jp_serverapp: Any) -> None:
        content = notebook("import os", f'key = "{KEY}"')
        jp_serverapp.contents_manager.save({"type": "notebook", "content": content}, path)
        status, report = await ask("POST", "scan", {"path": path})
        assert status == 200
        assert [place[:3] for place in places(report)] == [(path, 1, 1)]

    async def test_scans_what_is_given_as_a_notebook_only(self, ask: Ask, jp_serverapp: Any) -> None:
        manager = jp_serverapp.contents_manager
        manager.save({"type": "notebook", "content": notebook(f'key = "{KEY}"')}, "train.ipynb")
        give = manager.get

        def picky(path: str, content: bool = True, type: str | None = None, **options: Any) -> Any:
            if type == "file":
                raise HTTPError(400, "not a file")
            return give(path, content=content, type=type, **options)

        manager.get = picky
        status, report = await ask("POST", "scan", {"path": "train.ipynb"})
        assert (status, [place[:3] for place in places(report)]) == (200, [("train.ipynb", 0, 1)])

    async def test_a_refusal_of_the_stored_bytes_is_final(self, ask: Ask, jp_serverapp: Any) -> None:
        manager = jp_serverapp.contents_manager
        manager.save({"type": "notebook", "content": notebook("x = 1")}, "train.ipynb")
        give = manager.get
        asked: list[str | None] = []

        def strict(path: str, content: bool = True, type: str | None = None, **options: Any) -> Any:
            asked.append(type)
            if content:
                raise HTTPError(403, "hidden")
            return give(path, content=content, type=type, **options)

        manager.get = strict
        status, answer = await ask("POST", "scan", {"path": "train.ipynb"})
        assert (status, answer["message"]) == (403, "This notebook may not be read.")
        assert asked == [None, "file"]

    @pytest.mark.parametrize(("code", "status"), [(403, 403), (413, 413), (500, 502)])
    async def test_a_manager_that_refuses(self, code: int, status: int, ask: Ask, jp_serverapp: Any) -> None:
        def refuse(*arguments: Any, **options: Any) -> Any:
            raise HTTPError(code, f"private {KEY}")

        jp_serverapp.contents_manager.get = refuse
        got, answer = await ask("POST", "scan", {"path": "train.ipynb"})
        assert (got, answer["status"]) == (status, "error")
        assert KEY not in json.dumps(answer)


# Managers that block are deprecated, and many servers have one.
@pytest.mark.filterwarnings("ignore:The synchronous ContentsManager:DeprecationWarning")
class TestBlockingFiles:
    @pytest.fixture
    def jp_server_config(self) -> dict[str, Any]:
        return {
            "ServerApp": {
                "jpserver_extensions": {"mlsec_lab": True, "jupyter_server_terminals": False},
                "allow_unauthenticated_access": False,
                "contents_manager_class": FileContentsManager,
            }
        }

    async def test_scans_with_a_manager_that_blocks(self, ask: Ask, jp_root_dir: Path) -> None:
        save(jp_root_dir, "train.ipynb", f'key = "{KEY}"')
        status, report = await ask("POST", "scan", {"path": "train.ipynb"})
        assert (status, [place[:3] for place in places(report)]) == (200, [("train.ipynb", 0, 1)])
