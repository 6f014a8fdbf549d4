from __future__ import annotations

import re
import unicodedata

import pytest
from inline_snapshot import snapshot

from mlsec_lab.core.report import CheckRow, Suppressed
from mlsec_lab.formats import render_table

from .support import FINDINGS, KEY, full, report


def test_a_report_with_everything() -> None:
    assert render_table(full(), width=120) == snapshot("""\
train.ipynb
  critical  cell 4 2:11             OpenAI API key in a code cell  sk-proj-…Ysgz
            secret/openai-api-key · high confidence · mf1:11111111111111111111111111111111
            Rotate it first.
  high      cell 1 output 2 5:1     Password in an output  ••••••••
            secret/password · high confidence · mf1:22222222222222222222222222222222
            Rotate it first.

sub/b c.ipynb
  medium    notebook metadata 1:1   Password in the notebook's metadata  ••••••••
            secret/password · medium confidence · mf1:33333333333333333333333333333333
  low       cell 10 attachment 7:3  OpenAI API key in an attachment  sk-proj-…Ysgz
            secret/openai-api-key · high confidence · mf1:44444444444444444444444444444444
            Rotate it first.

a\\u{7}\\u{1b}[31m\\u{1b}]0;x\\u{9b}\\u{202e}\\u{200b}\\u{a}[x](y) {0}.ipynb
  high      the file                The file is not JSON.
            notebook/unreadable · high confidence · mf1:55555555555555555555555555555555
            Restore the file.

5 findings (1 critical, 2 high, 1 medium, 1 low) in 3 notebooks, 1,012 cells, 48.1 MB. 2 more below the confidence asked
for (--min-confidence low lists them). 3 suppressed by waivers, comments or a baseline.
The scan is incomplete.
  Failed: secret: a\\u{7}\\u{1b}[31m\\u{1b}]0;x\\u{9b}\\u{202e}\\u{200b}\\u{a}[x](y) {0}.ipynb: it took too long
Not checked: pii, code. Not part of this version.
Not checked: pii/images. 2 images are not read. Enable it with: mlsec enable images
""")


def test_nothing_found() -> None:
    assert render_table(report(), width=100) == snapshot("""\
No findings in 3 notebooks, 1,012 cells, 48.1 MB.
Not checked: pii. Not part of this version.
""")


def test_one_finding_on_a_narrow_terminal() -> None:
    assert render_table(report(KEY), width=40) == snapshot("""\
train.ipynb
  critical  cell 4 2:11             \n\
OpenAI API key in a code cell  \n\
sk-proj-…Ysgz
            secret/openai-api-key · high
confidence · \n\
mf1:11111111111111111111111111111111
            Rotate it first.

1 finding (1 critical) in 3 notebooks, \n\
1,012 cells, 48.1 MB.
Not checked: pii. Not part of this \n\
version.
""")


def test_colour_repeats_what_words_say() -> None:
    coloured = render_table(report(*FINDINGS), width=120, colour=True)
    assert "\x1b[1;37;41mcritical\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_table(report(*FINDINGS), width=120)


@pytest.mark.parametrize("width", [20, 80, 300, None])
def test_no_control_character_reaches_the_terminal(width: int | None) -> None:
    text = render_table(full(), width=width).replace("\n", "")
    assert {unicodedata.category(character) for character in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


def test_markup_and_emoji_codes_are_text() -> None:
    odd = report(checks=(CheckRow("[red]x[/]", "failed", ":smile: [link=http://a]"),), complete=False)
    assert "Failed: [red]x[/]: :smile: [link=http://a]" in render_table(odd)


def test_the_worst_comes_first_within_a_notebook() -> None:
    lines = [
        line.split()[0] for line in render_table(full(), width=200).splitlines() if line.startswith("  ") and line[2] != " "
    ]
    assert lines == ["critical", "high", "medium", "low", "high", "Failed:"]


def test_singular_and_plural() -> None:
    kept = (Suppressed(KEY.fingerprint, KEY.rule_id, "a", "baseline"),)
    assert "1 finding (1 critical) in 3 notebooks" in render_table(report(KEY))
    assert "1 suppressed by waivers, comments or a baseline." in render_table(report(suppressed=kept), width=200)
