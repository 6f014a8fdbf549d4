from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mlsec_lab.core.errors import UnreadableError
from mlsec_lab.core.policy import Policy, Waiver
from mlsec_lab.core.report import Suppressed
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.finding import fingerprint, tag
from mlsec_lab.engine.report import merge
from mlsec_lab.engine.scan import NotebookScan, failed_scan
from mlsec_lab.engine.suppress import InlineWaiver, inline_waivers
from tests.engine.support import notebook, output, pattern_rule, scan, token

TODAY = datetime.now(UTC).date()
LINE = "pass='plum!7'"


def kept_off(result: NotebookScan) -> list[tuple[str, str, str | None, str | None]]:
    return [(row.rule_id, row.by, row.reason, row.expires) for row in result.suppressed]


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# mlsec: ignore[secret/password] used in a test", "used in a test"),
        ("# mlsec: ignore[secret] all", "all"),
        ("# mlsec: ignore[secret/zz-token, secret/password]", None),
        ("#mlsec:ignore[secret/password]", None),
        ("# why # mlsec: ignore[secret/password]   spaced  ", "spaced"),
        ("# mlsec: ignore[secret/zz-token] one # mlsec: ignore[secret/password] two", "two"),
    ],
)
def test_an_inline_comment_on_the_same_line(comment: str, reason: str | None) -> None:
    result = scan(notebook(f"a = 1\n{LINE}  {comment}\nb = 2"))
    assert result.findings == ()
    assert kept_off(result) == [("secret/password", "inline", reason, None)]
    assert result.suppressed[0].fingerprint.startswith("mf1:")
    assert result.suppressed[0].path == "n.ipynb"


@pytest.mark.parametrize(
    "source",
    [
        f"{LINE}  # mlsec: ignore",
        f"{LINE}  # mlsec: ignore[]",
        f"{LINE}  # mlsec: ignore[*]",
        f"{LINE}  # mlsec: ignore[secret/zz-token]",
        f"{LINE}  # mlsec: ignore[pii]",
        f"# mlsec: ignore[secret/password]\n{LINE}",
        f"{LINE}\n# mlsec: ignore[secret/password]",
        f"{LINE}  mlsec: ignore[secret/password]",
    ],
)
def test_what_is_no_inline_waiver(source: str) -> None:
    result = scan(notebook(source))
    assert ([f.rule_id for f in result.findings], result.suppressed) == (["secret/password"], ())


def test_an_inline_comment_counts_in_trusted_folders_only() -> None:
    result = scan(notebook(f"{LINE}  # mlsec: ignore[secret]"), Policy(trusted=False))
    assert ([f.rule_id for f in result.findings], result.suppressed) == (["secret/password"], ())


def test_an_inline_comment_counts_in_sources_only() -> None:
    result = scan(notebook("x", extra=[output(f"{LINE}  # mlsec: ignore[secret]", "stream/stdout")]))
    assert [f.rule_id for f in result.findings] == ["secret/password"]


@pytest.mark.parametrize("category", ["content", "model", "notebook"])
def test_an_inline_comment_never_silences_some_categories(category: str) -> None:
    family = Family("x", (pattern_rule(f"{category}/x", "evil"),))
    result = scan(notebook(f"evil  # mlsec: ignore[{category}/x, {category}] no"), None, family)
    assert [f.rule_id for f in result.findings] == [f"{category}/x"]


def test_a_value_over_several_lines_has_its_comment_on_the_first_or_the_last() -> None:
    raw = "a = '''BEGIN\nmid  # mlsec: ignore[no]\nEND'''  # mlsec: ignore[last] z\nb  # mlsec: ignore[after]"
    start, end = raw.index("BEGIN"), raw.index("END") + 3
    assert inline_waivers(raw, start, end) == [InlineWaiver(frozenset({"last"}), "z")]
    first = "a = '''  # mlsec: ignore[first] y\nEND'''"
    assert inline_waivers(first, 4, len(first)) == [InlineWaiver(frozenset({"first"}), "y")]
    assert inline_waivers("x\n# mlsec: ignore[a]\n", 0, 2) == []


def test_long_comments_are_cut() -> None:
    [waiver] = inline_waivers("x # mlsec: ignore[secret] " + "y" * 500, 0, 1)
    assert waiver.reason == "y" * 200


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver("ok", rule="secret/password"),
        Waiver("ok", rule="secret"),
        Waiver("ok", path="n.ipynb"),
        Waiver("ok", path="*.ipynb", rule="secret"),
        Waiver("ok", rule="secret", expires=TODAY),
        Waiver("ok", rule="secret", expires=TODAY + timedelta(days=1)),
    ],
)
def test_a_waiver_that_matches(waiver: Waiver) -> None:
    result = scan(notebook(LINE), Policy(waivers=(waiver,)))
    assert result.findings == ()
    assert kept_off(result) == [("secret/password", "waiver", "ok", waiver.expires.isoformat() if waiver.expires else None)]


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver("no", rule="secret/zz-token"),
        Waiver("no", rule="secret", path="other/*.ipynb"),
        Waiver("no", fingerprint="mf1:" + "0" * 32),
        Waiver("no", path="N.ipynb"),
    ],
)
def test_a_waiver_that_does_not_match(waiver: Waiver) -> None:
    result = scan(notebook(LINE), Policy(waivers=(waiver,)))
    assert ([f.message for f in result.findings], result.suppressed) == (["Password in a code cell"], ())


def test_a_waiver_for_a_fingerprint() -> None:
    [finding] = scan(notebook(LINE)).findings
    result = scan(notebook(LINE, "pass='fig!88'"), Policy(waivers=(Waiver("ok", fingerprint=finding.fingerprint),)))
    assert [f.location.cell_index for f in result.findings] == [1]


def test_a_waiver_that_expired_yesterday_lists_the_finding_again() -> None:
    day = TODAY - timedelta(days=1)
    result = scan(notebook(LINE), Policy(waivers=(Waiver("ok", rule="secret", expires=day),)))
    assert [f.message for f in result.findings] == [f"Password in a code cell (its waiver expired on {day.isoformat()})"]
    both = Policy(waivers=(Waiver("old", rule="secret", expires=day), Waiver("new", rule="secret/password")))
    assert kept_off(scan(notebook(LINE), both)) == [("secret/password", "waiver", "new", None)]


def test_the_inline_comment_comes_before_the_waiver() -> None:
    policy = Policy(waivers=(Waiver("by file", rule="secret"),))
    assert kept_off(scan(notebook(f"{LINE}  # mlsec: ignore[secret] here"), policy))[0][1:3] == ("inline", "here")


def test_a_renamed_rule_keeps_its_waivers() -> None:
    renamed = pattern_rule("secret/new-name", "zz9", aliases=("secret/old-name",))
    old = fingerprint("secret/old-name", "n.ipynb", "c0", "source", tag("zz9"))
    for waiver in (Waiver("ok", rule="secret/old-name"), Waiver("ok", fingerprint=old)):
        result = scan(notebook("zz9"), Policy(waivers=(waiver,)), Family("secret", (renamed,)))
        assert kept_off(result) == [("secret/new-name", "waiver", "ok", None)]
    result = scan(notebook("zz9  # mlsec: ignore[secret/old-name]"), None, Family("secret", (renamed,)))
    assert kept_off(result) == [("secret/new-name", "inline", None, None)]


def test_nothing_silences_a_notebook_that_cannot_be_read() -> None:
    policy = Policy(
        ignore=("notebook", "notebook/unreadable"),
        severity={"notebook/unreadable": "info", "notebook": "info"},
        waivers=(Waiver("no", rule="notebook/unreadable"), Waiver("no", path="*", expires=date(2999, 1, 1))),
    )
    report = merge([failed_scan("n.ipynb", UnreadableError("Broken."), 1)], policy, 0.0)
    assert [(f.rule_id, f.severity) for f in report.findings] == [("notebook/unreadable", "high")]
    assert report.suppressed == ()


def test_a_suppressed_finding_tells_no_value() -> None:
    value = token()
    result = scan(notebook(f"x = '{value}'  # mlsec: ignore[secret]"))
    assert isinstance(result.suppressed[0], Suppressed)
    assert value[3:11] not in repr(result)


def test_a_waiver_for_a_rule_named_notebook_is_void_even_for_found_ones() -> None:
    rule = Rule(id="notebook/odd", title="Odd", severity="low", check_surface=lambda _: [Match("notebook/odd", 0, 1, "x")])
    result = scan(notebook("x = 1"), Policy(waivers=(Waiver("no", path="*"),)), Family("notebook", (replace(rule),)))
    assert [f.rule_id for f in result.findings] == ["notebook/odd"]
