"""One notebook → its findings. The only place where a match becomes a finding; no value passes this file's end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mlsec_lab.core.errors import MlsecError, OversizedError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.location import Location, Place
from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Policy, Waiver
from mlsec_lab.core.report import CheckRow, InputRow, InputStatus, Suppressed
from mlsec_lab.core.rule import CONFIDENCES, Check, Match, Rule, Severity
from mlsec_lab.readers import Locator

from .cache import MatchCache
from .checks import BUILT, NOT_BUILT, Collected, check_rows, collect, enabled, unread_rows
from .finding import anchors, fingerprint, mask, numbered, shows_span, tag
from .redact import Redactor, strings_of
from .resolve import Hit, resolve
from .suppress import InlineWaiver, expired_waiver, inline, inline_waivers, waived

__all__ = ["NOT_BUILT", "NotebookScan", "assemble", "failed_check", "failed_scan", "leaks", "scan_notebook", "surface_count"]

_KIND_NAMES = {"code": "a code cell", "markdown": "a Markdown cell", "raw": "a raw cell"}


@dataclass(frozen=True, slots=True)
class NotebookScan:
    """What came of one input. ``surfaces`` is the number of texts read; ``below`` counts findings of too low confidence.

    ``media`` counts images and other values that nobody read; ``former`` are the fingerprints that findings of renamed
    rules had under their old names.
    """

    input: InputRow
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    surfaces: int = 0
    below: int = 0
    media: int = 0
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def scan_notebook(
    notebook: Notebook,
    path: str,
    policy: Policy,
    checks: Sequence[Check],
    *,
    data: bytes | None = None,
    cache: MatchCache | None = None,
    spans: bool = False,
) -> NotebookScan:
    """Run the checks on a notebook.

    ``path`` is the shown one. With ``data``, the file's bytes, findings get their ``file_line``. With ``spans``, findings
    say where even short values end (for the user's own screen, never for files).
    """
    found = collect(notebook, checks, cache)
    return assemble(notebook, found, path, policy, checks, surfaces=surface_count(notebook), data=data, spans=spans)


def surface_count(notebook: Notebook) -> int:
    """The number of strings read; one that is read in several ways counts once."""
    return len({(surface.place.pointer, surface.place.is_key) for surface in notebook.surfaces})


def assemble(
    notebook: Notebook,
    found: Collected,
    path: str,
    policy: Policy,
    checks: Sequence[Check],
    *,
    surfaces: int,
    data: bytes | None = None,
    spans: bool = False,
    bases: Sequence[str] | None = None,
) -> NotebookScan:
    """What checks saw → what may be said of it, under a policy. Of ``notebook`` only cells and totals are read.

    ``bases`` are the cells' anchors before they are numbered, where the caller knows them.
    """
    maker = _Maker(notebook, found.hits, path, policy, data, spans)
    maker.run(bases)
    return NotebookScan(
        input=InputRow(maker.path, notebook.size, len(notebook.cells), "scanned"),
        findings=tuple(maker.listed),
        suppressed=tuple(maker.suppressed),
        checks=tuple(check_rows(checks, policy, found.failures)),
        surfaces=surfaces,
        below=maker.below,
        media=notebook.media,
        former=maker.former,
    )


def failed_scan(path: str, error: MlsecError, size: int, *, status: InputStatus | None = None) -> NotebookScan:
    """The finding about an input that could not be read or that hit a limit."""
    oversized = isinstance(error, OversizedError) or status == "limited"
    rule_id = "notebook/oversized" if oversized else "notebook/unreadable"
    shown = _plain(path)
    finding = Finding(
        rule_id=rule_id,
        category="notebook",
        severity="high",
        confidence="high",
        message=error.message,
        location=Location(path=shown, surface="file"),
        preview="",
        fingerprint=fingerprint(rule_id, path, "notebook", "file", tag(rule_id)),
        remediation=error.hint or "Restore the file, or exclude it from the scan.",
    )
    row = InputRow(shown, size, 0, status or ("limited" if oversized else "unreadable"))
    return NotebookScan(input=row, findings=(finding,), checks=tuple(unread_rows()))


def failed_check(scan: NotebookScan, what: str) -> NotebookScan:
    """``scan`` of an input that nobody could look at because of ``what``: its checks failed, so the run is incomplete."""
    rows = (
        replace(row, status="failed", reason=f"{scan.input.path}: {what}") if row.check in BUILT else row for row in scan.checks
    )
    return replace(scan, checks=tuple(rows))


class _Maker:
    """Hits of one notebook → listed findings, suppressed ones, and the count of those of too low confidence."""

    def __init__(
        self, notebook: Notebook, hits: Sequence[Hit], path: str, policy: Policy, data: bytes | None, spans: bool
    ) -> None:
        self._notebook = notebook
        self._policy = policy
        self._spans = spans
        self._hits = resolve(hit for hit in hits if enabled(hit.rule, policy))
        self._locator = Locator(data) if self._hits and data is not None else None
        self._anchors: tuple[str, ...] = ()
        self._leaks = leaks(hits)
        comments = [_comments(hit) for hit in self._hits]
        self._redactor = Redactor(_written(hits), self._words(comments))
        self._comments = comments
        self._today = datetime.now(UTC).date()
        # Provider tokens are never words of a language: one in the file's own name goes too. Others might be.
        tokens = _written([hit for hit in hits if shows_span(hit.match, hit.rule)])
        self._fingerprint_path = path
        self._line_ends: dict[int, list[int]] = {}
        self.path = Redactor(tokens, [path]).clean(path)
        self.listed: list[Finding] = []
        self.suppressed: list[Suppressed] = []
        self.below = 0
        self.former: dict[str, tuple[str, ...]] = {}

    def run(self, bases: Sequence[str] | None) -> None:
        """Sort every hit into one of the three."""
        if self._hits:
            self._anchors = numbered(bases) if bases is not None else anchors(self._notebook, self._leaks)
        for hit, comments in zip(self._hits, self._comments, strict=True):
            finding = self._finding(hit)
            if CONFIDENCES.index(finding.confidence) > CONFIDENCES.index(self._policy.min_confidence):
                self.below += 1
                continue
            names = {hit.rule.id, hit.rule.category, *hit.rule.aliases}
            former = self._former(hit, finding)
            by = inline(finding, names, comments, self._policy) or waived(finding, names, former, self._policy, self._today)
            if by is not None:
                self.suppressed.append(replace(by, reason=self._clean(by.reason)))
                continue
            if former:
                self.former[finding.fingerprint] = former
            waiver = expired_waiver(finding, names, former, self._policy, self._today)
            self.listed.append(finding if waiver is None else _reminded(finding, waiver))

    def _words(self, comments: Sequence[Sequence[InlineWaiver]]) -> Iterator[str]:
        yield from (comment.reason for some in comments for comment in some)
        yield from (waiver.reason for waiver in self._policy.waivers)
        for hit in self._hits:
            place, match = hit.surface.place, hit.match
            yield from (word for word in (place.cell_id, place.mime_type, match.message, match.table_column) if word)
            yield from strings_of(dict(match.properties))

    def _clean(self, word: str | None) -> str | None:
        return None if word is None else self._redactor.clean(word)

    def _finding(self, hit: Hit) -> Finding:
        rule, match = hit.rule, hit.match
        properties = {name: self._redactor.clean_value(value) for name, value in match.properties.items()}
        return Finding(
            rule_id=rule.id,
            category=rule.category,
            severity=_severity(rule, self._policy) or match.severity or rule.severity,
            confidence=match.confidence or rule.confidence,
            message=self._clean(match.message) or f"{rule.title} in {_where(hit.surface, self._notebook)}",
            location=self._location(hit),
            preview=_plain(mask(match, rule)),
            fingerprint=self._fingerprint(hit, rule.id),
            remediation=rule.remediation,
            references=rule.references,
            properties=properties,
        )

    def _location(self, hit: Hit) -> Location:
        place, raw = hit.surface.place, hit.surface.raw
        line, column = self._line_column(raw, hit.start)
        end_line, end_column = self._line_column(raw, hit.end)
        ends = self._spans or shows_span(hit.match, hit.rule)
        return Location(
            path=self.path,
            cell_index=place.cell_index,
            cell_id=self._clean(place.cell_id),
            surface=place.kind,
            output_index=place.output_index,
            mime_type=self._clean(place.mime_type),
            line=line,
            column=column,
            end_line=end_line if ends else None,
            end_column=end_column if ends else None,
            table_column=self._clean(hit.match.table_column),
            file_line=self._locator.file_line(place, hit.start) if self._locator else None,
        )

    def _line_column(self, raw: str, offset: int) -> tuple[int, int]:
        # Many hits in one long text: its line ends are looked up once. The key cannot be another text's: hits keep theirs.
        ends = self._line_ends.get(id(raw))
        if ends is None:
            ends = self._line_ends[id(raw)] = [end.start() for end in re.finditer("\n", raw)]
        line = bisect_left(ends, offset)
        return line + 1, offset - (ends[line - 1] if line else -1)

    def _fingerprint(self, hit: Hit, rule_id: str) -> str:
        place = hit.surface.place
        anchor = "notebook" if place.cell_index is None else self._anchors[place.cell_index]
        return fingerprint(rule_id, self._fingerprint_path, anchor, place.kind, tag(hit.match.value))

    def _former(self, hit: Hit, finding: Finding) -> tuple[str, ...]:
        former = tuple(self._fingerprint(hit, alias) for alias in hit.rule.aliases)
        return tuple(name for name in former if name != finding.fingerprint)


def _written(hits: Sequence[Hit]) -> Iterator[Match]:
    """What was matched, and the base64 that holds it: whoever has that has the value."""
    for hit in hits:
        yield hit.match
        if hit.surface.encoding is not None:
            yield replace(hit.match, value=hit.surface.raw[hit.start : hit.end], prefix="")


def _comments(hit: Hit) -> list[InlineWaiver]:
    return inline_waivers(hit.surface.raw, hit.start, hit.end) if hit.surface.place.kind == "source" else []


def leaks(hits: Sequence[Hit]) -> dict[int, set[str]]:
    """The values found in each cell, by its index, as they stand there and as rules read them."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for hit in hits:
        if hit.surface.place.cell_index is not None:
            found[hit.surface.place.cell_index] |= {hit.match.value, hit.surface.raw[hit.start : hit.end]} - {""}
    return found


def _severity(rule: Rule, policy: Policy) -> Severity | None:
    names = (rule.id, *rule.aliases, rule.category)
    return next((policy.severity[name] for name in names if name in policy.severity), None)


def _reminded(finding: Finding, waiver: Waiver) -> Finding:
    return replace(finding, message=f"{finding.message} (its waiver expired on {waiver.expires})")


def _where(surface: Surface, notebook: Notebook) -> str:
    where = _part(surface.place, notebook)
    return where if surface.encoding is None else f"{where}, encoded in {surface.encoding}"


def _part(place: Place, notebook: Notebook) -> str:
    if place.kind == "output":
        return "an output"
    if place.kind == "attachment":
        return "an attachment"
    if place.cell_index is None:
        return "the notebook's metadata"
    if place.kind == "metadata":
        return "a cell's metadata"
    return _KIND_NAMES.get(notebook.cells[place.cell_index].kind, "a cell")


def _plain(text: str) -> str:
    """Text that every encoding of Unicode can write: a lone surrogate becomes ``?``."""
    return text.encode("utf-8", "replace").decode()
