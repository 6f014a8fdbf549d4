from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mlsec_lab.core.errors import ConfigError
from mlsec_lab.engine.policy_file import PolicyFile, read_policy_file, read_pyproject

FULL = """\
select = ["secret"]
ignore = ["secret/jwt"]
fail-on = "low"
min-confidence = "high"
require = ["secret"]
allow-incomplete = true
exclude = ["data/*"]
baseline = "sub/base.json"

[severity]
"secret/password" = "low"

[limits]
max-bytes = 1000
max-seconds = 1.5

[[waivers]]
reason = "why"
rule = "secret/password"
path = "*.ipynb"
expires = 2027-01-31

[[waivers]]
reason = "also"
fingerprint = "mf1:0123456789abcdef0123456789abcdef"
expires = "2027-02-01"
"""


def file(folder: Path, text: str, name: str = "mlsec.toml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def settings(folder: Path, text: str, **more: Any) -> dict[str, Any]:
    return dict(read_policy_file(file(folder, text), **more).settings)


def test_every_setting(tmp_path: Path) -> None:
    assert settings(tmp_path, FULL) == {
        "select": ("secret",),
        "ignore": ("secret/jwt",),
        "fail_on": "low",
        "min_confidence": "high",
        "require": ("secret",),
        "allow_incomplete": True,
        "exclude": ("data/*",),
        "baseline": str(tmp_path / "sub" / "base.json"),
        "severity": {"secret/password": "low"},
        "limits": {"max_bytes": 1000, "max_seconds": 1.5},
        "waivers": (
            {"reason": "why", "rule": "secret/password", "path": "*.ipynb", "expires": date(2027, 1, 31)},
            {"reason": "also", "fingerprint": "mf1:0123456789abcdef0123456789abcdef", "expires": date(2027, 2, 1)},
        ),
    }


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    assert settings(tmp_path, "\ufefffail-on = 'low'\r\nselect = ['pii']\r\n") == {"fail_on": "low", "select": ("pii",)}


WRONG = [
    ("fail-on = 'often'", 1, "fail-on", "must be one of critical, high, medium, low, info, never"),
    ("\nfail-on = ['high']", 2, "fail-on", "must be one of"),
    ("min-confidence = 'never'", 1, "min-confidence", "must be one of high, medium, low"),
    ("select = 'secret'", 1, "select", "must be a list of strings"),
    ("ignore = ['a', 1]", 1, "ignore", "must be a list of strings"),
    ("exclude = ['']", 1, "exclude", "must be a list of strings"),
    ("allow-incomplete = 1", 1, "allow-incomplete", "must be true or false"),
    ("baseline = 3", 1, "baseline", "must be a string"),
    ("fail_on = 'high'", 1, "fail_on", "is not a setting"),
    ("# fine\nselect = [\n'a']\nsurprise = 1", 4, "surprise", "is not a setting"),
    ("trusted = ['/a']", 1, "trusted", "is not a setting"),
    ("severity = 'low'", 1, "severity", "must be a table"),
    ("[severity]\n'secret/x' = 'low'\n'secret/y' = 'worst'", 3, "severity.secret/y", "must be one of"),
    ("limits = 3", 1, "limits", "must be a table"),
    ("[limits]\nmax-bytes = 1.5", 2, "limits.max-bytes", "must be a whole number"),
    ("[limits]\nmax-bytes = true", 2, "limits.max-bytes", "must be a whole number"),
    ("[limits]\nmax-seconds = 'x'", 2, "limits.max-seconds", "must be a number"),
    ("[limits]\nmax-seconds = inf", 2, "limits.max-seconds", "above 0 and finite"),
    ("[limits]\nmax-seconds = nan", 2, "limits.max-seconds", "above 0 and finite"),
    ("[limits]\nmax-depth = 0", 2, "limits.max-depth", "above 0"),
    ("[limits]\nmax-memory = 1000", 2, "limits.max-memory", "at least 268435456 bytes"),
    ("[limits]\n\nmax-pages = 1", 3, "limits.max-pages", "is not a limit"),
    ("limits = { max-pages = 1 }", 1, "limits.max-pages", "is not a limit"),
    ("waivers = 'all'", 1, "waivers", "must be a list of tables"),
    ("[[waivers]]\nrule = 'secret'", 1, "waivers", "need a reason each"),
    (
        "[[waivers]]\nreason = 'a'\nrule = 'b'\n\n[[waivers]]\nreason = 'c'",
        5,
        "waivers",
        "need a rule, a path or a fingerprint",
    ),
    ("[[waivers]]\nreason = ' '\nrule = 'b'", 2, "waivers.reason", "must be a string that is not empty"),
    ("[[waivers]]\nreason = 'a'\nrule = 3", 3, "waivers.rule", "must be a string"),
    ("[[waivers]]\nreason = 'a'\nrule = 'b'\nuntil = 3", 4, "waivers.until", "is not part of a waiver"),
    ("[[waivers]]\nreason = 'a'\nrule = 'b'\nexpires = 'soon'", 4, "waivers.expires", "must be a date"),
    ("[[waivers]]\nreason = 'a'\nrule = 'b'\nexpires = 2027", 4, "waivers.expires", "must be a date"),
    ("[[waivers]]\nreason = 'a'\nrule = 'b'\nexpires = 2027-01-31T00:00:00", 4, "waivers.expires", "must be a date"),
    ("[[waivers]]\nreason = 'a'\nfingerprint = 'mf1:xyz'", 3, "waivers.fingerprint", "32 hex digits"),
    ("fail-on = 'low'\nx = [", 2, None, "not TOML"),
    ("a = 1\nb = = 2", 2, None, "not TOML"),
    ("a = 1\na = 2", 2, None, "not TOML"),
]


@pytest.mark.parametrize(("text", "line", "key", "what"), WRONG)
def test_a_complaint_names_file_line_and_key(tmp_path: Path, text: str, line: int, key: str | None, what: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_policy_file(path)
    error = caught.value
    assert (error.path, error.line, error.key) == (str(path), line, key)
    assert what in error.message
    assert str(error).startswith(f"{path}:{line}:")


def test_lines_count_from_the_top_of_a_pyproject(tmp_path: Path) -> None:
    text = "[tool.black]\nselect = 1\nfail-on = 1\n\n[tool.mlsec]\nselect = ['a']\nfail-on = 'often'\n"
    with pytest.raises(ConfigError) as caught:
        read_pyproject(file(tmp_path, text, "pyproject.toml"))
    assert (caught.value.line, caught.value.key) == (7, "fail-on")


def test_a_table_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must be a table") as caught:
        read_pyproject(file(tmp_path, "\n[tool]\nmlsec = 3\n", "pyproject.toml"))
    assert caught.value.line == 3


@pytest.mark.parametrize("text", ["[tool.black]\n", "nonsense [", "# mlsec\n[tool]\n", "tool = 1 # mlsec"])
def test_a_pyproject_without_the_table_is_none_of_our_business(tmp_path: Path, text: str) -> None:
    assert read_pyproject(file(tmp_path, text, "pyproject.toml")) is None


def test_an_empty_table_in_a_pyproject_counts(tmp_path: Path) -> None:
    path = file(tmp_path, "[tool.mlsec]\n", "pyproject.toml")
    assert read_pyproject(path) == PolicyFile(path, {}) == read_policy_file(path)


def test_a_pyproject_named_outright_may_lack_the_table(tmp_path: Path) -> None:
    assert settings(tmp_path, "") == {}
    path = file(tmp_path, "[tool]\n", "pyproject.toml")
    assert read_policy_file(path).settings == {}


def test_the_users_file_may_trust_folders(tmp_path: Path) -> None:
    assert settings(tmp_path, "trusted = ['/work', '~/src']", trusting=True) == {"trusted": ("/work", "~/src")}
    with pytest.raises(ConfigError, match="folders from the root") as caught:
        settings(tmp_path, "trusted = ['src']", trusting=True)
    assert (caught.value.line, caught.value.key) == (1, "trusted")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, what in ((tmp_path / "none.toml", "cannot be read"), (tmp_path, "not a file")):
        with pytest.raises(ConfigError, match=what) as caught:
            read_policy_file(path)
        assert caught.value.path == str(path)
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match="not a file"):
        read_policy_file(tmp_path / "pipe.toml")


def test_files_that_are_too_long_too_deep_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="more than 1,048,576 bytes"):
        read_policy_file(file(tmp_path, "#" * 1_048_577))
    with pytest.raises(ConfigError, match="too deep"):
        read_policy_file(file(tmp_path, "x = " + "[" * 100_000))
    (tmp_path / "odd.toml").write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        read_policy_file(tmp_path / "odd.toml")
    assert caught.value.line == 2


def test_a_complaint_does_not_quote_what_stands_there(tmp_path: Path) -> None:
    value = "plum-tree-9"
    for text in (f"fail-on = '{value}'", f"select = '{value}'", f"[[waivers]]\nreason = 'a'\nfingerprint = '{value}'"):
        with pytest.raises(ConfigError) as caught:
            settings(tmp_path, text)
        assert value not in str(caught.value)
