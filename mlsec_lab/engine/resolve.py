"""Many matches of one leak → one: overlaps, several readings of one string, twin outputs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import SPECIFICITIES, Match, Rule


@dataclass(frozen=True, slots=True)
class Hit:
    """A match with its rule and its span in the surface's raw string."""

    surface: Surface
    rule: Rule
    match: Match
    start: int
    end: int


def resolve(hits: Iterable[Hit]) -> list[Hit]:
    """One hit for each leak in each place, in the order of the notebook."""
    return _without_twins(_without_overlaps(hits))


def _rank(hit: Hit) -> tuple[int, int, int]:
    return SPECIFICITIES.index(hit.rule.specificity), hit.start - hit.end, hit.start


def _without_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    groups: defaultdict[object, list[Hit]] = defaultdict(list)
    kept: list[Hit] = []
    for hit in hits:
        if hit.rule.category in ("secret", "pii"):
            place = hit.surface.place
            groups[(place.pointer, place.is_key)].append(hit)
        else:
            kept.append(hit)
    for group in groups.values():
        chosen: list[Hit] = []
        for hit in sorted(group, key=_rank):
            if all(hit.end <= other.start or hit.start >= other.end for other in chosen):
                chosen.append(hit)
        kept.extend(sorted(chosen, key=lambda hit: hit.start))
    return kept


def _without_twins(hits: list[Hit]) -> list[Hit]:
    """The ``text/plain`` and ``text/html`` forms of one output show the same value: it is told once."""
    twins: defaultdict[object, defaultdict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for hit in hits:
        place = hit.surface.place
        if len(place.pointer) >= 2 and place.pointer[-2] == "data" and place.mime_type:
            key = (place.cell_index, place.output_index, hit.rule.id, hit.match.value)
            twins[key][place.mime_type].append(hit)
    dropped: set[int] = set()
    for forms in twins.values():
        best = max(forms, key=lambda mime: (len(forms[mime]), mime == "text/plain"))
        dropped.update(id(hit) for mime, group in forms.items() if mime != best for hit in group)
    return [hit for hit in hits if id(hit) not in dropped]
