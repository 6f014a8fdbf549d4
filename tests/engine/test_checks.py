from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.cache import MatchCache
from mlsec_lab.engine.checks import NOT_BUILT, collect, images_row, needs_whole, unread_rows
from tests.engine.support import CHECK, TOKEN, broken_rule, notebook, pattern_rule, scan, token


def own_row(rows: Iterable[CheckRow]) -> CheckRow:
    return next(row for row in rows if row.check == "secret")


@pytest.mark.parametrize("error", [ValueError, KeyError, RecursionError, AssertionError])
def test_a_rule_that_raises_is_told_by_name_and_type_and_stops_no_other(error: type[Exception]) -> None:
    value = token()
    broken = broken_rule("secret/broken", error)
    result = scan(notebook(f"x = '{value}'"), None, Family("secret", (broken, TOKEN)))
    assert [finding.rule_id for finding in result.findings] == ["secret/zz-token"]
    row = own_row(result.checks)
    assert (row.status, row.reason) == ("failed", f"secret/broken raised {error.__name__}")


def test_a_rule_that_raises_halfway_keeps_none_of_its_matches_twice() -> None:
    def half(surface: Surface) -> Iterator[Match]:
        yield Match("secret/half", 0, 1, surface.text[0])
        raise OSError(surface.text)

    rule = Rule(id="secret/half", title="Half", severity="low", check_surface=half)
    cache = MatchCache(b"k", "1")
    for _ in range(2):
        result = scan(notebook("x = 1"), None, Family("secret", (rule,)), cache=cache)
        assert own_row(result.checks).reason == "secret/half raised OSError"
        assert [finding.rule_id for finding in result.findings] == ["secret/half"]
    assert len(cache) == 0


def test_running_out_of_memory_is_not_a_broken_rule() -> None:
    with pytest.raises(MemoryError):
        scan(notebook("x = 1"), None, Family("secret", (broken_rule("secret/broken", MemoryError),)))


def test_without_its_gate_a_check_runs_every_rule() -> None:
    def gate(surface: Surface) -> Iterable[Rule]:
        raise ValueError(surface.text)

    result = scan(notebook(f"x = '{token()}'"), None, Family("secret", (TOKEN,), gate))
    assert [finding.rule_id for finding in result.findings] == ["secret/zz-token"]
    row = own_row(result.checks)
    assert (row.status, row.reason) == ("failed", "the gate of secret raised ValueError")


def test_only_the_gates_rules_run() -> None:
    result = scan(notebook(f"x = '{token()}'"), None, Family("secret", (TOKEN,), lambda _: ()))
    assert (result.findings, own_row(result.checks).status) == ((), "ran")


def whole_rule(fail: bool = False) -> Rule:
    def check(book: Notebook) -> Iterator[tuple[Surface, Match]]:
        if fail:
            raise ValueError(book.surfaces[0].text)
        for surface in book.surfaces:
            yield surface, Match("secret/whole", 0, 1, surface.text[:1])

    return Rule(id="secret/whole", title="Whole", severity="low", check_notebook=check)


def test_a_rule_may_read_the_whole_notebook() -> None:
    family = Family("secret", (whole_rule(),))
    result = scan(notebook("a = 1", "b = 2"), None, family)
    assert [(f.rule_id, f.location.cell_index, f.location.column) for f in result.findings] == [
        ("secret/whole", 0, 1),
        ("secret/whole", 1, 1),
    ]
    assert needs_whole([family])
    assert not needs_whole([CHECK])
    assert collect(notebook("a = 1"), [family], whole=False).hits == ()


def test_a_whole_rule_that_raises_is_told() -> None:
    result = scan(notebook(f"x = '{token()}'"), None, Family("secret", (whole_rule(fail=True), TOKEN)))
    assert [finding.rule_id for finding in result.findings] == ["secret/zz-token"]
    assert own_row(result.checks).reason == "secret/whole raised ValueError"


def test_one_hook_may_speak_for_several_rules() -> None:
    def check(surface: Surface) -> Iterator[Match]:
        yield Match("secret/second", 0, 3, "one")
        yield Match("secret/nobody", 4, 7, "two")

    first = Rule(id="secret/first", title="First", severity="low", check_surface=check)
    second = Rule(id="secret/second", title="Second", severity="high")
    result = scan(notebook("one two"), None, Family("secret", (first, second)))
    assert [(f.rule_id, f.severity) for f in result.findings] == [("secret/second", "high"), ("secret/first", "low")]


def test_a_span_outside_the_text_is_cut() -> None:
    rule = Rule(id="secret/x", title="X", severity="low", check_surface=lambda _: [Match("secret/x", -5, 99, "abc")])
    [finding] = scan(notebook("abc"), None, Family("secret", (rule,)), spans=True).findings
    assert (finding.location.column, finding.location.end_column) == (1, 4)


def test_what_this_version_does_not_check_is_said() -> None:
    rows = scan(notebook("x = 1")).checks
    assert [(row.check, row.status) for row in rows] == [("secret", "ran"), *((name, "skipped") for name in NOT_BUILT)]
    assert {row.reason for row in rows[1:]} == {"Not part of this version."}
    assert {"pii", "code", "content", "model", "dependency/vulnerable"} <= set(NOT_BUILT)


def test_no_memory_is_never_a_broken_gate_or_whole_rule() -> None:
    def nothing_left(_: object) -> list[Rule]:
        raise MemoryError

    whole = Rule(id="secret/w", title="W", severity="low", check_notebook=lambda _: iter(nothing_left(None) and ()))
    for family in (Family("secret", (TOKEN,), nothing_left), Family("secret", (whole,))):
        with pytest.raises(MemoryError):
            scan(notebook("x = 1"), None, family)


def test_a_family_that_is_there_is_not_said_to_be_missing() -> None:
    pii = Family("pii", (pattern_rule("pii/email", "x@y"),))
    rows = scan(notebook("x = 1"), None, CHECK, pii).checks
    assert [row.status for row in rows if row.check == "pii"] == ["ran"]


@pytest.mark.parametrize("policy", [Policy(select=("pii",)), Policy(ignore=("secret",))])
def test_a_check_that_the_policy_leaves_out_is_skipped(policy: Policy) -> None:
    result = scan(notebook(f"x = '{token()}'"), policy)
    assert result.findings == ()
    assert (own_row(result.checks).status, own_row(result.checks).reason) == ("skipped", "The policy does not select it.")


def test_rows_of_what_nobody_could_read_and_of_media() -> None:
    assert own_row(unread_rows()) == CheckRow("secret", "skipped", "No notebook was read.")
    assert images_row(1).reason == "1 image or other media value is not read."
    assert images_row(1200).reason == "1,200 images and other media values are not read."


def test_former_names_select_ignore_and_rate_a_rule() -> None:
    renamed = pattern_rule("secret/new-name", "zz", aliases=("secret/old-name",))
    family = Family("secret", (renamed,))
    book = notebook("zz")
    assert scan(book, Policy(ignore=("secret/old-name",)), family).findings == ()
    [finding] = scan(book, Policy(select=("secret/old-name",), severity={"secret/old-name": "low"}), family).findings
    assert (finding.rule_id, finding.severity) == ("secret/new-name", "low")
