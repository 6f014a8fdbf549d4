"""Accepted findings in a committed file: a multiset of fingerprints, with rule and path for people, and no value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import ConfigError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.report import Suppressed

from .suppress import suppressed

VERSION = 1
_REASON = "Accepted in the baseline."


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each fingerprint is accepted. Read once, used for any number of runs."""

    counts: Mapping[str, int]

    def open(self) -> Taker:
        """A fresh count for one run."""
        return Taker(Counter(self.counts))


class Taker:
    """Takes findings off the list while there is room: one that occurs more often than accepted is listed."""

    def __init__(self, left: Counter[str]) -> None:
        self._left = left

    def take(self, finding: Finding, former: Collection[str] = ()) -> Suppressed | None:
        """The suppression of a finding, by its own fingerprint or by one of a former rule name."""
        if finding.category == "notebook":
            return None
        for name in (finding.fingerprint, *former):
            if self._left[name] > 0:
                self._left[name] -= 1
                return suppressed(finding, "baseline", _REASON, None)
        return None


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file. Raises ``ConfigError`` when it is missing or has another shape."""
    try:
        data: Any = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError("The baseline cannot be read.", path=str(path), hint="Make it with --write-baseline.") from error
    except (ValueError, RecursionError):
        raise _wrong(path) from None
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("findings"), dict):
        raise _wrong(path)
    return Baseline({name: _count(path, name, row) for name, row in data["findings"].items()})


def baseline_text(findings: Iterable[Finding], kept: Iterable[Suppressed] = ()) -> str:
    """A baseline of findings as text: sorted, one entry for each fingerprint, no value and no place inside a cell.

    ``kept`` are a report's suppressed rows: those that the old baseline holds stay in the new one. Findings about
    notebooks that could not be read are left out, for nothing silences them.
    """
    rows = [
        (finding.fingerprint, finding.rule_id, finding.location.path) for finding in findings if finding.category != "notebook"
    ]
    rows += [(row.fingerprint, row.rule_id, row.path) for row in kept if row.by == "baseline"]
    counts = Counter(name for name, _, _ in rows)
    entries = {name: {"rule": rule, "path": path, "count": counts[name]} for name, rule, path in sorted(rows, reverse=True)}
    data = {"version": VERSION, "findings": dict(sorted(entries.items()))}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _count(path: Path, name: str, row: Any) -> int:
    count = row.get("count") if isinstance(row, dict) else None
    if not name.startswith("mf1:") or not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise _wrong(path)
    return count


def _wrong(path: Path) -> ConfigError:
    return ConfigError("This is not a baseline.", path=str(path), hint="Make it anew with --write-baseline.")
