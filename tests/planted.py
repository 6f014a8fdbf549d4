"""One key in each of the places where notebooks leak: the 29 that the field is measured by (benchmarks/surfaces.py)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes import aws_access_key

#: Stands before each key in its string: a character outside the basic plane, which JSON may write as two escapes.
EMOJI = "🙂 "
_WIDGETS = "application/vnd.jupyter.widget-state+json"
PLOTLY = "application/vnd.plotly.v1+json"


@dataclass(frozen=True)
class Planted:
    """A key and where a report must say that it stands. ``written`` is how it begins in the file."""

    kind: str
    value: str
    written: str
    surface: str
    cell_index: int | None
    output_index: int | None
    mime_type: str | None
    line: int
    column: int


class Builder:
    """Makes a notebook, one cell for each kind, and remembers what it planted where."""

    def __init__(self) -> None:
        self.cells: list[dict[str, Any]] = []
        self.metadata: dict[str, Any] = {"language_info": {"name": "python"}}
        self.planted: list[Planted] = []

    def key(self, kind: str) -> str:
        """A key of its own for each kind."""
        return aws_access_key(f"planted {kind}")

    def expect(
        self,
        kind: str,
        text: str,
        surface: str,
        *,
        output: int | None = None,
        mime: str | None = None,
        written: str | None = None,
        cell: bool = True,
    ) -> None:
        """The key of ``kind`` stands in ``text``, the raw string of the last cell's part, as ``written``."""
        value = self.key(kind)
        written = written or value
        at = text.index(written)
        index = len(self.cells) - 1 if cell else None
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        self.planted.append(Planted(kind, value, written, surface, index, output, mime, line, column))

    def cell(self, source: str = "pass", kind: str = "code", **more: Any) -> None:
        """Append a cell; source as a list of lines, as files have it."""
        cell = {"cell_type": kind, "id": f"cell{len(self.cells)}", "metadata": {}, "source": source.splitlines(keepends=True)}
        if kind == "code":
            cell |= {"execution_count": 1, "outputs": []}
        self.cells.append({**cell, **more})

    def in_source(self, kind: str, template: str, cell_type: str = "code") -> None:
        """Plant in a cell's source; ``@`` is the key."""
        source = template.replace("@", self.key(kind))
        self.cell(source, cell_type)
        self.expect(kind, source, "source")

    def in_stream(self, kind: str, name: str, template: str, written: int | None = None) -> None:
        """Plant in a stream; ``@`` is the key."""
        key = self.key(kind)
        text = template.replace("@", key).replace("<", key[:9]).replace(">", key[9:])
        self.cell(outputs=[{"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}])
        self.expect(kind, text, "output", output=0, mime=f"stream/{name}", written=key[:written])

    def in_data(self, kind: str, mime: str, template: str, build: Callable[[str], Any] | None = None) -> None:
        """Plant in one MIME form of an output; ``build`` makes the value of the string."""
        text = template.replace("@", self.key(kind))
        value = text.splitlines(keepends=True) if build is None else build(text)
        self.cell(outputs=[{"output_type": "display_data", "metadata": {}, "data": {mime: value}}])
        self.expect(kind, text, "output", output=0, mime=mime)

    def notebook(self) -> dict[str, Any]:
        """What was built."""
        return {"cells": self.cells, "metadata": self.metadata, "nbformat": 4, "nbformat_minor": 5}


def encoded(text: str) -> str:
    """Base64."""
    return base64.b64encode(text.encode()).decode()


def _sources(make: Builder) -> None:
    make.in_source("code source", f"# {EMOJI}\n{EMOJI}aws = '@'")
    make.in_source("bash cell", f"%%bash\n# {EMOJI}\nexport AWS_ACCESS_KEY_ID=@")
    make.in_source("shell line", f"x = 1\n!echo {EMOJI}; aws --profile @ s3 ls")
    first, second = make.key("first of two on a line"), make.key("second of two on a line")
    source = f"pair = ('{EMOJI}', '{first}', '{second}')"
    make.cell(source)
    make.expect("first of two on a line", source, "source")
    make.expect("second of two on a line", source, "source")
    make.in_source("Markdown cell", f"# {EMOJI}\n\nUse `@` for now.", "markdown")
    make.in_source("raw cell", f"{EMOJI}raw\n@", "raw")
    wrapped = encoded(f"aws_access_key_id = {make.key('base64 in source')}")
    source = f"# {EMOJI}\nconfig = b64decode('{wrapped}')"
    make.cell(source)
    make.expect("base64 in source", source, "source", written=wrapped)


def _streams(make: Builder) -> None:
    make.in_stream("stdout", "stdout", f"{EMOJI}one\nkey @ done\n")
    make.in_stream("stderr", "stderr", f"{EMOJI}warning: @\n")
    make.in_stream("coloured stream", "stdout", f"\x1b[31m{EMOJI}\n@\x1b[0m end\n")
    make.in_stream("colour in mid-key", "stdout", f"\x1b[31m{EMOJI}\n<\x1b[0m\x1b[1m> end\n", written=9)


def _errors(make: Builder) -> None:
    for kind in ("error value", "traceback"):
        key = make.key(kind)
        value = f"{EMOJI}rejected {key}" if kind == "error value" else "rejected"
        trace = ["Traceback (most recent call last)", f"\x1b[0;31mKeyError\x1b[0m: {EMOJI}{key if kind == 'traceback' else ''}"]
        make.cell(outputs=[{"output_type": "error", "ename": "KeyError", "evalue": value, "traceback": trace}])
        make.expect(kind, value if kind == "error value" else "\n".join(trace), "output", output=0, mime="error")


def _outputs(make: Builder) -> None:
    make.in_data("text/plain", "text/plain", f"{EMOJI}result\n'@'")
    make.in_data("HTML text", "text/html", f"<p>{EMOJI}</p>\n<p>key <b>@</b></p>")
    table = f"<table>\n<tr><th>{EMOJI}id</th><th>aws</th></tr>\n<tr><td>1</td><td>@</td></tr>\n</table>"
    make.in_data("HTML table", "text/html", table)
    make.in_data("JSON", "application/json", f"{EMOJI}@", lambda text: {"runs": [{"id": 3, "aws": text}]})
    make.in_data("JavaScript", "application/javascript", f"// {EMOJI}\nconst aws = '@';")
    make.in_data("SVG", "image/svg+xml", f"<svg>\n<title>{EMOJI}</title><text x='1'>@</text></svg>")
    make.in_data("Markdown output", "text/markdown", f"{EMOJI}\n**key** `@`")
    make.in_data("LaTeX", "text/latex", f"$x$ {EMOJI}\n\\texttt{{@}}")
    figure = make.key("Plotly")
    text = f"{EMOJI}run {figure}"
    data = {PLOTLY: {"data": [{"type": "bar", "text": ["a", text], "y": [1.5, 2]}], "layout": {}}}
    make.cell(outputs=[{"output_type": "display_data", "metadata": {}, "data": data}])
    make.expect("Plotly", text, "output", output=0, mime=PLOTLY)


def _metadata(make: Builder) -> None:
    text = f"{EMOJI}{make.key('output metadata')}"
    shown = {"output_type": "display_data", "metadata": {"image/png": {"alt": text}}, "data": {"text/plain": ["<Figure>"]}}
    make.cell(outputs=[shown])
    make.expect("output metadata", text, "metadata", output=0)
    text = f"{EMOJI}{make.key('cell metadata')}"
    make.cell(metadata={"tags": ["parameters"], "note": text})
    make.expect("cell metadata", text, "metadata")
    text = f"{EMOJI}{make.key('papermill parameter')}"
    make.metadata["papermill"] = {"parameters": {"aws_id": text}, "version": "2.4.0"}
    make.expect("papermill parameter", text, "metadata", cell=False)
    text = f"{EMOJI}{make.key('widget state')}"
    model = {"model_module": "@jupyter-widgets/controls", "model_name": "TextModel", "state": {"value": text}}
    make.metadata["widgets"] = {_WIDGETS: {"state": {"0" * 32: model}, "version_major": 2, "version_minor": 0}}
    make.expect("widget state", text, "metadata", cell=False)


def _attachments(make: Builder) -> None:
    text = f"{EMOJI}\naws = {make.key('attachment')}\n"
    make.cell("see it", "markdown", attachments={"note.txt": {"text/plain": text}})
    make.expect("attachment", text, "attachment", mime="text/plain")
    text = encoded(f"{EMOJI}\naws = {make.key('base64 attachment')}\n")
    make.cell("see it", "markdown", attachments={"env.txt": {"text/plain": text}})
    make.expect("base64 attachment", text, "attachment", mime="text/plain", written=text)


def planted_notebook() -> tuple[dict[str, Any], tuple[Planted, ...]]:
    """The notebook, and what is in it, in no particular order."""
    make = Builder()
    for part in (_sources, _streams, _errors, _outputs, _metadata, _attachments):
        part(make)
    return make.notebook(), tuple(make.planted)


def tangled(notebook: dict[str, Any]) -> bytes:
    """The file of a notebook with all that trips readers: a byte-order mark, NaN, wrong types and members that occur twice."""
    odd = {
        **notebook,
        "nbformat_minor": "five",
        "score": float("nan"),
        "cells": [*notebook["cells"], {"source": 7}, "text", None],
    }
    text = json.dumps(odd, indent=1, ensure_ascii=False)
    twice = '{\n "nbformat": [],\n "metadata": {"kernelspec": 3},\n "cells": {"0": null},'
    return b"\xef\xbb\xbf" + text.replace("{", twice, 1).encode()
