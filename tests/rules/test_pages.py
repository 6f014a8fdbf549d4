"""Every rule has a page with the fixed headings, up to date, whose Bad is found and whose Good is not."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from mlsec_lab.core.errors import OversizedError, UnreadableError
from mlsec_lab.core.policy import Limits
from mlsec_lab.core.rule import Rule
from mlsec_lab.readers import decode_notebook
from mlsec_lab.rules import catalogue

from ..fakes import expand
from .support import listed, surface

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "rules"
BLOCK = re.compile(r"```(?P<language>\w+)(?P<info>[^\n]*)\n(?P<text>.*?)\n```", re.DOTALL)
RULES = [pytest.param(rule, id=rule.id) for rule in catalogue()]
SECRETS = [pytest.param(rule, id=rule.id) for rule in catalogue() if rule.category == "secret"]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_rule_pages", ROOT / "scripts" / "gen_rule_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


def _sections(rule_id: str) -> dict[str, str]:
    text = (PAGES / f"{rule_id}.md").read_text("utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def _block(rule_id: str, heading: str) -> re.Match[str]:
    found = BLOCK.search(_sections(rule_id)[heading])
    assert found is not None
    return found


@pytest.mark.parametrize("rule", RULES)
def test_page_has_the_fixed_headings(rule: Rule) -> None:
    text = (PAGES / f"{rule.id}.md").read_text("utf-8")
    assert text.startswith(f"# {rule.title} (`{rule.id}`)\n")
    assert f"\nSeverity: {rule.severity}. Confidence: {rule.confidence}.\n" in text
    sections = _sections(rule.id)
    assert tuple(sections) == GENERATOR.HEADINGS
    assert all(sections.values())


def test_generated_pages_are_up_to_date() -> None:
    assert [path.name for path, text in GENERATOR.pages().items() if path.read_text("utf-8") != text] == []


def test_every_page_has_its_rule() -> None:
    known = {rule.id for rule in catalogue()}
    pages = {path.relative_to(PAGES).with_suffix("").as_posix() for path in PAGES.glob("*/*.md")}
    assert {page for page in pages if page.startswith(("secret/", "notebook/"))} == known


@pytest.mark.parametrize("rule", SECRETS)
def test_bad_is_found_and_good_is_not(rule: Rule) -> None:
    for seed in range(3):
        bad = expand(_block(rule.id, "Bad")["text"], seed)
        assert [match.rule_id for match in listed(surface(bad), "low")] == [rule.id]
    assert listed(surface(_block(rule.id, "Good")["text"]), "low") == []


@pytest.mark.parametrize(("rule", "error"), [("notebook/unreadable", UnreadableError), ("notebook/oversized", OversizedError)])
def test_bad_notebook_is_refused_and_good_one_read(rule: str, error: type[Exception]) -> None:
    bad, good = _block(rule, "Bad"), _block(rule, "Good")
    with pytest.raises(error):
        decode_notebook(bad["text"].encode(), _limits(bad["info"]))
    assert len(decode_notebook(good["text"].encode(), _limits(good["info"])).cells) == 1


def _limits(info: str) -> Limits:
    return Limits(**{name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", info)})
