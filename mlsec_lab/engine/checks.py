"""Runs checks over surfaces, and says which ran. A rule that raises stops no other, and its error's text stays here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow
from mlsec_lab.core.rule import Check, Match, Rule

from .cache import Entry, MatchCache
from .resolve import Hit

#: Families of the contract that this version has no rules for: said in every report, so that nothing looks clean unseen.
NOT_BUILT = ("pii", "dependency/vulnerable", "dependency/malicious", "code", "content", "model")
#: Families that this version has.
BUILT = ("secret",)
_NOT_BUILT_REASON = "Not part of this version."
#: The row that counts media that nobody read.
IMAGES = "secret/images"


@dataclass(frozen=True, slots=True)
class Collected:
    """What checks saw in a notebook, whatever the policy: hits, and for each check the rules that broke."""

    hits: tuple[Hit, ...] = field(repr=False)
    failures: Mapping[str, frozenset[str]]


def collect(notebook: Notebook, checks: Sequence[Check], cache: MatchCache | None = None, *, whole: bool = True) -> Collected:
    """Run every check. ``whole`` is false for a part of a notebook: hooks that need all of it are left out then."""
    hits: list[Hit] = []
    failures: defaultdict[str, set[str]] = defaultdict(set)
    for check in checks:
        runner = _Runner(check, cache, failures[check.name])
        for surface in notebook.surfaces:
            hits += runner.surface_hits(surface)
        if whole:
            hits.extend(runner.notebook_hits(notebook))
    return Collected(tuple(hits), {name: frozenset(broken) for name, broken in failures.items() if broken})


def needs_whole(checks: Sequence[Check]) -> bool:
    """Whether a check has a rule that reads all of a notebook at once."""
    return any(rule.check_notebook is not None for check in checks for rule in check.rules)


class _Runner:
    def __init__(self, check: Check, cache: MatchCache | None, failures: set[str]) -> None:
        self._check = check
        self._cache = cache
        self._failures = failures
        self._rules = {rule.id: rule for rule in check.rules}

    def surface_hits(self, surface: Surface) -> Sequence[Hit]:
        known = self._matches(surface)
        return [self._hit(surface, rule_id, match) for rule_id, match in known] if known else ()

    def notebook_hits(self, notebook: Notebook) -> Iterator[Hit]:
        for rule in self._check.rules:
            if rule.check_notebook is None:
                continue
            try:
                found = list(rule.check_notebook(notebook))
            except MemoryError:
                raise
            except Exception as error:  # Only the type: the text may hold a value.
                self._failures.add(f"{rule.id} raised {type(error).__name__}")
                continue
            yield from (self._hit(surface, rule.id, match) for surface, match in found)

    def _matches(self, surface: Surface) -> Entry:
        if self._cache is None:
            return self._run(surface)[0]
        key = self._cache.key(self._check.name, surface)
        known = self._cache.get(key)
        if known is None:
            known, clean = self._run(surface)
            if clean:
                self._cache.put(key, known)
        return known

    def _run(self, surface: Surface) -> tuple[Entry, bool]:
        rules = self._candidates(surface)
        if not rules:
            return (), True
        found: list[tuple[str, Match]] = []
        clean = True
        for rule in rules:
            if rule.check_surface is None:
                continue
            try:
                found.extend((rule.id, match) for match in rule.check_surface(surface))
            except MemoryError:
                raise
            except Exception as error:  # A broken rule must not stop the others; only its type is told.
                self._failures.add(f"{rule.id} raised {type(error).__name__}")
                clean = False
        return tuple(found), clean

    def _candidates(self, surface: Surface) -> Sequence[Rule]:
        try:
            found = self._check.candidates(surface)
            # A generator would raise outside of here.
            return found if isinstance(found, list | tuple) else tuple(found)
        except MemoryError:
            raise
        except Exception as error:  # Without its gate a check is slow, not blind.
            self._failures.add(f"the gate of {self._check.name} raised {type(error).__name__}")
            return self._check.rules

    def _hit(self, surface: Surface, rule_id: str, match: Match) -> Hit:
        length = len(surface.text)
        start, end = surface.to_raw(min(max(match.start, 0), length), min(max(match.end, 0), length))
        # One hook may speak for several rules of its family.
        return Hit(surface, self._rules.get(match.rule_id, self._rules[rule_id]), match, start, end)


def enabled(rule: Rule, policy: Policy) -> bool:
    """Whether the policy selects a rule, by its id, its category or a former name."""
    names = {rule.id, rule.category, *rule.aliases}
    return (not policy.select or not names.isdisjoint(policy.select)) and names.isdisjoint(policy.ignore)


def check_rows(checks: Sequence[Check], policy: Policy, failures: Mapping[str, frozenset[str]]) -> Iterator[CheckRow]:
    """A row for each check that ran or broke, and for each family that this version lacks."""
    for check in checks:
        broken = sorted(failures.get(check.name, ()))
        if broken:
            yield CheckRow(check.name, "failed", "; ".join(broken))
        elif any(enabled(rule, policy) for rule in check.rules):
            yield CheckRow(check.name, "ran")
        else:
            yield CheckRow(check.name, "skipped", "The policy does not select it.")
    yield from _not_built({check.name for check in checks})


def unread_rows() -> Iterator[CheckRow]:
    """The rows of an input that no check could look at."""
    for name in BUILT:
        yield CheckRow(name, "skipped", "No notebook was read.")
    yield from _not_built(set(BUILT))


def images_row(count: int) -> CheckRow:
    """The row that says how many images and other media values were not read."""
    what = "1 image or other media value is" if count == 1 else f"{count:,} images and other media values are"
    return CheckRow(IMAGES, "skipped", f"{what} not read.")


def _not_built(built: set[str]) -> Iterator[CheckRow]:
    for name in NOT_BUILT:
        if name not in built:
            yield CheckRow(name, "skipped", _NOT_BUILT_REASON)
