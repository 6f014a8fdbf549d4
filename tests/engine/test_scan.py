from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from mlsec_lab.core.errors import OversizedError, UnreadableError
from mlsec_lab.core.location import OffsetMap, Place, Run
from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Limits, Policy, Waiver
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.finding import FIXED_MASK
from mlsec_lab.engine.scan import NotebookScan, failed_scan, surface_count
from mlsec_lab.readers import decode_notebook
from tests.canary import pieces
from tests.engine.support import CHECK, PREFIX, TOKEN, cell_json, moved, notebook, notebook_json, output, scan, token
from tests.fakes import password


def place_of(result: NotebookScan, number: int = 0) -> tuple[Any, ...]:
    place = result.findings[number].location
    return place.cell_index, place.line, place.column, place.end_line, place.end_column


def test_a_finding_says_what_where_and_what_next() -> None:
    value = token()
    rule = replace(TOKEN, remediation="Rotate it.", references=("https://example.org",))
    book = notebook("a = 1", f"b = 2\n\U0001f600 x = '{value}'")
    result = scan(book, None, Family("secret", (rule,)), path="sub/n.ipynb")
    [finding] = result.findings
    assert place_of(result) == (1, 2, 8, 2, 8 + len(value))
    assert (finding.rule_id, finding.category, finding.severity, finding.confidence) == (
        "secret/zz-token",
        "secret",
        "critical",
        "high",
    )
    assert finding.message == "ZZ token in a code cell"
    assert finding.preview == f"{PREFIX}…{value[-4:]}"
    assert (finding.location.path, finding.location.cell_id, finding.location.surface) == ("sub/n.ipynb", "c1", "source")
    assert (finding.remediation, finding.references) == ("Rotate it.", ("https://example.org",))
    assert (result.input.path, result.input.cells, result.input.status, result.surfaces) == ("sub/n.ipynb", 2, "scanned", 2)
    assert finding.location.file_line is None


def test_a_short_values_end_is_told_on_screen_only() -> None:
    book = notebook("pass='plum!7'")
    assert place_of(scan(book)) == (0, 1, 7, None, None)
    assert place_of(scan(book, spans=True)) == (0, 1, 7, 1, 13)
    assert scan(book).findings[0].preview == FIXED_MASK


def test_a_value_over_several_lines() -> None:
    rule = Rule(
        id="secret/block", title="Block", severity="low", check_surface=lambda _: [Match("secret/block", 4, 12, "b\nc\n")]
    )
    assert place_of(scan(notebook("x = 'b\nc\nd'"), None, Family("secret", (rule,)), spans=True)) == (0, 1, 5, 3, 3)


def test_the_raw_span_is_told_where_text_was_undone() -> None:
    value = token()
    raw = f"a\n\x1b[31m{value}\x1b[0m"
    start = raw.index(value)
    offsets = OffsetMap((Run(0, 0, 2, True), Run(2, start, len(value), True)))
    surface = replace(output(raw, "stream/stdout"), text=f"a\n{value}", offsets=offsets)
    result = scan(notebook("x", extra=[surface]))
    assert place_of(result) == (0, 2, 6, 2, 6 + len(value))
    assert result.findings[0].message == "ZZ token in an output"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, "a code cell"),
        ({"kind": "attachment"}, "an attachment"),
        ({"kind": "metadata"}, "a cell's metadata"),
        ({"kind": "metadata", "cell_index": None, "cell_id": None}, "the notebook's metadata"),
    ],
)
def test_the_message_says_where(changes: dict[str, Any], where: str) -> None:
    base = notebook("x = 1")
    surface = moved(replace(base.surfaces[0], text=token(), raw=token()), **changes)
    [finding] = scan(replace(base, surfaces=(surface,))).findings
    assert finding.message == f"ZZ token in {where}"
    assert finding.location.cell_index == surface.place.cell_index


@pytest.mark.parametrize(("kind", "where"), [("markdown", "a Markdown cell"), ("raw", "a raw cell"), ("odd", "a cell")])
def test_the_message_says_which_kind_of_cell(kind: str, where: str) -> None:
    base = notebook(f"x = '{token()}'")
    [finding] = scan(replace(base, cells=(replace(base.cells[0], kind=kind),))).findings
    assert finding.message == f"ZZ token in {where}"


def test_a_match_may_say_more_than_its_rule() -> None:
    match = Match(
        "secret/x", 0, 3, "abc", severity="info", confidence="medium", message="Odd", table_column="col", properties={"n": [1]}
    )
    rule = Rule(id="secret/x", title="X", severity="high", check_surface=lambda _: [match])
    [finding] = scan(notebook("abc"), None, Family("secret", (rule,))).findings
    assert (finding.severity, finding.confidence, finding.message) == ("info", "medium", "Odd")
    assert (finding.location.table_column, finding.properties) == ("col", {"n": [1]})


def test_the_policy_rates_by_rule_before_category_before_match() -> None:
    book = notebook(f"x = '{token()}' pass='plum!7'")
    policy = Policy(severity={"secret": "low", "secret/zz-token": "info"})
    assert {f.rule_id: f.severity for f in scan(book, policy).findings} == {
        "secret/zz-token": "info",
        "secret/password": "low",
    }


def test_findings_below_the_confidence_are_counted() -> None:
    book = notebook("low='abcdef' key='ghijkl'")
    result = scan(book)
    assert ([f.rule_id for f in result.findings], result.below) == (["secret/generic-api-key"], 1)
    assert (len(scan(book, Policy(min_confidence="low")).findings), scan(book, Policy(min_confidence="low")).below) == (2, 0)
    assert (scan(book, Policy(min_confidence="high")).findings, scan(book, Policy(min_confidence="high")).below) == ((), 2)


def test_a_finding_below_the_confidence_is_not_suppressed_as_well() -> None:
    result = scan(notebook("low='abcdef'  # mlsec: ignore[secret] known"))
    assert (result.suppressed, result.below) == ((), 1)


def test_the_line_of_the_file_is_told_where_its_bytes_are_there() -> None:
    value = token()
    book = notebook_json(cell_json("a = 1"), cell_json(["b = 2\n", f"x = '{value}'\n"], "id1"))
    data = json.dumps(book, indent=1).encode()
    [finding] = scan(decode_notebook(data, Limits()), None, CHECK, data=data).findings
    expected = next(number for number, line in enumerate(data.decode().split("\n"), 1) if value in line)
    assert (finding.location.file_line, finding.location.line, finding.location.cell_id) == (expected, 2, "id1")


def test_fingerprints_do_not_change_with_the_place_in_a_cell_or_the_order_of_cells() -> None:
    value = token()
    one = scan(notebook(f"x = '{value}'", "y"))
    two = scan(notebook(f"# first\nz = 1\nx = '{value}'", "y"))
    assert one.findings[0].fingerprint == two.findings[0].fingerprint
    assert one.findings[0].fingerprint != scan(notebook("y", f"x = '{value}'")).findings[0].fingerprint


def test_words_of_the_notebook_that_hold_a_value_are_masked() -> None:
    value, word = token(), password()
    surface = Surface(Place("output", ("cells", 0, "o"), 0, f"id-{value}", 0, f"application/x-{value}"), value, value)
    match = Match(
        "secret/own", 0, 6, word, message=f"Saw {word}", table_column=word, properties={"file": f"{value}.bin", "n": 2}
    )
    own = Rule(id="secret/own", title="Own", severity="low", check_surface=lambda s: [match] if "own" in s.text else [])
    result = scan(notebook(f"own = '{value}'  # mlsec: ignore[secret/zz-token] {value} {word}", extra=[surface]), None,
                  Family("secret", (TOKEN, own)), path=f"dir/{value}.ipynb")  # fmt: skip
    shown = repr(result) + json.dumps(msgspec.to_builtins(result))
    for piece in pieces(value, PREFIX) | pieces(word):
        assert piece not in shown
    assert result.input.path == f"dir/{PREFIX}{FIXED_MASK}.ipynb"
    assert result.suppressed[0].reason == f"{PREFIX}{FIXED_MASK} {FIXED_MASK}"
    assert {f.location.cell_id for f in result.findings} == {"c0", f"id-{PREFIX}{FIXED_MASK}"}


def test_a_waivers_reason_that_holds_the_value_is_masked() -> None:
    value = token()
    policy = Policy(waivers=(Waiver(f"it is {value}", rule="secret"),))
    assert scan(notebook(f"x = '{value}'"), policy).suppressed[0].reason == f"it is {PREFIX}{FIXED_MASK}"


def test_lone_surrogates_do_not_stop_a_report() -> None:
    base = notebook(f"x = '{token()}'")
    surface = moved(base.surfaces[0], cell_id="a\ud800", mime_type="b\ud800")
    result = scan(replace(base, surfaces=(surface,)), path="c\ud800.ipynb")
    assert (result.findings[0].location.cell_id, result.input.path) == ("a?", "c?.ipynb")
    assert msgspec.json.encode(result)


def test_one_string_read_twice_is_one_surface() -> None:
    base = notebook("x = 1")
    assert surface_count(replace(base, surfaces=base.surfaces * 2)) == 1


def test_an_expired_waiver_lists_the_finding_and_says_so() -> None:
    waiver = Waiver("later", rule="secret/zz-token", expires=date(2020, 1, 31))
    result = scan(notebook(f"x = '{token()}'"), Policy(waivers=(waiver,)))
    assert result.suppressed == ()
    assert result.findings[0].message == "ZZ token in a code cell (its waiver expired on 2020-01-31)"


def test_a_file_that_cannot_be_read_is_a_finding() -> None:
    result = failed_scan("a/b.ipynb", UnreadableError("The file is empty."), 0)
    [finding] = result.findings
    assert (finding.rule_id, finding.severity, finding.message) == ("notebook/unreadable", "high", "The file is empty.")
    assert (finding.location.surface, finding.location.path, finding.preview) == ("file", "a/b.ipynb", "")
    assert result.input.status == "unreadable"
    assert [row.status for row in result.checks if row.check == "secret"] == ["skipped"]
    large = failed_scan("a", OversizedError("Too long.", hint="Cut it."), 9)
    assert (large.findings[0].rule_id, large.findings[0].remediation) == ("notebook/oversized", "Cut it.")
    assert (large.input.status, large.input.bytes) == ("limited", 9)


def test_an_empty_notebook() -> None:
    result = scan(Notebook((), (), 0))
    assert (result.findings, result.surfaces, result.input.cells) == ((), 0, 0)


def test_many_findings_in_one_long_text() -> None:
    text = "\n".join(f"line {token(number)}" for number in range(3000))
    result = scan(notebook("x", extra=[output(text, "stream/stdout")]))
    assert [(f.location.line, f.location.column) for f in result.findings] == [(n, 6) for n in range(1, 3001)]
