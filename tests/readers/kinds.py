"""Every kind of place in a notebook that can hold a string, each with a builder that puts a value there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Notebook = dict[str, Any]

#: Stands before every planted value: an astral character, then a second line.
BEFORE = "🙂 note\né = "
LINE, COLUMN = 2, 5


@dataclass(frozen=True)
class Kind:
    """Where ``plant`` puts the string, and the attributes that its place must have.

    ``wrap`` turns the value into the string; ``name`` is the surface's nearest member name.
    """

    plant: Callable[[Notebook, str], None]
    surface: str
    cell: int | None = None
    output: int | None = None
    mime: str | None = None
    is_key: bool = False
    name: str | None = None
    language: str | None = None
    wrap: Callable[[str], str] = lambda value: BEFORE + value + " end"
    line: int = LINE
    column: int = COLUMN


def lines(text: str) -> list[str]:
    """A multi-line string as nbformat writes it."""
    return text.splitlines(keepends=True)


def base() -> Notebook:
    """A plain notebook: a Markdown cell, a code cell with every kind of output, a raw cell."""
    return {
        "cells": [
            {"cell_type": "markdown", "id": "aa11", "metadata": {}, "source": ["# Title"]},
            {
                "cell_type": "code",
                "execution_count": 1,
                "id": "bb22",
                "metadata": {},
                "outputs": [
                    {"name": "stdout", "output_type": "stream", "text": ["plain\n"]},
                    {
                        "data": {"image/png": "iVBORw0KGgo" + "A" * 200, "text/plain": ["<Figure>"]},
                        "metadata": {},
                        "output_type": "display_data",
                    },
                    {"ename": "KeyError", "evalue": "no", "output_type": "error", "traceback": ["first", "second"]},
                ],
                "source": ["import os\n", "print(1)"],
            },
            {"cell_type": "raw", "id": "cc33", "metadata": {}, "source": ["raw text"]},
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "version": "3.11.7"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _source(cell: int) -> Callable[[Notebook, str], None]:
    def plant(notebook: Notebook, text: str) -> None:
        notebook["cells"][cell]["source"] = lines(text)

    return plant


def _string_source(notebook: Notebook, text: str) -> None:
    notebook["cells"][1]["source"] = text


def _stream(name: str) -> Callable[[Notebook, str], None]:
    def plant(notebook: Notebook, text: str) -> None:
        notebook["cells"][1]["outputs"][0] = {"name": name, "output_type": "stream", "text": lines(text)}

    return plant


def _data(mime: str, build: Callable[[str], Any] = lines) -> Callable[[Notebook, str], None]:
    def plant(notebook: Notebook, text: str) -> None:
        notebook["cells"][1]["outputs"][1]["data"][mime] = build(text)

    return plant


def _error(member: str, build: Callable[[str], Any] = str) -> Callable[[Notebook, str], None]:
    def plant(notebook: Notebook, text: str) -> None:
        notebook["cells"][1]["outputs"][2][member] = build(text)

    return plant


def _at(*pointer: Any, build: Callable[[str], Any] = str) -> Callable[[Notebook, str], None]:
    def plant(notebook: Notebook, text: str) -> None:
        target: Any = notebook
        for step in pointer[:-1]:
            target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
        target[pointer[-1]] = build(text)

    return plant


def _split(separator: str) -> Callable[[str], str]:
    return lambda value: BEFORE + value[:9] + separator + value[9:] + " end"


def _ansi(value: str) -> str:
    return "\x1b[0;31m" + BEFORE + value[:9] + "\x1b[0m\x1b[1m" + value[9:] + "\x1b[0m end"


def _spans(value: str) -> str:
    return f"<p>🙂</p>\n<span>{value[:9]}</span><span class='n'>{value[9:]}</span>"


def _widget(text: str) -> dict[str, Any]:
    return {"model_name": "TextModel", "state": {"value": text}}


def _entities(value: str) -> str:
    return f"<b>🙂</b>\n<i>{value[:9]}&#{ord(value[9])};{value[10:]}</i>"


_PLOTLY = "application/vnd.plotly.v1+json"
_VEGA = "application/vnd.vegalite.v5+json"
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_OUT = ("cells", 1, "outputs", 1)

KINDS: dict[str, Kind] = {
    "code source": Kind(_source(1), "source", 1, language="python"),
    "code source as one string": Kind(_string_source, "source", 1, language="python"),
    "markdown source": Kind(_source(0), "source", 0, language="markdown"),
    "markdown with entity": Kind(
        _source(0), "source", 0, language="markdown", wrap=lambda v: f"{BEFORE}{v[:9]}&#{ord(v[9])};{v[10:]} end"
    ),
    "raw source": Kind(_source(2), "source", 2),
    "stdout": Kind(_stream("stdout"), "output", 1, 0, "stream/stdout"),
    "stdout with ANSI in mid-word": Kind(_stream("stdout"), "output", 1, 0, "stream/stdout", wrap=_ansi),
    "stderr": Kind(_stream("stderr"), "output", 1, 0, "stream/stderr"),
    "text/plain": Kind(_data("text/plain"), "output", 1, 1, "text/plain"),
    "text/plain with a soft hyphen": Kind(_data("text/plain"), "output", 1, 1, "text/plain", wrap=_split("\u00ad")),
    "text/html text": Kind(_data("text/html"), "output", 1, 1, "text/html", wrap=lambda v: f"<p>🙂</p>\n<b>{v}</b>", column=4),
    "text/html attribute": Kind(
        _data("text/html"), "output", 1, 1, "text/html", wrap=lambda v: f"<p>🙂</p>\n<a t='{v}'>x</a>", column=7
    ),
    "text/html script": Kind(
        _data("text/html"), "output", 1, 1, "text/html", wrap=lambda v: f"<p>🙂</p>\n<script>k='{v}'</script>", column=12
    ),
    "text/html split by spans": Kind(
        _data("text/html"),
        "output",
        1,
        1,
        "text/html",
        wrap=_spans,
        column=7,
    ),
    "text/html entity in mid-word": Kind(_data("text/html"), "output", 1, 1, "text/html", wrap=_entities, column=4),
    "text/markdown": Kind(_data("text/markdown"), "output", 1, 1, "text/markdown"),
    "text/latex": Kind(_data("text/latex"), "output", 1, 1, "text/latex"),
    "application/javascript": Kind(_data("application/javascript"), "output", 1, 1, "application/javascript"),
    "image/svg+xml": Kind(
        _data("image/svg+xml"), "output", 1, 1, "image/svg+xml", wrap=lambda v: f"<svg>🙂\n<text>{v}</text></svg>", column=7
    ),
    "image/png that is text": Kind(_data("image/png", str), "output", 1, 1, "image/png"),
    "other text-like type": Kind(_data("text/x-custom"), "output", 1, 1, "text/x-custom"),
    "application/json string": Kind(_data("application/json", str), "output", 1, 1, "application/json"),
    "application/json nested": Kind(
        _data("application/json", lambda t: {"runs": [{"api_key": t}]}), "output", 1, 1, "application/json", name="api_key"
    ),
    "application/json list": Kind(
        _data("application/json", lambda t: {"tokens": ["a", [t]]}), "output", 1, 1, "application/json", name="tokens"
    ),
    "application/json name": Kind(_data("application/json", lambda t: {t: 1}), "output", 1, 1, "application/json", is_key=True),
    "plotly": Kind(
        _data(_PLOTLY, lambda t: {"data": [{"hovertext": ["a", t]}], "layout": {}}), "output", 1, 1, _PLOTLY, name="hovertext"
    ),
    "vega-lite": Kind(_data(_VEGA, lambda t: {"data": {"url": t}}), "output", 1, 1, _VEGA, name="url"),
    "error name": Kind(_error("ename"), "output", 1, 2, "error"),
    "error value": Kind(_error("evalue"), "output", 1, 2, "error"),
    "traceback": Kind(_error("traceback", lambda t: ["Traceback", t, "last"]), "output", 1, 2, "error", line=3),
    "traceback with ANSI in mid-word": Kind(
        _error("traceback", lambda t: ["Traceback\n  more", t]), "output", 1, 2, "error", wrap=_ansi, line=4
    ),
    "attachment text": Kind(_at("cells", 0, "attachments", "a.txt", "text/plain"), "attachment", 0, mime="text/plain"),
    "attachment name": Kind(
        lambda nb, t: nb["cells"][0].update(attachments={t: {"image/png": "iVBORw0KGgo" + "A" * 99}}),
        "attachment",
        0,
        is_key=True,
    ),
    "cell metadata": Kind(_at("cells", 1, "metadata", "note"), "metadata", 1, name="note"),
    "cell metadata name": Kind(lambda nb, t: nb["cells"][1]["metadata"].update({t: True}), "metadata", 1, is_key=True),
    "cell tags": Kind(_at("cells", 2, "metadata", "tags", build=lambda t: ["x", t]), "metadata", 2, name="tags"),
    "cell id": Kind(_at("cells", 2, "id"), "metadata", 2, name="id"),
    "Colab user": Kind(_at("cells", 1, "metadata", "executionInfo", "user", "displayName"), "metadata", 1, name="displayName"),
    "output metadata": Kind(_at(*_OUT, "metadata", "image/png", "alt"), "metadata", 1, 1, name="alt"),
    "notebook metadata": Kind(_at("metadata", "title"), "metadata", name="title"),
    "papermill parameter": Kind(_at("metadata", "papermill", "parameters", "db_password"), "metadata", name="db_password"),
    "kernel name": Kind(_at("metadata", "kernelspec", "name"), "metadata", name="name"),
    "widget state": Kind(
        _at(
            "metadata",
            "widgets",
            _WIDGETS,
            "state",
            "0" * 32,
            build=_widget,
        ),
        "metadata",
        name="value",
    ),
    "unknown member of the notebook": Kind(_at("extra"), "metadata", name="extra"),
    "unknown member of a cell": Kind(_at("cells", 1, "extra", build=lambda t: [{"deep": t}]), "metadata", 1, name="deep"),
    "unknown member of an output": Kind(_at(*_OUT, "transient", "display_id"), "metadata", 1, 1, name="display_id"),
    "unknown name of a cell's member": Kind(lambda nb, t: nb["cells"][1].update({t: None}), "metadata", 1, is_key=True),
    "unknown MIME type's name": Kind(
        lambda nb, t: nb["cells"][1]["outputs"][1]["data"].update({t: "x"}), "output", 1, 1, "unknown", is_key=True
    ),
    "source of the wrong type": Kind(_at("cells", 1, "source", build=lambda t: {"code": t}), "source", 1, name="code"),
    "source list with a number": Kind(
        _at("cells", 1, "source", build=lambda t: [*lines(t), 7, None]), "source", 1, language="python"
    ),
    "cell that is a string": Kind(lambda nb, t: nb["cells"].append(t), "metadata", 3),
    "output that is a string": Kind(lambda nb, t: nb["cells"][1]["outputs"].append(t), "output", 1, 3),
    "stream of another name": Kind(_stream("debug"), "output", 1, 0, "stream/other"),
}
