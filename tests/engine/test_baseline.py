from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlsec_lab.core.errors import ConfigError, UnreadableError
from mlsec_lab.core.policy import Policy
from mlsec_lab.core.report import Report
from mlsec_lab.core.rule import Family
from mlsec_lab.engine.baseline import Baseline, baseline_text, read_baseline
from mlsec_lab.engine.finding import fingerprint, tag
from mlsec_lab.engine.report import merge
from mlsec_lab.engine.scan import failed_scan
from tests.canary import pieces
from tests.engine.support import notebook, pattern_rule, scan, token


def report(*sources: str, policy: Policy | None = None) -> Report:
    return merge([scan(notebook(*sources))], policy or Policy(), 0.0)


def written(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def test_what_is_written_is_accepted_and_new_ones_are_listed(tmp_path: Path) -> None:
    first = report("pass='plum!7'", "pass='fig!88'")
    policy = Policy(baseline=written(tmp_path / "b.json", baseline_text(first.findings)))
    again = report("pass='plum!7'", "pass='fig!88'", "pass='pear!9'", policy=policy)
    assert [f.location.cell_index for f in again.findings] == [2]
    assert [(row.by, row.rule_id, row.path) for row in again.suppressed] == [("baseline", "secret/password", "n.ipynb")] * 2


def test_a_baseline_is_a_multiset(tmp_path: Path) -> None:
    twice = report("pass='plum!7' pass='plum!7'")
    assert len({f.fingerprint for f in twice.findings}) == 1
    text = baseline_text(twice.findings)
    assert [row["count"] for row in json.loads(text)["findings"].values()] == [2]
    policy = Policy(baseline=written(tmp_path / "b.json", text))
    again = report("pass='plum!7' pass='plum!7' pass='plum!7'", policy=policy)
    assert (len(again.findings), len(again.suppressed)) == (1, 2)


def test_the_count_runs_over_all_notebooks_and_starts_anew_for_each_run(tmp_path: Path) -> None:
    one = report("pass='plum!7'")
    baseline = read_baseline(Path(written(tmp_path / "b.json", baseline_text(one.findings))))
    scans = [scan(notebook("pass='plum!7'"))] * 2
    for _ in range(2):
        both = merge(scans, Policy(), 0.0, baseline=baseline)
        assert (len(both.findings), len(both.suppressed)) == (1, 1)


def test_what_a_file_shows() -> None:
    value = token()
    found = report("pass='plum!7'", f"x = '{value}'").findings
    text = baseline_text(found)
    assert json.loads(text) == {
        "version": 1,
        "findings": {f.fingerprint: {"rule": f.rule_id, "path": "n.ipynb", "count": 1} for f in found},
    }
    assert list(json.loads(text)["findings"]) == sorted(f.fingerprint for f in found)
    assert not [piece for piece in pieces(value) if piece in text]
    assert baseline_text(reversed(found)) == text
    assert text.endswith("}\n")


def test_accepted_ones_stay_when_a_baseline_is_written_again(tmp_path: Path) -> None:
    text = baseline_text(report("pass='plum!7'").findings)
    policy = Policy(baseline=written(tmp_path / "b.json", text))
    again = report("pass='plum!7'", "pass='fig!88'", policy=policy)
    assert len(json.loads(baseline_text(again.findings, again.suppressed))["findings"]) == 2


def test_notebooks_that_cannot_be_read_are_never_accepted() -> None:
    scans = [failed_scan("n.ipynb", UnreadableError("Broken."), 1)]
    found = merge(scans, Policy(), 0.0).findings
    assert json.loads(baseline_text(found))["findings"] == {}
    accepted = Baseline({found[0].fingerprint: 5})
    assert len(merge(scans, Policy(), 0.0, baseline=accepted).findings) == 1


def test_a_renamed_rule_keeps_its_baseline() -> None:
    family = Family("secret", (pattern_rule("secret/new-name", "zz9", aliases=("secret/old-name",)),))
    old = fingerprint("secret/old-name", "n.ipynb", "c0", "source", tag("zz9"))
    result = merge([scan(notebook("zz9"), None, family)], Policy(), 0.0, baseline=Baseline({old: 1}))
    assert (result.findings, [row.by for row in result.suppressed]) == ((), ["baseline"])


NAME = "mf1:" + "0" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"version": 2, "findings": {}}',
        '{"version": 1, "findings": []}',
        f'{{"version": 1, "findings": {{"{NAME}": 1}}}}',
        f'{{"version": 1, "findings": {{"{NAME}": {{"count": 0}}}}}}',
        f'{{"version": 1, "findings": {{"{NAME}": {{"count": true}}}}}}',
        f'{{"version": 1, "findings": {{"{NAME}": {{"count": "1"}}}}}}',
        '{"version": 1, "findings": {"sha1:00": {"count": 1}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match="not a baseline") as caught:
        read_baseline(path)
    assert caught.value.path == str(path)


def test_a_baseline_that_is_missing_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_baseline(tmp_path)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not a baseline"):
        read_baseline(tmp_path / "b.json")
