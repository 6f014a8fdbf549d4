from __future__ import annotations

from html.parser import HTMLParser

from mlsec_lab.core.location import Location
from mlsec_lab.magics.copies import SESSION_PATH
from mlsec_lab.magics.render import MAX_ROWS, not_checked, place, render_html, render_text

from .support import finding, report_of


def test_text_of_a_report() -> None:
    text = render_text(report_of(finding()), ["Scanned it."])
    assert text == (
        "1 finding: 1 critical.\n"
        "Scanned it.\n"
        "\n"
        "critical  secret/openai-api-key  sk-proj-…Qw4A\n"
        "          OpenAI API key in a code cell: cell 4, line 2\n"
        "          Rotate it first.\n"
        "\n"
        "Not checked or not listed:\n"
        "  pii (skipped): Not part of this version."
    )


def test_no_findings_is_never_called_clean() -> None:
    assert render_text(report_of(), []).splitlines()[0] == "No findings in what was checked."


def test_an_incomplete_scan_says_so_first() -> None:
    report = report_of(status="failed")
    assert "THE SCAN IS INCOMPLETE" in render_text(report, []).splitlines()[0]
    assert "secret (failed): a rule raised" in not_checked(report)
    assert "<details open>" in render_html(report, [])


def test_the_worst_comes_first() -> None:
    report = report_of(finding(severity="low", rule_id="secret/jwt"), finding())
    lines = [line for line in render_text(report, []).splitlines() if "secret/" in line]
    assert [line.split()[:2] for line in lines] == [["critical", "secret/openai-api-key"], ["low", "secret/jwt"]]


def test_places_in_words() -> None:
    def said(*parts: object, with_path: bool = False) -> str:
        report = report_of(finding(location=Location(*parts)))
        return place(report["findings"][0]["location"], with_path=with_path)

    assert said("a.ipynb", 3, "c", "source", None, None, 2, 1, with_path=True) == "a.ipynb, cell 4, line 2"
    assert said("a.ipynb", 3, "c", "output", 1, "text/html", 2, 1) == "cell 4, output 2 (text/html), line 2"
    assert said("a.ipynb", 3, "c", "metadata") == "cell 4, metadata"
    assert said("a.ipynb", None, None, "metadata", None, None, 1) == "notebook metadata, line 1"
    assert said("a.ipynb") == "file"
    assert said(SESSION_PATH, 7, "in-7", "source", None, None, 1, with_path=True) == "In[7], line 1"
    assert said(SESSION_PATH, 7, "in-7", "output", 0, "error", 1) == "Out[7], output 1 (error), line 1"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_escapes_what_comes_from_outside() -> None:
    hostile = "<img src=x onerror=alert(1)>&\"'"
    location = Location(hostile, 1, hostile, "output", 0, hostile, 1, 1)
    report = report_of(
        finding(location=location, message=hostile, remediation=hostile, preview=hostile, rule_id=hostile),
        paths=(hostile, "b.ipynb"),
    )
    report["checks"].append({"check": hostile, "status": "failed", "reason": hostile, "enable": hostile})
    report["inputs"].append({"path": hostile, "bytes": 0, "cells": 0, "status": "unreadable"})
    parser = _Tags()
    parser.feed(render_html(report, [hostile]))
    assert parser.tags <= {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "code", "details"} | {
        "summary",
        "ul",
        "li",
    }
    assert parser.text.count(hostile) >= 8


def test_text_makes_control_and_direction_characters_visible() -> None:
    location = Location("a\x1b]0;x\x07\u202e.ipynb", 1)
    text = render_text(report_of(finding(location=location), paths=("b.ipynb", "c.ipynb")), ["\x1b[31mred"])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "a\\u{1b}]0;x\\u{7}\\u{202e}.ipynb" in text


def test_long_lists_end_with_a_count() -> None:
    report = report_of(*(finding() for _ in range(MAX_ROWS + 3)))
    assert "… and 3 more" in render_text(report, [])
    assert "… and 3 more" in render_html(report, [])
    assert render_html(report, []).count("<tr>") == MAX_ROWS + 1


def test_what_is_not_listed_is_counted() -> None:
    report = report_of()
    report["summary"]["below_confidence"] = 2
    report["suppressed"] = [{"by": "waiver"}]
    assert not_checked(report)[-2:] == [
        "2 findings of low confidence not listed.",
        "1 finding suppressed by waivers, comments or the baseline.",
    ]


def test_the_path_is_said_only_where_there_are_several_files() -> None:
    one = report_of(finding(), paths=("a.ipynb", SESSION_PATH))
    two = report_of(finding(), paths=("a.ipynb", "b.ipynb"))
    assert "code cell: cell 4, line 2" in render_text(one, [])
    assert "code cell: a.ipynb, cell 4, line 2" in render_text(two, [])


def test_what_can_be_enabled_says_how() -> None:
    report = report_of()
    report["checks"] = [{"check": "pii", "status": "skipped", "reason": "No model.", "enable": "mlsec enable pii"}]
    assert not_checked(report) == ["pii (skipped): No model. Enable it with: mlsec enable pii"]
    report["checks"] = []
    assert not_checked(report) == []
    assert render_text(report, []) == "No findings in what was checked."
    assert "<details" not in render_html(report, [])
