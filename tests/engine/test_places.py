"""A key in every place where notebooks leak: found there, with the right line, column and line of the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.engine.scan import scan_notebook
from mlsec_lab.readers import decode_notebook
from mlsec_lab.rules import load_checks
from tests.fakes import aws_access_key
from tests.planted import Planted, encoded, planted_notebook, tangled
from tests.readers.kinds import BEFORE, KINDS, base

RULE = "secret/aws-access-key"
FILES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "plain": lambda notebook: json.dumps(notebook, indent=1, ensure_ascii=False).encode(),
    "escaped": lambda notebook: json.dumps(notebook, indent=2).encode(),
    "tangled": tangled,
}


def scanned(data: bytes) -> tuple[Finding, ...]:
    return scan_notebook(decode_notebook(data, Limits()), "n.ipynb", Policy(), load_checks(), data=data).findings


def place(finding: Finding) -> tuple[Any, ...]:
    at = finding.location
    return (at.surface, at.cell_index, at.output_index, at.mime_type, at.line, at.column, at.file_line)


def expected(one: Planted, data: bytes) -> tuple[Any, ...]:
    text = data.decode("utf-8-sig")
    file_line = text.count("\n", 0, text.index(one.written)) + 1
    return (one.surface, one.cell_index, one.output_index, one.mime_type, one.line, one.column, file_line)


@pytest.mark.parametrize("form", FILES)
def test_all_29_places(form: str) -> None:
    notebook, planted = planted_notebook()
    data = FILES[form](notebook)
    assert len(planted) == len({one.kind for one in planted}) == 29
    found = scanned(data)
    assert {finding.rule_id for finding in found} == {RULE}
    by_preview = {finding.preview[-4:]: place(finding) for finding in found}
    assert by_preview == {one.value[-4:]: expected(one, data) for one in planted}
    assert len(found) == 29


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_in_every_kind_of_string(kind: str) -> None:
    known = KINDS[kind]
    value = aws_access_key(kind)
    content = base()
    known.plant(content, known.wrap(value))
    data = FILES["tangled"](content)
    text = data.decode("utf-8-sig")
    file_line = text.count("\n", 0, text.index(value[:9])) + 1
    [finding] = scanned(data)
    assert finding.rule_id == RULE
    assert place(finding) == (known.surface, known.cell, known.output, known.mime, known.line, known.column, file_line)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.wrap("x" * 20) == f"{BEFORE}{'x' * 20} end"])
def test_base64_in_every_kind_of_string(kind: str) -> None:
    known = KINDS[kind]
    value = aws_access_key(kind)
    wrapped = encoded(f"id: {value}, 🙂")
    content = base()
    known.plant(content, known.wrap(wrapped))
    data = FILES["plain"](content)
    [finding] = scanned(data)
    assert finding.rule_id == RULE
    file_line = data.decode().count("\n", 0, data.decode().index(wrapped)) + 1
    assert place(finding) == (known.surface, known.cell, known.output, known.mime, known.line, known.column, file_line)
    assert (finding.location.end_line, finding.location.end_column) == (known.line, known.column + len(wrapped))
    assert finding.message.endswith(", encoded in base64")
    assert finding.preview == f"AKIA…{value[-4:]}"
