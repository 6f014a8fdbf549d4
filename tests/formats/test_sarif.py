from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from inline_snapshot import snapshot

from mlsec_lab.core.report import Report
from mlsec_lab.formats import render_sarif

from .sarif_schema import SCHEMA
from .support import FINDINGS, HOSTILE, KEY, RULES, full, report


def sarif(of: Report) -> dict[str, Any]:
    """The report as SARIF, checked against the standard's structure."""
    data: dict[str, Any] = json.loads(render_sarif(of, RULES))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    run = data["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [ids[result["ruleIndex"]] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
    return data


@pytest.mark.parametrize("of", [full(), report(), report(KEY)])
def test_it_has_the_structure_of_the_standard(of: Report) -> None:
    sarif(of)


@pytest.mark.parametrize("broken", [{"version": "2.0"}, {"runs": [{}]}, {"extra": 1}, {"runs": [{"tool": {"driver": {}}}]}])
def test_the_checker_sees_what_is_wrong(broken: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({"version": "2.1.0", "runs": [], **broken})


def test_one_finding() -> None:
    assert render_sarif(report(KEY)) == snapshot("""\
{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "mlsec-lab",
          "version": "1.2.3",
          "semanticVersion": "1.2.3",
          "rules": [
            {
              "id": "secret/openai-api-key"
            }
          ]
        }
      },
      "columnKind": "unicodeCodePoints",
      "invocations": [
        {
          "executionSuccessful": true,
          "toolExecutionNotifications": [
            {
              "level": "note",
              "message": {
                "text": "Check pii skipped: Not part of this version."
              }
            }
          ]
        }
      ],
      "results": [
        {
          "ruleId": "secret/openai-api-key",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "OpenAI API key in a code cell (cell 4 2:11). Rotate it first."
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "train.ipynb"
                },
                "region": {
                  "startLine": 41
                }
              },
              "logicalLocations": [
                {
                  "name": "cell 4",
                  "fullyQualifiedName": "train.ipynb#/cells/3/source"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "mlsec/v1": "mf1:11111111111111111111111111111111"
          },
          "properties": {
            "severity": "critical",
            "confidence": "high",
            "preview": "sk-proj-\\u2026Ysgz",
            "cell_index": 3,
            "surface": "source",
            "output_index": null,
            "line": 2,
            "column": 11
          }
        }
      ]
    }
  ]
}
""")


def test_a_rule_says_what_it_is() -> None:
    rule = next(rule for rule in RULES if rule.id == KEY.rule_id)
    assert sarif(report(KEY))["runs"][0]["tool"]["driver"]["rules"] == [
        {
            "id": "secret/openai-api-key",
            "name": "OpenAI API key",
            "shortDescription": {"text": "OpenAI API key"},
            "help": {"text": rule.remediation},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["security", "secret"], "security-severity": "9.5"},
        }
    ]


def test_regions_are_lines_of_the_file_and_places_count_for_people_and_for_machines() -> None:
    results = sarif(report(*FINDINGS))["runs"][0]["results"]
    assert [result["locations"][0]["physicalLocation"]["region"] for result in results] == [
        {"startLine": line} for line in (12, 41, 1, 1, 1)
    ]
    assert [result["locations"][0]["logicalLocations"][0]["name"] for result in results] == [
        *("cell 1", "cell 4", "notebook", "cell 10", "notebook"),
    ]
    assert [result["properties"]["cell_index"] for result in results] == [0, 3, None, 9, None]
    assert [result["level"] for result in results] == ["error", "error", "warning", "note", "error"]
    assert results[0]["message"]["text"] == "Password in an output (cell 1 output 2 5:1). Rotate it first."


def test_paths_are_uris() -> None:
    results = sarif(full())["runs"][0]["results"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert uris[1:4] == ["train.ipynb", "sub/b%20c.ipynb", "sub/b%20c.ipynb"]
    assert unquote(uris[4]) == HOSTILE
    assert uris[5:] == ["train.ipynb", "file:///abs/c.ipynb", "file:///C:/d%20e.ipynb"]


def test_suppressed_findings_say_by_what() -> None:
    rows = [result for result in sarif(full())["runs"][0]["results"] if "suppressions" in result]
    assert [row["suppressions"] for row in rows] == [
        [{"kind": "inSource", "status": "accepted", "justification": "made\\u{1b} up [x](y)"}],
        [{"kind": "external", "status": "accepted", "justification": "old"}],
        [{"kind": "external", "status": "accepted", "justification": "by baseline"}],
    ]


def test_what_did_not_run_is_a_notification() -> None:
    invocation = sarif(full())["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert [
        (note["level"], note["message"]["text"].rpartition(" ")[0][:24]) for note in invocation["toolExecutionNotifications"]
    ] == [
        ("error", "Check secret failed: a\\u"),
        ("note", "Check pii skipped: Not p"),
        ("note", "Check code skipped: Not "),
        ("note", "Check pii/images skipped"),
        ("error", "Input"),
    ]


def test_names_from_outside_make_neither_links_nor_control_characters() -> None:
    text = render_sarif(full(), RULES)
    assert text.isascii()
    for run in json.loads(text)["runs"]:
        notes = run["invocations"][0]["toolExecutionNotifications"]
        for message in [item["message"]["text"] for item in (*run["results"], *notes)]:
            assert "](" not in message
            assert message.isprintable()


def test_a_rule_of_another_version_is_named_only() -> None:
    driver = json.loads(render_sarif(full()))["runs"][0]["tool"]["driver"]
    assert {"id": "pii/email"} in driver["rules"]
    assert all(list(rule) == ["id"] for rule in driver["rules"])
