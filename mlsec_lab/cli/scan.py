"""``mlsec scan``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlsec_lab.core.errors import UsageError
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine import Flags, Progress, baseline_text, exit_status, load_policy, missing_checks, scan_paths
from mlsec_lab.formats import FORMATS
from mlsec_lab.rules import catalogue

#: A run shorter than this shows no progress, in files.
_MIN_FILES = 20


def scan(options: Any) -> int:
    """Scan, print the report, return the exit status."""
    policy = read_policy(options, options.paths)
    _check_names(policy)
    with _progress() as progress:
        report = scan_paths(options.paths, policy, jobs=options.jobs, progress=progress)
    if not report.inputs:
        print("mlsec: no notebooks found.", file=sys.stderr)
    if options.write_baseline:
        write_file(options.write_baseline, baseline_text(report.findings))
        print(f"mlsec: accepted {len(report.findings)} findings in {options.write_baseline}.", file=sys.stderr)
    terminal = options.output is None and sys.stdout.isatty()
    name = options.format or ("table" if terminal else "json")
    width = os.get_terminal_size().columns if terminal else None
    text = FORMATS[name](report, catalogue(), width, terminal and "NO_COLOR" not in os.environ)
    if options.output:
        write_file(options.output, text)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    for check in missing_checks(report.checks, policy):
        print(f"mlsec: the required check {check!r} did not run.", file=sys.stderr)
    return 0 if options.write_baseline and report.summary.complete else exit_status(report, policy)


def read_policy(options: Any, paths: list[str]) -> Policy:
    """The policy for a command's options."""
    names = ("select", "ignore", "fail_on", "min_confidence", "require", "allow_incomplete", "baseline")
    flags = Flags(**{name: getattr(options, name) for name in names if hasattr(options, name)})
    starts = [Path(path) for path in paths if os.path.lexists(path)]
    return load_policy(starts, flags=flags, config=Path(options.config) if options.config else None)


def _check_names(policy: Policy) -> None:
    rules = catalogue()
    known = {name for rule in rules for name in (rule.id, rule.category, *rule.aliases)} | {
        "pii", "dependency", "code", "model", "content", "server", "card"
    }  # fmt: skip
    for name in (*policy.select, *policy.ignore):
        if name not in known and "/" not in name:
            raise UsageError(f"There is no rule or category {name!r}.", hint="'mlsec rules' lists them.")
        if name not in known and name.startswith(("secret/", "notebook/")):
            raise UsageError(f"There is no rule {name!r}.", hint="'mlsec rules' lists them.")


def write_file(name: str, text: str) -> None:
    """Write a file in one step: a run that fails leaves the old one. Raises ``UsageError`` when it cannot."""
    path = Path(name)
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {(error.strerror or '').lower()}.", hint="Check the folder.") from error


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
