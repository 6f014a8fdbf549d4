from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine.find import find_notebooks, shown_path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "b.ipynb", "a.ipynb", "x.py", "sub/c.ipynb", "sub/deep/d.ipynb", ".venv/v.ipynb", "node_modules/n.ipynb",
        ".git/g.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "sub/.ipynb_checkpoints/c.ipynb", "data/e.ipynb",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    return tmp_path


def names(tree: Path, *paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    policy = Policy(root=str(tree), exclude=exclude)
    found = find_notebooks([str(tree / path) for path in paths], policy)
    return [shown_path(path, policy) for path in found]


def test_a_folder_is_searched_in_order_without_what_tools_put_there(tree: Path) -> None:
    assert names(tree, ".") == ["a.ipynb", "b.ipynb", "data/e.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb"]


def test_each_notebook_comes_once(tree: Path) -> None:
    assert names(tree, "sub/c.ipynb", "sub", "sub/../sub/c.ipynb") == ["sub/c.ipynb", "sub/deep/d.ipynb"]


def test_a_named_file_or_folder_is_taken_whatever_its_name(tree: Path) -> None:
    assert names(tree, "x.py", ".venv/v.ipynb") == ["x.py", ".venv/v.ipynb"]
    assert names(tree, ".ipynb_checkpoints") == [".ipynb_checkpoints/a-checkpoint.ipynb"]


def test_globs(tree: Path) -> None:
    assert names(tree, "*.ipynb") == ["a.ipynb", "b.ipynb"]
    assert names(tree, "sub/**/*.ipynb") == ["sub/c.ipynb", "sub/deep/d.ipynb"]
    assert names(tree, "**/*.ipynb") == ["a.ipynb", "b.ipynb", "data/e.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb"]
    assert names(tree, "s*") == ["sub/c.ipynb", "sub/deep/d.ipynb"]
    assert names(tree, "[ab].ipynb", exclude=("b.*",)) == ["a.ipynb"]
    assert names(tree, ".ven?/*.ipynb") == []


def test_a_name_with_marks_of_globs_is_a_file_where_there_is_one(tree: Path) -> None:
    (tree / "what[1].ipynb").write_text("{}")
    assert names(tree, "what[1].ipynb") == ["what[1].ipynb"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("data", ["a.ipynb", "b.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb"]),
        ("data/", ["a.ipynb", "b.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb"]),
        ("sub/*", ["a.ipynb", "b.ipynb", "data/e.ipynb"]),
        ("[a-d].ipynb", ["data/e.ipynb"]),
        ("sub/deep/d.ipynb", ["a.ipynb", "b.ipynb", "data/e.ipynb", "sub/c.ipynb"]),
    ],
)
def test_the_policy_excludes(tree: Path, pattern: str, left: list[str]) -> None:
    assert names(tree, ".", exclude=(pattern,)) == left


@pytest.mark.parametrize("name", ["none.ipynb", "none", "none*.ipynb", "", "s3://bucket/a.ipynb"])
def test_what_does_not_exist_is_bad_usage(tree: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        find_notebooks([str(tree / "x" / name) if name else ""], Policy(root=str(tree)))


def test_links_to_folders_are_not_followed_and_loops_end(tree: Path) -> None:
    (tree / "sub" / "loop").symlink_to(tree)
    (tree / "self.ipynb").symlink_to(tree / "self.ipynb")
    (tree / "gone.ipynb").symlink_to(tree / "nowhere")
    assert names(tree, ".") == [
        "a.ipynb", "b.ipynb", "gone.ipynb", "self.ipynb", "data/e.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb",
    ]  # fmt: skip
    assert names(tree, "**/c.ipynb") == ["sub/c.ipynb"]


def test_a_folder_named_like_a_notebook_is_one_input(tree: Path) -> None:
    (tree / "sub" / "odd.ipynb").mkdir()
    (tree / "sub" / "odd.ipynb" / "in.ipynb").write_text("{}")
    assert names(tree, "sub") == ["sub/c.ipynb", "sub/odd.ipynb", "sub/deep/d.ipynb"]
    assert names(tree, "sub/odd.ipynb") == ["sub/odd.ipynb"]


def test_a_folder_that_cannot_be_listed_is_an_input(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tree, "sub") == ["sub/c.ipynb", "sub/deep"]


def test_paths_are_shown_from_the_root_in_composed_form(tree: Path) -> None:
    policy = Policy(root=str(tree / "sub"))
    assert shown_path(tree / "sub" / "deep" / ".." / "c.ipynb", policy) == "c.ipynb"
    assert shown_path(tree / "a.ipynb", policy) == (tree / "a.ipynb").as_posix()
    assert shown_path(tree / "sub" / "cafe\u0301.ipynb", policy) == "caf\u00e9.ipynb"
    assert shown_path(Path(os.fsdecode(bytes(tree / "sub") + b"/\xe9.ipynb")), policy) == "\ufffd.ipynb"
