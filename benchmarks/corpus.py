"""Real notebooks: speed on one core in one process, and whether a person has judged everything that is listed."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.engine.scan import NotebookScan, scan_notebook
from mlsec_lab.readers import decode_notebook
from mlsec_lab.rules import load_checks

from .setting import MEGABYTE, Setting, fastest, show

VERDICTS = Path(__file__).with_name("verdicts.csv")


def run(setting: Setting, verdicts: Path = VERDICTS) -> int:
    """Print figures. Returns 1 where a listed finding has no verdict in ``verdicts``, 2 where there is no corpus."""
    corpus = setting.shared / "corpus"
    files = {path.relative_to(corpus).as_posix(): path.read_bytes() for path in sorted(corpus.rglob("*.ipynb"))}
    if not files:
        print(f"  There is no corpus at {corpus}: nothing was measured. Put *.ipynb files there, or name another --shared.")
        return 2
    size = sum(map(len, files.values())) / MEGABYTE
    scans = _scan(files)
    text = sum(_text_size(data) for data in files.values()) / MEGABYTE
    reading = fastest(setting.runs, lambda: [decode_notebook(data, Limits()) for data in files.values()])
    seconds = fastest(setting.runs, lambda: _scan(files))
    listed = sum(len(scan.findings) for scan in scans.values())
    show(
        [
            ("notebooks", f"{len(files):,}"),
            ("raw", f"{size:.1f} MB"),
            ("text read", f"{text:.1f} MB in {sum(scan.surfaces for scan in scans.values()):,} strings"),
            ("reading", f"{reading:.2f} s"),
            ("reading and scanning", f"{seconds:.2f} s"),
            ("speed, one core", f"{size / seconds:.1f} MB/s of file, {text / seconds:.1f} MB/s of text"),
            ("findings listed", f"{listed} ({listed / size:.2f} per MB)"),
            ("below confidence", sum(scan.below for scan in scans.values())),
            ("not complete", sum(row.status == "failed" for scan in scans.values() for row in scan.checks)),
        ]
    )
    return _compare(scans, verdicts)


def _scan(files: dict[str, bytes]) -> dict[str, NotebookScan]:
    checks = load_checks()
    return {
        path: scan_notebook(decode_notebook(data, Limits()), path, Policy(), checks, data=data) for path, data in files.items()
    }


def _text_size(data: bytes) -> int:
    texts = {(surface.place.pointer, surface.place.is_key): surface for surface in decode_notebook(data, Limits()).surfaces}
    return sum(len(surface.text.encode()) for surface in texts.values())


def _compare(scans: dict[str, NotebookScan], verdicts: Path) -> int:
    """Listed findings against what a person said of them: how many of each rule in each file, never a value."""
    found = Counter((path, finding.rule_id) for path, scan in scans.items() for finding in scan.findings)
    with verdicts.open(encoding="utf-8", newline="") as file:
        judged = list(csv.DictReader(file))
    known = Counter((row["path"], row["rule"]) for row in judged)
    missing, gone = found - known, known - found
    words = Counter(row["verdict"] for row in judged)
    print(f"  verdicts: {', '.join(f'{count} {word}' for word, count in sorted(words.items())) or 'none needed'}")
    for (path, rule), count in sorted(missing.items()):
        print(f"  no verdict: {path} {rule} ({count})")
    for (path, rule), count in sorted(gone.items()):
        print(f"  no longer found: {path} {rule} ({count})")
    return 1 if missing else 0
