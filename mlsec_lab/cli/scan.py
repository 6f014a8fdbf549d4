"""``mlsec scan``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import Report
from mlsec_lab.engine import Flags, Progress, baseline_text, exit_status, load_policy, missing_checks, scan_paths
from mlsec_lab.formats import FORMATS
from mlsec_lab.rules import catalogue

from .output import check_target, write_file, write_out

#: A run shorter than this shows no progress, in files.
_MIN_FILES = 20
#: Categories of the contract that this version has no rules for: a policy may name them already.
_LATER_CATEGORIES = frozenset({"pii", "dependency", "code", "model", "content", "server", "card"})


def scan(options: Any) -> int:
    """Scan, print the report, return the exit status."""
    for target in (options.output, options.write_baseline):
        if target is not None:
            check_target(target)
    policy = read_policy(options, options.paths)
    _check_names(policy, options)
    if options.write_baseline:
        policy = _without_missing(policy, options.write_baseline)
    with _progress() as progress:
        report = scan_paths(options.paths, policy, jobs=options.jobs, progress=progress)
    if not report.inputs:
        print("mlsec: no notebooks found.", file=sys.stderr)
    if options.write_baseline:
        _accept(report, options.write_baseline)
    _print(report, options)
    for check in missing_checks(report.checks, policy):
        print(f"mlsec: the required check {check!r} did not run.", file=sys.stderr)
    return exit_status(_left(report) if options.write_baseline else report, policy)


def read_policy(options: Any, paths: list[str]) -> Policy:
    """The policy for a command's options."""
    names = ("select", "ignore", "fail_on", "min_confidence", "require", "allow_incomplete", "baseline")
    flags = Flags(**{name: getattr(options, name) for name in names if hasattr(options, name)})
    starts = [Path(path) for path in paths if os.path.lexists(path)]
    return load_policy(starts, flags=flags, config=Path(options.config) if options.config else None)


def _print(report: Report, options: Any) -> None:
    terminal = options.output is None and sys.stdout.isatty()
    name = options.format or ("table" if terminal else "json")
    width = shutil.get_terminal_size((100, 24)).columns if terminal else None
    text = FORMATS[name](report, catalogue(), width, terminal and "NO_COLOR" not in os.environ)
    if options.output is not None:
        write_file(options.output, text)
    else:
        write_out(text)


def _accept(report: Report, name: str) -> None:
    """Write the baseline of a report; the findings that no baseline takes are told."""
    write_file(name, baseline_text(report.findings, report.suppressed))
    left = _left(report)
    accepted = len(report.findings) - len(left.findings)
    kept = sum(row.by == "baseline" for row in report.suppressed)
    print(f"mlsec: accepted {accepted} findings in {name}, kept {kept} that it held.", file=sys.stderr)
    if left.findings:
        print(f"mlsec: {len(left.findings)} about notebooks that cannot be read are not accepted.", file=sys.stderr)


def _left(report: Report) -> Report:
    """The report of what no baseline accepts."""
    return replace(report, findings=tuple(finding for finding in report.findings if finding.category == "notebook"))


def _without_missing(policy: Policy, name: str) -> Policy:
    """The first ``--write-baseline`` makes the file that the policy names already."""
    path = os.path.abspath(name)
    first = policy.baseline is not None and not os.path.exists(path) and os.path.abspath(policy.baseline) == path
    return replace(policy, baseline=None) if first else policy


def _check_names(policy: Policy, options: Any) -> None:
    rules = catalogue()
    known = {name for rule in rules for name in (rule.id, rule.category, *rule.aliases)} | _LATER_CATEGORIES
    said = {*options.select, *options.ignore}
    for name in (*policy.select, *policy.ignore, *policy.severity):
        # A rule of a later category cannot be checked here; a category and a rule of ours can.
        if name in known or name.partition("/")[0] in _LATER_CATEGORIES:
            continue
        where = "" if name in said else f"{', '.join(policy.sources)}: "
        raise UsageError(f"{where}There is no rule or category {name!r}.", hint="'mlsec rules' lists them.")


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("Scanning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scan", total=None, visible=False, rate="")

        def show(progress: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{progress.bytes / 1e6 / elapsed:.0f} MB/s" if elapsed > 0 else ""
            bar.update(task, completed=progress.done, total=progress.total, visible=progress.total >= _MIN_FILES, rate=rate)

        yield show
