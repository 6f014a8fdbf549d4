"""What every regular expression of ours keeps to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "mlsec_lab"
SOURCES = sorted(path for ending in ("py", "toml") for path in PACKAGE.rglob(f"*.{ending}"))
_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+(?!\+)")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_possessive_group(path: Path) -> None:
    """Before Python 3.11.5 they lose matches where the group can backtrack (gh-106052); atomic groups do not."""
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if _POSSESSIVE_GROUP.search(line)] == []


def test_the_check_sees_one() -> None:
    assert _POSSESSIVE_GROUP.search(r"(?:a|b(?!c))*+d")
    assert _POSSESSIVE_GROUP.search(r"(?:a|b){4,600}+d")
    assert not _POSSESSIVE_GROUP.search(r"(?>(?:a|b){4,600})d[^x]*+")
