from __future__ import annotations

from pathlib import Path

import pytest

from mlsec_lab.core.errors import UsageError
from mlsec_lab.magics.options import Options, help_text, parse_line


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", Options("scan")),
        ("scan", Options("scan")),
        ("scan a.ipynb", Options("scan", "a.ipynb")),
        ("scan 'my work/a b.ipynb'", Options("scan", "my work/a b.ipynb")),
        ("scan ~/a.ipynb", Options("scan", str(Path.home() / "a.ipynb"))),
        ("--copy session", Options("scan", None, "session")),
        ("rules", Options("rules")),
        ("--help", Options("help")),
        ("scan -h", Options("help")),
    ],
)
def test_lines(line: str, options: Options) -> None:
    assert parse_line(line) == options


@pytest.mark.parametrize("line", ["bogus", "scan a b", "--copy maybe", "--nothing", "rules a.ipynb", "scan 'a"])
def test_wrong_lines_point_to_the_help(line: str) -> None:
    with pytest.raises(UsageError, match="Try: %mlsec --help"):
        parse_line(line)


def test_the_help_names_every_word_and_option() -> None:
    text = help_text()
    for word in ("%mlsec", "scan", "rules", "path", "--copy", "auto", "saved", "session", "--help", ".frame"):
        assert word in text
