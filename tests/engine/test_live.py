from __future__ import annotations

import json
from typing import Any

import pytest

from mlsec_lab.core.finding import Finding
from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Limits, Policy
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.cache import MatchCache
from mlsec_lab.engine.scan import NotebookScan, scan_notebook
from mlsec_lab.engine.worker.live import LiveScanner
from mlsec_lab.readers import decode_notebook
from tests.engine.support import CHECK, broken_rule, cell_json, notebook_json, token

POLICY = Policy()


class Client:
    """What the browser does: sends all of a notebook, then what changed."""

    def __init__(self, *checks: Family) -> None:
        self.cache = MatchCache(b"k" * 32, "1")
        self.scanner = LiveScanner(checks or (CHECK,), self.cache)
        self.revision = 0

    def send(
        self, book: dict[str, Any], *names: str, all_cells: bool = False, metadata: bool = True, policy: Policy = POLICY
    ) -> NotebookScan | None:
        """Send the cells that are named ``c0``, ``c1``, … by their number in ``names`` or all of them."""
        cells = {f"c{cell['id']}": cell for cell in book["cells"]}
        sent = cells if all_cells else {name: cells[name] for name in names}
        message = {
            "session": "s",
            "base": None if all_cells else self.revision,
            "revision": self.revision + 1,
            "order": list(cells),
            "cells": sent,
            "metadata": book["metadata"] if metadata else None,
            "nbformat": 4,
        }
        self.revision += 1
        return self.scanner.update("s", json.dumps(message).encode(), "n.ipynb", policy)


def shown(*texts: str) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]


def book(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return notebook_json(*({**cell, "id": cell.get("id", str(number))} for number, cell in enumerate(cells)), metadata=metadata)


def findings(result: NotebookScan | None) -> tuple[Finding, ...]:
    assert result is not None
    return result.findings


def saved(content: dict[str, Any], *checks: Family) -> NotebookScan:
    notebook = decode_notebook(json.dumps(content).encode(), Limits())
    return scan_notebook(notebook, "n.ipynb", POLICY, checks or (CHECK,), spans=True)


def test_a_live_notebook_gives_what_the_saved_one_gives() -> None:
    content = book(
        cell_json("x = 1"),
        cell_json(f"a = '{token(1)}'", outputs=shown(f"see {token(2)}")),
        cell_json("pass='plum!7'", metadata={"note": f"{token(3)}"}),
        cell_json(f"same = '{token(1)}'", cell_type="markdown"),
        author=f"by {token(4)}",
        language_info={"name": "python"},
    )
    client = Client()
    live, file = client.send(content, all_cells=True), saved(content)
    assert live is not None
    assert sorted(live.findings, key=repr) == sorted(file.findings, key=repr)
    assert len(live.findings) == 6
    assert (live.checks, live.below, live.media, live.input.cells) == (file.checks, file.below, file.media, 4)


def test_a_change_of_one_cell_matches_nothing_else() -> None:
    cells = [cell_json(f"x{number} = {number}", outputs=shown(f"out {number}")) for number in range(50)]
    client = Client()
    client.send(book(*cells), all_cells=True)
    before = client.cache.stats()
    cells[30] = cell_json(f"x = '{token()}'", outputs=shown("out 30"))
    [finding] = findings(client.send(book(*cells), "c30", metadata=False))
    assert (finding.location.cell_index, finding.location.cell_id, finding.location.line) == (30, "30", 1)
    after = client.cache.stats()
    # The new source, and the output that did not change.
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 1)


def test_moved_cells_are_told_where_they_are_now() -> None:
    leaky = cell_json(f"x = '{token()}'", "leak", outputs=shown(f"is {token(2)}"))
    first = book(cell_json("a"), leaky, cell_json("b"))
    client = Client()
    one = findings(client.send(first, all_cells=True))
    moved = {**first, "cells": [first["cells"][2], first["cells"][0], first["cells"][1]]}
    two = findings(client.send(moved))
    assert [f.location.cell_index for f in one] == [1, 1]
    assert [f.location.cell_index for f in two] == [2, 2]
    assert [f.fingerprint for f in one] == [f.fingerprint for f in two]
    assert findings(client.send({**first, "cells": [leaky]}))[0].location.cell_index == 0


def test_a_deleted_leak_goes() -> None:
    client = Client()
    assert len(findings(client.send(book(cell_json(f"x = '{token()}'")), all_cells=True))) == 1
    assert findings(client.send(book(cell_json("x = 1")), "c0")) == ()


def test_cells_without_ids_have_the_anchors_of_the_saved_file() -> None:
    cells = [cell_json(f"x = '{token(1)}'"), cell_json(f"x = '{token(2)}'")]
    content = notebook_json(*cells)
    message = {"session": "s", "revision": 1, "order": ["p", "q"], "cells": dict(zip("pq", cells, strict=True)), "metadata": {}}
    live = Client().scanner.update("s", json.dumps(message).encode(), "n.ipynb", POLICY)
    assert [f.fingerprint for f in findings(live)] == [f.fingerprint for f in saved(content).findings]


def test_media_that_were_left_out_are_counted() -> None:
    image = {"output_type": "display_data", "metadata": {}, "data": {"image/png": {"$media": [123456, "abcdef0123456789"]}}}
    result = Client().send(book(cell_json("plot()", outputs=[image])), all_cells=True)
    assert result is not None
    assert (result.media, result.findings) == (1, ())


def test_what_broke_in_a_cell_is_told_until_it_changes() -> None:
    def check(surface: Surface) -> list[Match]:
        if "bad" in surface.text:
            raise ValueError(surface.text)
        return []

    family = Family("secret", (Rule(id="secret/odd", title="Odd", severity="low", check_surface=check),))
    client = Client(family)
    for content, status in (
        (book(cell_json("bad"), cell_json("x = 1")), "failed"),
        (book(cell_json("good"), cell_json("y = 2")), "ran"),
    ):
        result = client.send(content, "c0", "c1", all_cells=client.revision == 0)
        assert result is not None
        assert result.checks[0].status == status
    assert broken_rule("secret/x", ValueError).check_surface is not None


def test_a_rule_that_reads_whole_notebooks_sees_all_cells_in_place() -> None:
    def check(notebook: Notebook) -> list[tuple[Surface, Match]]:
        return [(s, Match("secret/whole", 0, 1, s.text[0])) for s in notebook.surfaces if s.place.cell_index is not None]

    family = Family("secret", (Rule(id="secret/whole", title="Whole", severity="low", check_notebook=check),))
    client = Client(family)
    content = book(cell_json("first = 1"), cell_json("second = 2"), language_info={"name": "python"})
    assert [f.location.cell_index for f in findings(client.send(content, all_cells=True))] == [0, 1]
    content["cells"].reverse()
    assert [f.location.cell_id for f in findings(client.send(content))] == ["1", "0"]


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(max_cells=1), "2 cells and the limit is 1"),
        (Limits(max_bytes=20), "bytes and the limit is 20"),
        (Limits(max_surfaces=1), "texts"),
        (Limits(max_depth=5), "nested deeper than 5"),
    ],
)
def test_limits(limits: Limits, what: str) -> None:
    deep: Any = "end of the long way"
    for _ in range(8):
        deep = [deep]
    content = book(cell_json("xxxx = 1", metadata={"deep": deep}), cell_json("yyyy = 2"))
    client = Client()
    result = client.send(content, all_cells=True, policy=Policy(limits=limits))
    [finding] = findings(result)
    assert finding.rule_id == "notebook/oversized"
    assert what in finding.message
    content["cells"] = [cell_json("x", "0")]
    if limits.max_bytes == 20:
        return
    assert findings(client.send(content, "c0", policy=Policy(limits=limits))) == ()


def test_a_base_that_is_not_there_asks_for_everything() -> None:
    assert Client().send(book(cell_json("x = 1")), "c0") is None


def test_the_policy_of_now_counts() -> None:
    client = Client()
    content = book(cell_json("pass='plum!7'"))
    assert len(findings(client.send(content, all_cells=True))) == 1
    assert findings(client.send(content, policy=Policy(ignore=("secret/password",)))) == ()
    assert findings(client.send(content, policy=Policy(severity={"secret": "low"})))[0].severity == "low"


def test_lone_surrogates_and_odd_cells() -> None:
    content = book(cell_json(f"a\ud800 = '{token()}'"), cell_json("x", outputs="no list"))
    content["cells"][1]["source"] = {"odd": f"as {token(2)}"}
    assert len(findings(Client().send(content, all_cells=True))) == 2
