"""Values of 16 providers and passwords in every kind of place: no piece of one comes out by any way."""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlsec_lab.cli import main
from mlsec_lab.core.location import Place
from mlsec_lab.core.notebook import Cell, Surface
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.core.rule import Match
from mlsec_lab.engine import Worker, baseline_text, finding_evidence, load_policy, scan_paths
from mlsec_lab.engine.checks import collect
from mlsec_lab.engine.worker import process
from mlsec_lab.engine.worker.sessions import decode_message
from mlsec_lab.formats import FORMATS
from mlsec_lab.readers import decode_notebook
from mlsec_lab.rules import catalogue, load_checks
from tests.canary import PROVIDERS, leaked, pieces, planted, value_of, write
from tests.engine.workers import ROOT
from tests.fakes import password

FOUND = {f"secret/{name}" for name in (*PROVIDERS, "password", "database-url")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "project")
    return tmp_path / "project"


SECRET = planted()[1]


def test_the_net_catches() -> None:
    value, secret = value_of("openai-api-key", "net")
    assert leaked(f"..{value[20:28]}..", secret) == 1
    assert leaked(f"{value[:8]}…{value[-4:]}", secret) == 0
    assert leaked(password("canary word")[3:11], SECRET) == 1
    assert len(SECRET) > 2000


def test_reports_in_every_format(project: Path) -> None:
    report = scan_paths([str(project)], load_policy([project]), jobs=1)
    assert {finding.rule_id for finding in report.findings} >= FOUND
    listed = {finding.location.path for finding in report.findings}
    assert listed >= {name for name in planted()[0] if name.startswith("plain-")}
    for render in FORMATS.values():
        for width in (40, 100, 400):
            assert leaked(render(report, catalogue(), width, True), SECRET) == 0
    texts = [repr(report), json.dumps(report.to_dict()), baseline_text(report.findings, report.suppressed)]
    texts += [repr(finding_evidence(report, finding.fingerprint)) for finding in report.findings]
    assert leaked("\n".join(texts), SECRET) == 0


@pytest.mark.parametrize("name", ["table", "json", "sarif"])
def test_the_command_line(
    project: Path, name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    output = project.parent / "report"
    assert main(["scan", str(project), "--format", name, "--jobs", "1", "--output", str(output)]) in (1, 2)
    assert main(["scan", str(project), "--format", name, "--jobs", "1", "--min-confidence", "low"]) in (1, 2)
    printed = capfd.readouterr()
    assert len(printed.out) > 10_000
    assert leaked("\n".join([printed.out, printed.err, output.read_text(), caplog.text]), SECRET) == 0


def test_reprs_of_what_holds_text() -> None:
    for book in planted()[0].values():
        notebook = decode_notebook(json.dumps(book).encode(), Limits())
        found = collect(notebook, load_checks())
        cells = {f"c{number}": cell for number, cell in enumerate(book["cells"])}
        message = {"session": "s", "revision": 1, "order": list(cells), "cells": cells, "metadata": book["metadata"]}
        shown = [notebook, notebook.surfaces, notebook.cells, found, decode_message(json.dumps(message).encode())]
        shown += [(hit, hit.match, hit.surface) for hit in found.hits]
        assert leaked(repr(shown), SECRET) == 0


def test_reprs_of_the_types_themselves() -> None:
    value = password("repr")
    place = Place("output", ("cells", 0, value), 0, value, 1, value)
    cell = Cell(0, value, value, value)
    surface = Surface(place, value, value, None, value, value)
    match = Match("secret/x", 0, 1, value, message=value, table_column=value, properties={value: value})
    assert leaked(repr([place, place.key(), cell, surface, match]), pieces(value)) == 0
    assert repr(surface) == "Surface(place=Place(kind='output', cell_index=0, output_index=1, is_key=False), encoding=None)"


def test_worker_streams_and_files(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the scan's process writes: on standard error, in the state folder, in the folder for temporary files, at home."""
    folders = [tmp_path / name for name in ("temp", "home", "state")]
    for folder, names in zip(folders, (["TMPDIR", "TEMP", "TMP"], ["HOME"], ["MLSEC_DATA_DIR"]), strict=True):
        folder.mkdir()
        for name in names:
            monkeypatch.setenv(name, str(folder))
    said = tmp_path / "stderr"

    def spawn() -> subprocess.Popen[bytes]:
        code = "import logging; logging.basicConfig(level=0); import mlsec_lab.worker"
        with said.open("ab") as stderr:
            return subprocess.Popen(
                [sys.executable, "-P", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd="/",
                env={**process.environment(), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONDEVMODE": "1"},
            )

    monkeypatch.setattr(process, "spawn", spawn)
    before = {path: path.read_bytes() for path in project.iterdir()}
    worker = Worker()
    texts: list[str] = []
    try:
        for path in sorted(project.iterdir()):
            scan = worker.scan_file(str(path), path.name, Policy())
            texts += [repr(scan), *(finding.preview for finding in scan.findings)]
        for name, book in planted()[0].items():
            cells = {f"c{number}": cell for number, cell in enumerate(book["cells"])}
            message = {"session": name, "revision": 1, "order": list(cells), "cells": cells, "metadata": book["metadata"]}
            texts.append(json.dumps(worker.live_update(name, json.dumps(message).encode(), name, Policy()), ensure_ascii=False))
    finally:
        worker.close()
    assert "secret/github-token" in "".join(texts)
    assert leaked("\n".join([*texts, said.read_text()]), SECRET) == 0
    assert {path: path.read_bytes() for path in project.iterdir()} == before
    written = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in written:
        raw = path.read_bytes()
        for text in (raw.decode("latin-1"), raw.decode("utf-16-le", "replace"), base64.b64encode(raw).decode()):
            assert leaked(text, SECRET) == 0
    assert [os.path.relpath(path, tmp_path) for path in written] == ["state/key"]
