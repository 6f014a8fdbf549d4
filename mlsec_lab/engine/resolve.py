"""Many matches of one leak → one: overlaps, several readings of one string, twin outputs."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import SPECIFICITIES, Match, Rule

_TWINS = ("text/plain", "text/html")


@dataclass(frozen=True, slots=True)
class Hit:
    """A match with its rule and its span in the surface's raw string. Its ``repr`` holds no text of the notebook."""

    surface: Surface = field(repr=False)
    rule: Rule = field(repr=False)
    match: Match
    start: int
    end: int


def resolve(hits: Iterable[Hit]) -> list[Hit]:
    """One hit for each leak in each place, in the order of the notebook.

    Of secrets and personal data that overlap the most specific is kept, then the longer, then the earlier one; code,
    content and dependency findings may stand beside them, once for each place and rule.
    """
    return _without_twins(_without_overlaps(hits))


def _rank(hit: Hit) -> tuple[int, int, int]:
    return SPECIFICITIES.index(hit.rule.specificity), hit.start - hit.end, hit.start


def _without_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    places: defaultdict[object, list[Hit]] = defaultdict(list)
    for hit in hits:
        places[(hit.surface.place.pointer, hit.surface.place.is_key)].append(hit)
    kept: list[Hit] = []
    for group in places.values():
        chosen = _disjoint([hit for hit in group if hit.rule.category in ("secret", "pii")])
        others = {
            (hit.rule.id, hit.start, hit.end): hit for hit in reversed(group) if hit.rule.category not in ("secret", "pii")
        }
        kept.extend(sorted((*chosen, *others.values()), key=lambda hit: (hit.start, hit.end, hit.rule.id)))
    return kept


def _disjoint(group: Sequence[Hit]) -> list[Hit]:
    """The best hits that do not overlap. ``starts`` and ``ends`` stay sorted, so each look-up is a bisection."""
    chosen: list[Hit] = []
    starts: list[int] = []
    ends: list[int] = []
    for hit in sorted(group, key=_rank):
        place = bisect_left(starts, max(hit.end, hit.start + 1))
        if place == 0 or ends[place - 1] <= hit.start:
            starts.insert(place, hit.start)
            ends.insert(place, max(hit.end, hit.start + 1))
            chosen.append(hit)
    return chosen


def _without_twins(hits: list[Hit]) -> list[Hit]:
    """The ``text/plain`` and ``text/html`` forms of one output show the same value: it is told once.

    The form that knows most about the value tells it, else the one that shows it more often, else the plain one.
    """
    values: defaultdict[object, defaultdict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for hit in hits:
        place = hit.surface.place
        if place.kind == "output" and place.mime_type in _TWINS and hit.rule.category in ("secret", "pii"):
            values[(place.cell_index, place.output_index, hit.match.value)][place.mime_type].append(hit)
    dropped: set[int] = set()
    for forms in values.values():
        best = min(forms, key=lambda mime: (min(map(_rank, forms[mime]))[0], -len(forms[mime]), _TWINS.index(mime)))
        dropped.update(id(hit) for mime, group in forms.items() if mime != best for hit in group)
    return [hit for hit in hits if id(hit) not in dropped]
