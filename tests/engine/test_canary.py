"""No planted value, nor eight characters of one outside its public prefix, comes out of the engine by any way."""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.core.rule import Family
from mlsec_lab.engine import Worker, baseline_text, finding_evidence, load_policy, scan_paths
from mlsec_lab.engine.cache import MatchCache
from mlsec_lab.engine.checks import collect
from mlsec_lab.engine.finding import tag
from mlsec_lab.engine.scan import scan_notebook
from mlsec_lab.engine.worker.live import LiveScanner
from mlsec_lab.readers import decode_notebook
from mlsec_lab.rules import load_checks
from tests.canary import pieces
from tests.engine.support import broken_rule, cell_json, notebook_json
from tests.engine.workers import ROOT
from tests.fakes import aws_access_key, fake, github_token, openai_key, password

#: value → its public prefix
PLANTED = {
    openai_key(1): "sk-" + "proj-",
    github_token(2): "ghp" + "_",
    aws_access_key(3): "AK" + "IA",
    password(4): "",
    fake("alnum", 16, 5): "",
    fake("hex", 40, 6): "",
    openai_key(7): "sk-" + "proj-",
    github_token(8): "ghp" + "_",
}
KEY, TOKEN, AWS, PASSWORD, URL_PASSWORD, GENERIC, ID_KEY, NAME_TOKEN = PLANTED
# In the middle of every OpenAI key, and so in the rule's own pattern: it tells nothing.
INFIX = "T3Blbk" + "FJ"
PIECES = {piece: value for value, prefix in PLANTED.items() for piece in pieces(value, prefix) - {INFIX}}


def leaks(text: str) -> list[str]:
    """What of the planted values stands in a text: the values' places in the list, never the values."""
    names = list(PLANTED)
    grams = {text[start : start + 8] for start in range(len(text) - 7)}
    return sorted({f"value {names.index(PIECES[piece])}" for piece in grams & PIECES.keys()})


def book() -> dict[str, Any]:
    """Values in every kind of place, in the words around findings too."""
    shown = {"output_type": "stream", "name": "stdout", "text": [f"\x1b[31m{KEY[:20]}\x1b[0m{KEY[20:]}\n", f"aws {AWS}"]}
    twins = {"text/plain": f"'{TOKEN}'", "text/html": f"<p title='{TOKEN}'>{TOKEN}</p>"}
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": twins}
    error = {"output_type": "error", "ename": "E", "evalue": f"bad {AWS}", "traceback": [f"\x1b[1m{KEY}\x1b[0m"]}
    odd = {"output_type": "display_data", "metadata": {f"meta {TOKEN}": KEY}, "data": {f"application/x-{TOKEN}": f"is {TOKEN}"}}
    return notebook_json(
        cell_json(f"key = '{KEY}'  # mlsec: ignore[secret] it is {KEY} and {PASSWORD}", outputs=[shown, result, error, odd]),
        cell_json(f"password = '{PASSWORD}'\n%env API_KEY={GENERIC}"),
        cell_json(f"engine = 'postgresql://svc:{URL_PASSWORD}@db.corp.internal:5432/x'", ID_KEY),
        cell_json(f"text {TOKEN}", cell_type="markdown", attachments={f"{TOKEN}.txt": {"text/plain": KEY}}),
        metadata={"papermill": {"parameters": {"api_key": GENERIC, "password": PASSWORD}}, TOKEN: AWS},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "n.ipynb").write_text(json.dumps(book(), indent=1))
    (folder / f"{NAME_TOKEN}.ipynb").write_text(json.dumps(notebook_json(cell_json(f"t = '{NAME_TOKEN}'"))))
    (folder / "broken.ipynb").write_text(json.dumps(book())[:-40])
    (folder / "mlsec.toml").write_text(f"[[waivers]]\nreason = 'seen {KEY}'\nrule = 'secret/aws-access-key'\n")
    return folder


def test_the_net_itself_catches() -> None:
    assert leaks(f"..{KEY[30:38]}..{PASSWORD[2:10]}") == ["value 0", "value 3"]
    assert leaks(KEY[:8] + "…" + KEY[-4:]) == []


def test_reports_baselines_evidence_and_their_reprs(project: Path) -> None:
    for policy in (load_policy([project]), replace(load_policy([project]), trusted=False, min_confidence="low", waivers=())):
        report = scan_paths([str(project)], policy, jobs=1)
        rules = {finding.rule_id for finding in report.findings} | {row.rule_id for row in report.suppressed}
        assert {"secret/openai-api-key", "secret/github-token", "secret/aws-access-key", "secret/password"} <= rules
        assert leaks(repr(report)) == []
        assert leaks(json.dumps(report.to_dict(), ensure_ascii=False)) == []
        assert leaks(baseline_text(report.findings, report.suppressed)) == []
        for finding in report.findings:
            assert leaks(repr(finding_evidence(report, finding.fingerprint))) == []


def test_short_values_show_no_length(project: Path) -> None:
    report = scan_paths([str(project / "n.ipynb")], load_policy([project]), jobs=1)
    fixed = [f for f in report.findings if f.rule_id in ("secret/password", "secret/database-url", "secret/generic-api-key")]
    assert fixed
    for finding in fixed:
        assert (finding.preview, finding.location.end_line, finding.location.end_column) == ("•" * 8, None, None)


def test_live_reports(project: Path) -> None:
    content = book()
    cells = {f"id{number}": cell for number, cell in enumerate(content["cells"])}
    message = {
        "session": KEY,
        "revision": 1,
        "base": None,
        "order": list(cells),
        "cells": cells,
        "metadata": content["metadata"],
    }
    worker = Worker()
    try:
        report = worker.live_update("s", json.dumps(message).encode(), f"{NAME_TOKEN[:4]}.ipynb", load_policy([project]))
    finally:
        worker.close()
    assert isinstance(report, dict)
    assert len(report["findings"]) >= 8
    assert leaks(json.dumps(report, ensure_ascii=False)) == []


def test_what_the_engine_holds_in_memory_shows_nothing() -> None:
    data = json.dumps(book()).encode()
    notebook = decode_notebook(data, Limits())
    cache = MatchCache(b"k" * 32, "1")
    found = collect(notebook, load_checks(), cache)
    assert found.hits
    assert leaks(repr([found, found.hits, cache, cache.stats(), cache._entries])) == []
    scanner = LiveScanner(load_checks(), cache)
    cells = {f"id{number}": cell for number, cell in enumerate(book()["cells"])}
    body = json.dumps({"session": "s", "revision": 1, "order": list(cells), "cells": cells}).encode()
    scan = scanner.update("s", body, "n.ipynb", Policy())
    assert leaks(repr([scan, scanner, scanner.sessions, scanner.sessions._sessions])) == []


def test_errors_of_rules_and_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rules = tuple(broken_rule(f"secret/broken-{kind.__name__.lower()}", kind) for kind in (ValueError, KeyError, OSError))
    notebook = decode_notebook(json.dumps(book()).encode(), Limits())
    scan = scan_notebook(notebook, "n.ipynb", Policy(), (*load_checks(), Family("broken", rules)))
    assert [row.status for row in scan.checks if row.check == "broken"] == ["failed"]
    assert leaks(repr(scan)) == []
    assert leaks(caplog.text) == []


RUN = """
import logging, sys
logging.basicConfig(level=logging.DEBUG)
from pathlib import Path
from mlsec_lab.engine import load_policy, scan_paths
print(scan_paths(sys.argv[1:], load_policy([Path(sys.argv[1])]), jobs=2))
"""


def test_nothing_is_written_anywhere(project: Path, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("temp", "home", "state")}
    for folder in folders.values():
        folder.mkdir()
    before = {path: path.read_bytes() for path in project.iterdir()}
    environment = {
        **os.environ,
        "TMPDIR": str(folders["temp"]),
        "HOME": str(folders["home"]),
        "XDG_CONFIG_HOME": str(folders["home"] / "config"),
        "MLSEC_DATA_DIR": str(folders["state"]),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", RUN, str(project)], capture_output=True, env=environment, cwd=tmp_path, check=True
    )
    assert "secret/openai-api-key" in run.stdout.decode()
    assert leaks(run.stdout.decode()) == []
    assert leaks(run.stderr.decode()) == []
    assert {path: path.read_bytes() for path in project.iterdir()} == before
    written = [path for folder in folders.values() for path in folder.rglob("*") if path.is_file()]
    assert [path.relative_to(tmp_path).as_posix() for path in written] == ["state/key"]
    for path in written:
        raw = path.read_bytes()
        assert leaks(raw.decode("latin-1")) == leaks(base64.b64encode(raw).decode()) == leaks(raw.hex()) == []


def test_fingerprints_of_cells_without_ids_do_not_tell_a_password_apart_by_more_than_its_tag() -> None:
    def prints(value: str) -> list[str]:
        source = f"%env DB_PASSWORD={value}\n# the same is {value}"
        notebook = decode_notebook(json.dumps(notebook_json(cell_json(source))).encode(), Limits())
        return [f.fingerprint for f in scan_notebook(notebook, "n.ipynb", Policy(), load_checks()).findings]

    first = password("first")
    twin = next(value for seed in range(100_000) if tag(value := password(seed)) == tag(first))
    assert first != twin
    assert prints(first) == prints(twin) != []
