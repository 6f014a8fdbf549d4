"""What the rule tests share: surfaces of any kind, the rules run on them, and the contexts that values stand in."""

from __future__ import annotations

from mlsec_lab.core.location import Place, SurfaceKind
from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import CONFIDENCES, SPECIFICITIES, Match, Rule
from mlsec_lab.rules import catalogue, load_checks

from ..fakes import expand

RULES: dict[str, Rule] = {rule.id: rule for rule in catalogue()}


def surface(
    text: str,
    kind: SurfaceKind = "source",
    *,
    language: str | None = "python",
    name: str | None = None,
    mime: str | None = None,
) -> Surface:
    return Surface(Place(kind, ("cells", 0, "source"), 0, "a1", None, mime), text, text, None, language, name)


def output(text: str) -> Surface:
    return surface(text, "output", language=None, mime="stream/stdout")


def member(name: str, text: str) -> Surface:
    return surface(text, "metadata", language=None, name=name)


def matches(where: Surface) -> list[Match]:
    """What the gate and its candidates find."""
    return [match for rule in load_checks()[0].candidates(where) if rule.check_surface for match in rule.check_surface(where)]


def ungated(where: Surface) -> list[Match]:
    """What all rules find without the gate."""
    return [match for rule in load_checks()[0].rules if rule.check_surface for match in rule.check_surface(where)]


def confidence(match: Match) -> str:
    return match.confidence or RULES[match.rule_id].confidence


def listed(where: Surface, least: str = "medium") -> list[Match]:
    """The matches that a report would list, without those that a better one overlaps, in the order of the text."""
    names: tuple[str, ...] = CONFIDENCES
    chosen: list[Match] = []
    for match in sorted(matches(where), key=_rank):
        if all(match.end <= other.start or match.start >= other.end for other in chosen):
            chosen.append(match)
    chosen = [match for match in chosen if names.index(confidence(match)) <= names.index(least)]
    return sorted(chosen, key=lambda match: match.start)


def words(text: str) -> list[str]:
    """A long list of words, written as text."""
    return text.split()


def marked(example: str, seed: object = 0) -> tuple[str, str]:
    """An expanded example's text and the value in it: what stands between the marks, else all of it."""
    text = expand(example, seed)
    value = text.partition("⟦")[2].partition("⟧")[0] or text
    return text.replace("⟦", "").replace("⟧", ""), value


def _rank(match: Match) -> tuple[int, int, int]:
    return SPECIFICITIES.index(RULES[match.rule_id].specificity), match.start - match.end, match.start


def only(where: Surface, least: str = "medium") -> tuple[str, str]:
    """The rule and value of the single listed match; its span in the text is the value's own."""
    found = listed(where, least)
    assert len(found) == 1, [(match.rule_id, where.text[match.start : match.end]) for match in found]
    return found[0].rule_id, found[0].value
