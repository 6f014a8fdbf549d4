from __future__ import annotations

import sys

import pandas
import pytest
from IPython.core.interactiveshell import InteractiveShell

from mlsec_lab.core.location import Location
from mlsec_lab.magics.copies import Copy
from mlsec_lab.magics.result import MissingPackageError, ScanResult

from .support import finding, report_of

COPY = Copy("editor", "a.ipynb")


def test_the_frame_has_one_row_a_finding() -> None:
    frame = ScanResult(report_of(finding(), finding(location=Location("a.ipynb", None, surface="metadata"))), COPY).frame
    assert frame["rule_id"].tolist() == ["secret/openai-api-key", "secret/openai-api-key"]
    assert frame["cell_index"].tolist() == [3, pandas.NA]
    assert str(frame["line"].dtype) == "Int64"
    assert frame["preview"].tolist() == ["sk-proj-…Qw4A"] * 2


def test_an_empty_frame_has_the_same_columns() -> None:
    full, empty = ScanResult(report_of(finding()), COPY).frame, ScanResult(report_of(), COPY).frame
    assert list(full.columns) == list(empty.columns)
    assert len(empty) == 0


def test_without_pandas_one_sentence_says_so(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    result = ScanResult(report_of(), COPY)
    with pytest.raises(MissingPackageError, match="needs pandas"):
        _ = result.frame
    shell.user_ns["result"] = result
    with pytest.MonkeyPatch.context() as patch:
        shown: list[str] = []
        patch.setattr(shell, "_showtraceback", lambda kind, value, lines: shown.extend(lines))
        shell.run_cell("result.frame")
    assert shown == ["A DataFrame needs pandas, which is not installed. Use .report, or: pip install pandas"]


def test_a_bundle_without_widgets_has_text_and_html() -> None:
    bundle = ScanResult(report_of(finding()), COPY)._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]
    assert "Scanned a.ipynb as it is in the editor" in bundle["text/html"]


def test_an_update_changes_report_and_copy() -> None:
    result = ScanResult(report_of(finding()), Copy("paths", "x"))
    result.update(report_of(), COPY)
    assert result.report["findings"] == []
    assert result.notes == (COPY.describe(),)
    result.say("Something more.")
    assert repr(result).splitlines()[:3] == [
        "No findings in what was checked.",
        COPY.describe(),
        "Something more.",
    ]


def test_what_is_displayed_is_updated_in_place(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[tuple[str, dict[str, str], bool]] = []

    def publish(data: dict[str, str], metadata: object = None, **more: object) -> None:
        transient = more.get("transient")
        assert isinstance(transient, dict)
        published.append((transient["display_id"], data, bool(more.get("update"))))

    monkeypatch.setattr(shell.display_pub, "publish", publish)
    result = ScanResult(report_of(finding()), COPY)
    result._ipython_display_()
    result.update(report_of(), COPY)
    (first, before, new), (second, after, again) = published
    assert first == second
    assert (new, again) == (False, True)
    assert before["text/plain"].startswith("1 finding: 1 critical.")
    assert after["text/plain"].startswith("No findings in what was checked.")
