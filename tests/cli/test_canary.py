"""No planted value, nor eight characters of one outside its public prefix, in anything that the command says or leaves."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.engine.support import cell_json, notebook_json
from tests.fakes import aws_access_key, fake, github_token, openai_key, password

from .support import pieces, process, write

#: In the middle of every OpenAI key, and so in the rule's own pattern: it tells nothing.
INFIX = "T3Blbk" + "FJ"
KEY, TOKEN, AWS, PASSWORD, URL_PASSWORD, GENERIC, CELL_ID, IN_NAME = PLANTED = (
    openai_key("canary"),
    github_token("canary"),
    aws_access_key("canary"),
    password("canary"),
    fake("alnum", 16, "canary"),
    fake("hex", 40, "canary"),
    openai_key("canary id"),
    github_token("canary name"),
)
PREFIXES = ("sk-" + "proj-", "ghp" + "_", "AK" + "IA", "", "", "", "sk-" + "proj-", "ghp" + "_")
PIECES = {piece for value, prefix in zip(PLANTED, PREFIXES, strict=True) for piece in pieces(value, prefix)} - {INFIX}
COMMANDS = [
    ["scan", "--format", "json", "--min-confidence", "low"],
    ["scan", "--format", "json", "--jobs", "2"],
    ["scan", "--format", "sarif"],
    ["scan", "--format", "table"],
    ["scan", "--format", "sarif", "--output", "out.sarif"],
    ["scan", "--output", "out.json", "--write-baseline", "base.json"],
    ["scan", "--baseline", "base.json", "--format", "sarif"],
    ["--debug", "scan", "--config", "wrong.toml"],
    ["scan", "nowhere"],
    ["doctor", "--paths"],
]


def leaks(data: bytes) -> int:
    """How many pieces stand in some bytes, as they are, as UTF-16, as hex or as base64."""
    texts = [data.decode("latin-1"), data.replace(b"\0", b"").decode("latin-1")]
    grams = {text[start : start + 8] for text in texts for start in range(len(text) - 7)}
    whole = [form for value in PLANTED for form in (value.encode().hex().encode(), base64.b64encode(value.encode())[4:-4])]
    return len(grams & PIECES) + sum(form in data for form in whole)


@pytest.fixture
def planted(project: Path) -> Path:
    stream = {"output_type": "stream", "name": "stdout", "text": [f"\x1b[31m{KEY[:20]}\x1b[0m{KEY[20:]}\n", f"aws {AWS}"]}
    error = {"output_type": "error", "ename": "E", "evalue": f"bad {AWS}", "traceback": [f"\x1b[1m{KEY}\x1b[0m"]}
    odd = {"output_type": "display_data", "metadata": {f"meta {TOKEN}": KEY}, "data": {f"application/x-{TOKEN}": f"is {TOKEN}"}}
    content = notebook_json(
        cell_json(f"key = '{KEY}'  # mlsec: ignore[secret] it is {KEY} and {PASSWORD}", outputs=[stream, error, odd]),
        cell_json(f"password = '{PASSWORD}'\n%env API_KEY={GENERIC}"),
        cell_json(f"engine = 'postgresql://svc:{URL_PASSWORD}@db.corp.internal:5432/x'\nkey = '{KEY}'", CELL_ID),
        cell_json(f"text {TOKEN}", cell_type="markdown", attachments={f"{TOKEN}.txt": {"text/plain": KEY}}),
        metadata={"papermill": {"parameters": {"api_key": GENERIC, "password": PASSWORD}}, TOKEN: AWS},
    )
    (project / "n.ipynb").write_text(json.dumps(content, indent=1))
    (project / "broken.ipynb").write_text(json.dumps(content)[:-40])
    write(project / f"{IN_NAME}.ipynb", f"token = '{IN_NAME}'")
    (project / "mlsec.toml").write_text(f"[[waivers]]\nreason = 'seen {KEY}'\nrule = 'secret/aws-access-key'\n")
    (project / "wrong.toml").write_text(f"api_key = '{KEY}'\nfail-on = '{TOKEN}'\n")
    return project


def test_the_net_itself_catches() -> None:
    assert leaks(f"..{KEY[30:38]}..{PASSWORD[2:10]}".encode()) == 2
    assert leaks(PASSWORD.encode("utf-16-le")) == len(PASSWORD) - 7
    assert leaks(TOKEN.encode().hex().encode()) == 1
    assert leaks(f"{KEY[:8]}…{KEY[-4:]}".encode()) == 0


def test_nothing_that_is_said_or_left_gives_a_value_away(planted: Path, tmp_path: Path) -> None:
    folders = {
        name: tmp_path / name.lower()
        for name in ("TMPDIR", "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MLSEC_DATA_DIR")
    }
    for folder in folders.values():
        folder.mkdir()
    variables = {name: str(folder) for name, folder in folders.items()}
    own = {path: path.read_bytes() for path in planted.iterdir() if path.is_file()}
    first = process(["scan"], planted, **variables)
    assert {"secret/openai-api-key", "secret/github-token", "secret/password", "notebook/unreadable"} <= set(first.rules)
    report = first.report
    fingerprints = {row["rule_id"]: row["fingerprint"] for row in (*report["findings"], *report["suppressed"])}
    assert "secret/aws-access-key" in fingerprints
    chosen = ("secret/openai-api-key", "secret/password", "secret/aws-access-key")
    runs = [first, *(process(command, planted, **variables) for command in COMMANDS)]
    runs += [process(["explain", fingerprints[rule]], planted, **variables) for rule in chosen]
    for run in runs:
        assert leaks(run.out.encode()) == 0
        assert leaks(run.err.encode()) == 0
        assert "Traceback" not in run.err
    assert [run.status for run in runs[-3:]] == [0, 0, 0]
    assert {path: path.read_bytes() for path in own} == own
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path not in own]
    assert (
        {"base.json", "out.json", "out.sarif", "key"}
        >= {path.name for path in written}
        >= {"base.json", "out.json", "out.sarif"}
    )
    assert [path.name for path in written if leaks(path.read_bytes()) or leaks(path.name.encode())] == []
