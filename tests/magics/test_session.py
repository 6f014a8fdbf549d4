from __future__ import annotations

import json
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mlsec_lab.magics.session import RunTimes, numbers, saved_sources, session_notebook


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        shell.run_cell(cell, store_history=True)


def test_cells_and_outputs_stand_at_their_prompt_numbers(shell: InteractiveShell) -> None:
    run(shell, "a = 1", "print('x'); a + 41", "1 / 0")
    notebook = json.loads(session_notebook(shell, {1, 2, 3}))
    assert [cell["source"] for cell in notebook["cells"]] == ["", "a = 1", "print('x'); a + 41", "1 / 0"]
    assert [cell["id"] for cell in notebook["cells"]] == ["in-0", "in-1", "in-2", "in-3"]
    second, third = notebook["cells"][2]["outputs"], notebook["cells"][3]["outputs"]
    assert [output["data"] for output in second if output["output_type"] == "display_data"] == [{"text/plain": "42"}]
    assert third[-1]["output_type"] == "error"
    assert third[-1]["ename"] == "ZeroDivisionError"


def test_streams_are_read_where_ipython_keeps_them(shell: InteractiveShell) -> None:
    run(shell, "import sys\nprint('to out')", "print('to err', file=sys.stderr)")
    notebook = json.loads(session_notebook(shell, {1, 2}))
    texts = [(o["name"], o["text"]) for cell in notebook["cells"] for o in cell["outputs"]]
    assert texts == [("stdout", "to out\n"), ("stderr", "to err\n")]


def test_only_chosen_cells_and_sources_that_are_not_known(shell: InteractiveShell) -> None:
    run(shell, "a = 1", "a", "a + 1")
    notebook = json.loads(session_notebook(shell, {2, 3}, {"a"}))
    assert [cell["source"] for cell in notebook["cells"]] == ["", "", "", "a + 1"]
    assert [len(cell["outputs"]) for cell in notebook["cells"]] == [0, 0, 1, 1]


def test_no_repr_of_the_user_is_called(shell: InteractiveShell) -> None:
    run(shell, "calls = []\nclass A:\n    def __repr__(self):\n        calls.append(1)\n        return 'shown'", "A()")
    assert shell.user_ns["calls"] == [1]
    notebook = json.loads(session_notebook(shell, set(numbers(shell))))
    assert notebook["cells"][2]["outputs"][0]["data"] == {"text/plain": "shown"}
    assert shell.user_ns["calls"] == [1]


def test_strange_text_survives(shell: InteractiveShell) -> None:
    run(shell, "'\\ud800 \\N{GRINNING FACE}'")
    assert json.loads(session_notebook(shell, {1}))["cells"][1]["source"] == "'\\ud800 \\N{GRINNING FACE}'"
    shell.history_manager.outputs.clear()
    shell.history_manager.output_hist_reprs[1] = "\ud800"
    assert json.loads(session_notebook(shell, {1}))["cells"][1]["outputs"][0]["data"] == {"text/plain": "\ud800"}


def test_values_that_are_no_json_are_named_by_type(shell: InteractiveShell) -> None:
    run(shell, "from IPython.display import display\ndisplay({'x/y': {1, 2}}, raw=True)")
    assert json.loads(session_notebook(shell, {1}))["cells"][1]["outputs"][0]["data"] == {"x/y": "<set>"}


def test_sources_of_a_saved_notebook(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps({"cells": [{"source": ["a\n", "b\n"]}, {"source": "c"}]}))
    assert saved_sources(file) == {"a\nb", "c"}
    for text in ("{", "[]", '{"cells": 3}', '{"cells": [{}]}'):
        file.write_text(text)
        assert saved_sources(file) == frozenset()
    assert saved_sources(tmp_path / "gone.ipynb") == frozenset()


def test_a_saved_notebook_that_is_too_large_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlsec_lab.magics.session.MAX_COMPARED_BYTES", 10)
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps({"cells": [{"source": "a"}]}))
    assert saved_sources(file) == frozenset()


def test_run_times_tell_what_ran_after_a_moment(shell: InteractiveShell) -> None:
    run(shell, "a = 1")
    times = RunTimes(shell)
    run(shell, "b = 2")
    assert not times.ran_after(1, float("inf"))
    assert times.ran_after(1, 0.0)
    assert times.ran_after(2, 0.0)
    # The cell that runs now has not ended: no file can hold its outputs yet.
    assert times.ran_after(3, 10.0**12)
    assert not times.ran_after(2, 10.0**12)
    times.close()
    run(shell, "c = 3")
    assert times.ran_after(3, 10.0**12)
