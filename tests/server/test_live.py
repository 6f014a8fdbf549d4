from __future__ import annotations

from tests.fakes import openai_key
from tests.server.conftest import Ask
from tests.server.support import cell, live


async def test_reports_the_notebook_as_it_is(ask: Ask) -> None:
    key = openai_key()
    status, answer = await ask("POST", "live", live("import os", f'x = 1\nkey = "{key}"'))
    assert (status, answer["status"], answer["revision"]) == (200, "done", 1)
    [finding] = answer["report"]["findings"]
    where = finding["location"]
    assert finding["rule_id"] == "secret/openai-api-key"
    assert (where["path"], where["cell_index"], where["cell_id"], where["surface"]) == ("work/train.ipynb", 1, "c1", "source")
    assert (where["line"], where["column"], where["end_line"], where["end_column"]) == (2, 8, 2, 8 + len(key))


async def test_scans_a_change_of_one_cell(ask: Ask) -> None:
    first = live("import os", f'key = "{openai_key()}"')
    await ask("POST", "live", first)
    change = {**first, "base": 1, "revision": 2, "cells": {"c1": cell("key = 1", id="c1")}, "metadata": None}
    status, answer = await ask("POST", "live", change)
    assert (status, answer["revision"], answer["report"]["findings"]) == (200, 2, [])
    assert answer["report"]["summary"]["cells"] == 2
