"""One notebook → its findings. The only place where a match becomes a finding; no value passes this file's end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mlsec_lab.core.errors import MlsecError, OversizedError
from mlsec_lab.core.finding import Finding
from mlsec_lab.core.location import Location, Place
from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import CheckRow, InputRow, InputStatus, Suppressed
from mlsec_lab.core.rule import CONFIDENCES, Check, Match, Rule
from mlsec_lab.readers import Locator

from .cache import MatchCache
from .finding import anchors, fingerprint, mask, shows_span, tag
from .resolve import Hit, resolve
from .suppress import expired_waiver, inline, waived

#: Families of the contract that this version has no rules for: said in every report, so that nothing looks clean unseen.
NOT_BUILT = ("pii", "dependency/vulnerable", "dependency/malicious", "code", "content", "model")
_KIND_NAMES = {"code": "a code cell", "markdown": "a Markdown cell", "raw": "a raw cell"}


@dataclass(frozen=True, slots=True)
class NotebookScan:
    """What came of one input. ``surfaces`` is the number of texts read; ``below`` counts findings of too low confidence."""

    input: InputRow
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    surfaces: int = 0
    below: int = 0


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
    failures: dict[str, set[str]] = {}
    hits = [hit for check in checks for hit in _hits(notebook, check, policy, cache, failures.setdefault(check.name, set()))]
    locator = Locator(data) if hits and data is not None else None
    names = anchors(notebook)
    findings = [_finding(hit, path, names, notebook, locator, spans) for hit in resolve(hits)]
    listed, suppressed, below = _sift(findings, notebook, policy)
    return NotebookScan(
        input=InputRow(path, notebook.size, len(notebook.cells), "scanned"),
        findings=tuple(listed),
        suppressed=tuple(suppressed),
        checks=tuple(_rows(checks, policy, failures, notebook.media)),
        surfaces=len({(surface.place.pointer, surface.place.is_key) for surface in notebook.surfaces}),
        below=below,
    )


def failed_scan(path: str, error: MlsecError, size: int, *, status: InputStatus | None = None) -> NotebookScan:
    """The finding about an input that could not be read or that hit a limit."""
    oversized = isinstance(error, OversizedError) or status == "limited"
    rule_id = "notebook/oversized" if oversized else "notebook/unreadable"
    finding = Finding(
        rule_id=rule_id,
        category="notebook",
        severity="high",
        confidence="high",
        message=error.message,
        location=Location(path=path, surface="file"),
        preview="",
        fingerprint=fingerprint(rule_id, path, "notebook", "file", tag(rule_id)),
        remediation=error.hint or "Restore the file, or exclude it from the scan.",
    )
    row = InputRow(path, size, 0, status or ("limited" if oversized else "unreadable"))
    return NotebookScan(input=row, findings=(finding,))


def _hits(notebook: Notebook, check: Check, policy: Policy, cache: MatchCache | None, failures: set[str]) -> Iterator[Hit]:
    rules = {rule.id: rule for rule in check.rules}
    for surface in notebook.surfaces:
        for rule_id, match in _matches(surface, check, cache, failures):
            if policy.enabled(match.rule_id):
                start, end = surface.to_raw(match.start, match.end)
                yield Hit(surface, rules.get(match.rule_id, rules[rule_id]), match, start, end)


def _matches(surface: Surface, check: Check, cache: MatchCache | None, failures: set[str]) -> tuple[tuple[str, Match], ...]:
    key = cache.key(surface) if cache is not None else b""
    known = cache.get(key) if cache is not None else None
    if known is not None:
        return known
    found: list[tuple[str, Match]] = []
    clean = True
    for rule in check.candidates(surface):
        if rule.check_surface is None:
            continue
        try:
            found.extend((rule.id, match) for match in rule.check_surface(surface))
        except MemoryError:
            raise
        except Exception as error:  # A broken rule must not stop the others; only its type is told: the text may hold a value.
            failures.add(f"{rule.id} raised {type(error).__name__}")
            clean = False
    result = tuple(found)
    if cache is not None and clean:
        cache.put(key, result)
    return result


def _finding(hit: Hit, path: str, names: Sequence[str], notebook: Notebook, locator: Locator | None, spans: bool) -> Finding:
    rule, match, place = hit.rule, hit.match, hit.surface.place
    ends = spans or shows_span(match, rule)
    line, column = _line_column(hit.surface.raw, hit.start)
    end_line, end_column = _line_column(hit.surface.raw, hit.end)
    anchor = names[place.cell_index] if place.cell_index is not None else "notebook"
    return Finding(
        rule_id=rule.id,
        category=rule.category,
        severity=match.severity or rule.severity,
        confidence=match.confidence or rule.confidence,
        message=match.message or f"{rule.title} in {_where(place, notebook)}",
        location=Location(
            path=path,
            cell_index=place.cell_index,
            cell_id=place.cell_id and place.cell_id.encode("utf-8", "replace").decode(),
            surface=place.kind,
            output_index=place.output_index,
            mime_type=place.mime_type,
            line=line,
            column=column,
            end_line=end_line if ends else None,
            end_column=end_column if ends else None,
            table_column=match.table_column,
            file_line=locator.file_line(place, hit.start) if locator else None,
        ),
        preview=mask(match, rule),
        fingerprint=fingerprint(rule.id, path, anchor, place.kind, tag(match.value)),
        remediation=rule.remediation,
        references=rule.references,
        properties=dict(match.properties),
    )


def _line_column(raw: str, offset: int) -> tuple[int, int]:
    return raw.count("\n", 0, offset) + 1, offset - raw.rfind("\n", 0, offset)


def _where(place: Place, notebook: Notebook) -> str:
    if place.kind == "output":
        return "an output"
    if place.kind == "attachment":
        return "an attachment"
    if place.cell_index is None:
        return "the notebook's metadata"
    if place.kind == "metadata":
        return "a cell's metadata"
    return _KIND_NAMES.get(notebook.cells[place.cell_index].kind, "a cell")


def _sift(findings: Sequence[Finding], notebook: Notebook, policy: Policy) -> tuple[list[Finding], list[Suppressed], int]:
    today = datetime.now(UTC).date()
    listed: list[Finding] = []
    suppressed: list[Suppressed] = []
    below = 0
    for found in findings:
        severity = policy.severity.get(found.rule_id) or policy.severity.get(found.category) or found.severity
        finding = replace(found, severity=severity)
        by = inline(finding, _source_line(finding, notebook), policy) or waived(finding, policy, today)
        if by is not None:
            suppressed.append(by)
        elif CONFIDENCES.index(finding.confidence) > CONFIDENCES.index(policy.min_confidence):
            below += 1
        else:
            waiver = expired_waiver(finding, policy, today)
            note = f" (its waiver expired on {waiver.expires})" if waiver else ""
            listed.append(replace(finding, message=finding.message + note))
    return listed, suppressed, below


def _source_line(finding: Finding, notebook: Notebook) -> str:
    place = finding.location
    if place.surface != "source" or place.cell_index is None or place.line is None:
        return ""
    return notebook.cells[place.cell_index].source.split("\n")[place.line - 1]


def _rows(checks: Sequence[Check], policy: Policy, failures: dict[str, set[str]], media: int) -> Iterator[CheckRow]:
    for check in checks:
        broken = sorted(failures.get(check.name, ()))
        if broken:
            yield CheckRow(check.name, "failed", "; ".join(broken))
        elif any(policy.enabled(rule.id) for rule in check.rules):
            yield CheckRow(check.name, "ran")
        else:
            yield CheckRow(check.name, "skipped", "The policy does not select it.")
    if media:
        yield CheckRow("secret/images", "skipped", "Images and other media are not read.")
    built = {check.name for check in checks}
    for name in NOT_BUILT:
        if name not in built:
            yield CheckRow(name, "skipped", "Not part of this version.")


def rule_of(rules: Sequence[Rule], rule_id: str) -> Rule | None:
    """The rule with an id or an alias."""
    return next((rule for rule in rules if rule_id == rule.id or rule_id in rule.aliases), None)
