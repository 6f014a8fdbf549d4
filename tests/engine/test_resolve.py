from __future__ import annotations

from itertools import pairwise

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.resolve import Hit, resolve
from tests.engine.support import code, moved, output, pattern_rule, token


def rule(name: str, specificity: str = "provider") -> Rule:
    return pattern_rule(name, "x", specificity=specificity)


def hit(of: Rule, start: int, end: int, surface: Surface | None = None, value: str = "v") -> Hit:
    place = surface or code("x" * 100)[1]
    return Hit(place, of, Match(of.id, start, end, value), start, end)


def spans(hits: list[Hit]) -> list[tuple[str, int, int]]:
    return [(hit.rule.id, hit.start, hit.end) for hit in resolve(hits)]


def test_the_most_specific_wins_then_the_longer_then_the_earlier() -> None:
    order = [
        rule("secret/a", "provider"),
        rule("secret/b", "url"),
        rule("secret/c", "named"),
        rule("secret/d", "generic"),
        rule("secret/e", "entropy"),
        rule("pii/f", "pii"),
    ]
    for better, worse in pairwise(order):
        assert spans([hit(worse, 0, 50), hit(better, 10, 20)]) == [(better.id, 10, 20)]
    same = order[0]
    assert spans([hit(same, 0, 10), hit(same, 5, 30)]) == [("secret/a", 5, 30)]
    assert spans([hit(same, 10, 20), hit(same, 5, 15)]) == [("secret/a", 5, 15)]


def test_neighbours_that_do_not_overlap_are_both_kept_in_order() -> None:
    one = rule("secret/a")
    assert spans([hit(one, 30, 40), hit(one, 10, 20), hit(one, 20, 30)]) == [
        ("secret/a", 10, 20),
        ("secret/a", 20, 30),
        ("secret/a", 30, 40),
    ]


def test_empty_spans_at_one_place_are_one() -> None:
    one = rule("secret/a")
    assert spans([hit(one, 5, 5), hit(one, 5, 5)]) == [("secret/a", 5, 5)]


def test_two_readings_of_one_string_are_one_place() -> None:
    surface = output("<b>v</b>", "text/html")
    first, second = rule("secret/a", "named"), rule("secret/b", "provider")
    assert spans([hit(first, 3, 4, surface), hit(second, 3, 4, surface)]) == [("secret/b", 3, 4)]


def test_other_places_do_not_overlap() -> None:
    one = rule("secret/a")
    surface = code("x" * 100)[1]
    key = moved(surface, is_key=True)
    assert len(resolve([hit(one, 0, 10, surface), hit(one, 0, 10, key)])) == 2


def test_code_findings_stand_beside_a_secret_once_for_each_rule() -> None:
    secret, shell = rule("secret/a"), rule("code/shell-injection")
    assert spans([hit(shell, 0, 50), hit(secret, 10, 20), hit(shell, 0, 50)]) == [
        ("code/shell-injection", 0, 50),
        ("secret/a", 10, 20),
    ]


def test_the_plain_and_html_twins_of_an_output_are_one() -> None:
    one = rule("secret/a")
    plain, page = output("v", "text/plain"), output("<p>v</p>", "text/html")
    assert spans([hit(one, 0, 1, plain), hit(one, 3, 4, page)]) == [("secret/a", 0, 1)]
    assert spans([hit(one, 0, 1, plain), hit(one, 3, 4, page, "w")]) == [("secret/a", 0, 1), ("secret/a", 3, 4)]


def test_the_twin_that_knows_more_or_shows_more_is_kept() -> None:
    plain, page = output("v", "text/plain"), output("v v", "text/html")
    generic, named = rule("secret/g", "generic"), rule("secret/n", "named")
    assert spans([hit(generic, 0, 1, plain), hit(named, 3, 4, page)]) == [("secret/n", 3, 4)]
    assert spans([hit(named, 0, 1, plain), hit(named, 0, 1, page), hit(named, 2, 3, page)]) == [
        ("secret/n", 0, 1),
        ("secret/n", 2, 3),
    ]


def test_json_and_markdown_forms_and_other_outputs_are_no_twins() -> None:
    one = rule("secret/a")
    surfaces = [
        output("v", "text/plain"),
        output("v", "application/json"),
        output("v", "text/markdown"),
        output("v", "text/html", number=1),
        output("v", "text/html", index=1),
    ]
    assert len(resolve([hit(one, 0, 1, surface) for surface in surfaces])) == 5


def test_many_overlaps_are_resolved_in_one_pass() -> None:
    one = rule("secret/a")
    hits = [hit(one, 10 * place, 10 * place + 5) for place in range(30_000)]
    assert len(resolve([*hits, *hits])) == 30_000


def test_a_hit_shows_no_text() -> None:
    value = token()
    surface = code(f"x = '{value}'")[1]
    shown = repr(hit(rule("secret/a"), 5, 5 + len(value), surface, value))
    assert value[5:13] not in shown
    assert Family("secret", ()).candidates(surface) == ()
