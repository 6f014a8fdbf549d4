from __future__ import annotations

import unicodedata

import pytest

from mlsec_lab.core.location import Location
from mlsec_lab.formats.clean import clean
from mlsec_lab.formats.words import cell_name, where

from .support import FINDINGS


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31m", "\\u{1b}[31m"),
        ("\x9b2J", "\\u{9b}2J"),
        ("a\r\n\tb", "a\\u{d}\\u{a}\\u{9}b"),
        ("\u202egpj.exe", "\\u{202e}gpj.exe"),
        ("\u2066\u2069\u200b\ufeff", "\\u{2066}\\u{2069}\\u{200b}\\u{feff}"),
        ("\u2028\u2029", "\\u{2028}\\u{2029}"),
        ("\ud800\ue000\U000e0041", "\\u{d800}\\u{e000}\\u{e0041}"),
        ("Größe 数据 🙂 a\u0301 \u00a0", "Größe 数据 🙂 a\u0301 \u00a0"),
    ],
)
def test_what_a_terminal_obeys_is_made_visible(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_no_control_character_is_left_of_all_there_are() -> None:
    shown = clean("".join(map(chr, range(0x3000))))
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


def test_places_in_words() -> None:
    assert [where(finding.location) for finding in FINDINGS] == [
        "cell 1 output 2 5:1",
        "cell 4 2:11",
        "notebook metadata 1:1",
        "cell 10 attachment 7:3",
        "the file",
    ]
    assert where(Location("a", 0, surface="source", line=3)) == "cell 1 3"
    assert where(Location("a", 0, surface="metadata")) == "cell 1 metadata"
    assert [cell_name(None), cell_name(0)] == ["notebook", "cell 1"]
