"""One real kernel: the magic is loaded and run, and the test answers in the front end's place."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

import mlsec_lab
from tests.fakes import aws_access_key, github_token, openai_key

ROOT = Path(mlsec_lab.__file__).parents[1]
SECONDS = 90
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "train.ipynb"
    cells = [{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": f"key = '{openai_key(1)}'"}]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


@pytest.fixture
def client(notebook: Path, tmp_path: Path) -> Iterator[BlockingKernelClient]:
    environment = {
        **os.environ,
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "JPY_SESSION_NAME": str(notebook),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),
        "MLSEC_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
    }
    manager = KernelManager(kernel_name="python3", connection_file=str(tmp_path / "kernel.json"))
    manager.start_kernel(env=environment, cwd=str(tmp_path))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def messages(client: BlockingKernelClient, until: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """What the kernel publishes until a message is met."""
    deadline = time.monotonic() + SECONDS
    seen: list[dict[str, Any]] = []
    while not seen or not until(seen[-1]):
        seen.append(client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic())))
    return seen


def run(client: BlockingKernelClient, code: str) -> list[dict[str, Any]]:
    request = client.execute(code)

    def idle(message: dict[str, Any]) -> bool:
        same = message["parent_header"].get("msg_id") == request
        return bool(same and message["content"].get("execution_state") == "idle")

    return messages(client, idle)


def contents(seen: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message["content"] for message in seen if message["msg_type"] == kind]


def test_a_kernel_shows_the_saved_copy_and_then_the_editors(client: BlockingKernelClient) -> None:
    run(client, "%load_ext mlsec_lab\nprint('x')")
    seen = run(client, "report = %mlsec\nreport")
    (shown,) = contents(seen, "display_data")
    assert "Scanned the saved file train.ipynb (saved " in shown["data"]["text/html"]
    assert "secret/openai-api-key" in shown["data"]["text/html"]
    assert VIEW in shown["data"]
    (opened,) = [content for content in contents(seen, "comm_open") if content["target_name"] == "mlsec"]
    assert opened["data"] == {"version": 1, "request": "notebook"}

    source = f"import os\ntoken = '{github_token(2)}'"
    cells = {"a": {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": source}}
    live = {"path": "train.ipynb", "base": None, "revision": 1, "order": ["a"], "cells": cells, "metadata": {}}
    data = {"version": 1, "path": "train.ipynb", "message": {**live, "nbformat": 4}}
    answer = client.session.msg("comm_msg", {"comm_id": opened["comm_id"], "data": data})
    client.shell_channel.send(answer)
    after = messages(client, lambda message: message["msg_type"] == "update_display_data")
    updated = after[-1]["content"]
    assert updated["transient"]["display_id"] == shown["transient"]["display_id"]
    assert "unsaved edits included" in updated["data"]["text/html"]
    assert "secret/github-token" in updated["data"]["text/html"]
    assert "secret/openai-api-key" not in updated["data"]["text/html"]
    everything = json.dumps([message["content"] for message in seen + after], default=str)
    for value, start in ((openai_key(1), 8), (github_token(2), 4)):
        assert not [n for n in range(start, len(value) - 7) if value[n : n + 8] in everything]

    (plain,) = contents(run(client, "print(report.copy.kind, len(report.frame))"), "stream")
    assert plain["text"] == "editor 1\n"


def test_what_a_kernels_session_printed_is_scanned(client: BlockingKernelClient) -> None:
    run(client, "%load_ext mlsec_lab")
    key = aws_access_key(3)
    run(client, f"print({key[:4]!r} + {key[4:]!r})\n1 / 0")
    code = (
        "r = %mlsec --copy session\n"
        "places = [(f['rule_id'], f['location']['cell_index'], f['location']['mime_type']) for f in r.report['findings']]\n"
        "print(places, r.report['inputs'][0]['cells'])"
    )
    (plain,) = contents(run(client, code), "stream")
    assert plain["text"] == "[('secret/aws-access-key', 2, 'stream/stdout')] 3\n"
