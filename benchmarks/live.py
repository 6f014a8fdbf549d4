"""A large notebook in JupyterLab: what the first scan costs, what a keystroke costs, and how many bytes each sends."""

from __future__ import annotations

import json
import random
import statistics
import time
from typing import Any

from mlsec_lab.core.policy import Policy
from mlsec_lab.engine import Worker
from tests.fakes import openai_key

from .setting import MEGABYTE, Setting, show

_WORDS = ("epoch", "loss", "batch", "model", "frame", "column", "train", "test", "value", "index", "rate", "score", "mean")
_KEYSTROKES = 20


def run(setting: Setting) -> int:
    """Print milliseconds and bytes. Returns 1 where a keystroke's report lacks the key that was typed."""
    cells = generated(setting.megabytes)
    worker = Worker()
    try:
        worker.ping()
        first, sent, _ = _send(worker, _message(cells, list(cells)))
        times: list[float] = []
        small = 0
        report: dict[str, Any] = {}
        name = next(iter(cells))
        cells[name] |= {"source": "client = OpenAI(api_key='@')".replace("@", openai_key("live"))}
        for number in range(_KEYSTROKES):
            cells[name] |= {"source": f"{cells[name]['source']} #{number}"}
            seconds, small, report = _send(worker, _message(cells, [name], base=number + 1))
            times.append(seconds)
    finally:
        worker.close()
    show(
        [
            ("", "ms", "bytes sent"),
            ("first scan", f"{first * 1000:.1f}", f"{sent:,}"),
            ("keystroke, fastest", f"{min(times) * 1000:.1f}", f"{small:,}"),
            ("keystroke, median", f"{statistics.median(times) * 1000:.1f}", f"{small:,}"),
        ]
    )
    print(f"  {len(cells)} cells; a keystroke costs {min(times) / first:.3f} of the first scan")
    return 0 if [finding["rule_id"] for finding in report["findings"]] == ["secret/openai-api-key"] else 1


def generated(megabytes: float) -> dict[str, dict[str, Any]]:
    """Cells of code, printed text and tables, as the browser sends them (media left out)."""
    chance = random.Random(7)
    cells: dict[str, dict[str, Any]] = {}
    size = 0.0
    while size < megabytes * MEGABYTE:
        source = "\n".join(f"{chance.choice(_WORDS)} = {_line(chance)!r}" for _ in range(8))
        printed = "\n".join(_line(chance) for _ in range(60))
        table = "".join(f"<tr><td>{number}</td><td>{_line(chance)}</td></tr>\n" for number in range(30))
        outputs = [
            {"output_type": "stream", "name": "stdout", "text": printed},
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": f"<table>{table}</table>", "image/png": {"$media": [40_000, "0a1b2c3d"]}},
            },
        ]
        name = f"cell{len(cells)}"
        cells[name] = {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": outputs}
        size += len(json.dumps(cells[name]))
    return cells


def _line(chance: random.Random) -> str:
    return " ".join([*chance.choices(_WORDS, k=8), f"{chance.random():.6f}"])


def _message(cells: dict[str, dict[str, Any]], changed: list[str], base: int | None = None) -> bytes:
    message = {
        "session": "benchmark",
        "base": base,
        "revision": 1 if base is None else base + 1,
        "order": list(cells),
        "cells": {name: cells[name] for name in changed},
        "metadata": {"language_info": {"name": "python"}} if base is None else None,
    }
    return json.dumps(message).encode()


def _send(worker: Worker, body: bytes) -> tuple[float, int, dict[str, Any]]:
    started = time.perf_counter()
    report = worker.live_update("benchmark", body, "live.ipynb", Policy())
    seconds = time.perf_counter() - started
    if not isinstance(report, dict):
        raise RuntimeError("The session was lost.")
    return seconds, len(body), report
