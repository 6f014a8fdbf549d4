from __future__ import annotations

import json
import sys

import ipywidgets
import pytest

from mlsec_lab.magics.copies import Copy
from mlsec_lab.magics.result import ScanResult
from mlsec_lab.magics.view import VIEW_TYPE, View, make_view

from .support import finding, report_of


def result() -> ScanResult:
    low = finding(severity="low", rule_id="secret/jwt", message="JSON web token in an output")
    return ScanResult(report_of(finding(), low), Copy("editor", "a.ipynb"), widgets=True)


def test_a_bundle_with_widgets_has_the_view_too() -> None:
    shown = result()
    bundle = shown._repr_mimebundle_()
    assert sorted(bundle) == [VIEW_TYPE, "text/html", "text/plain"]
    assert shown._repr_mimebundle_()[VIEW_TYPE] == bundle[VIEW_TYPE]


def test_the_severity_filter_hides_rows() -> None:
    view = View(result(), ipywidgets)
    table = view.box.children[2]
    assert "secret/jwt" in table.value
    assert "secret/openai-api-key" in table.value
    buttons = {button.description: button for button in view.box.children[1].children}
    assert [name for name, button in buttons.items() if button.layout.display != "none"] == ["critical 1", "low 1"]
    buttons["low 1"].value = False
    assert "secret/jwt" not in table.value
    assert "secret/openai-api-key" in table.value
    buttons["critical 1"].value = False
    assert table.value.count("<tr") == 0
    assert "No findings of the chosen severities." in table.value


def test_what_was_not_checked_has_its_section() -> None:
    missing = View(result(), ipywidgets).box.children[3]
    assert "pii (skipped): Not part of this version." in missing.value


def test_an_update_changes_the_view_that_is_shown() -> None:
    shown = result()
    shown._repr_mimebundle_()
    view = shown._make_view()
    assert view is not None
    shown.update(report_of(), Copy("editor", "b.ipynb"))
    head, filters, table, _ = view.box.children
    assert "No findings in what was checked." in head.value
    assert "Scanned b.ipynb" in head.value
    assert filters.layout.display == "none"
    assert table.value == ""


def test_without_ipywidgets_there_is_html(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = result()
    assert make_view(shown) is None
    assert sorted(shown._repr_mimebundle_()) == ["text/html", "text/plain"]


def test_the_saved_state_holds_what_is_shown_and_no_more() -> None:
    view = View(result(), ipywidgets)
    state = json.dumps([widget.get_state() for widget in view.box.children], default=str)
    assert "sk-proj-…Qw4A" in json.loads(json.dumps(view.box.children[2].value))
    assert "mf1:" not in state
