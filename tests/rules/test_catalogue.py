"""The catalogue: stable names, complete metadata, a version that follows the files."""

from __future__ import annotations

import re

import pytest

from mlsec_lab.core.rule import Rule
from mlsec_lab.rules import catalogue, load_checks, rules_version

from .support import RULES, words

FIXED = words(
    "aws-access-key openai-api-key anthropic-api-key huggingface-token github-token google-api-key gcp-service-account"
    " azure-storage-key databricks-token slack-token stripe-key jwt private-key database-url password generic-api-key"
    " high-entropy-string"
)


@pytest.mark.parametrize("name", FIXED)
def test_names_of_the_contract(name: str) -> None:
    assert f"secret/{name}" in RULES


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in catalogue()])
def test_rule_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+/[a-z0-9]+(?:-[a-z0-9]+)*", rule.id)
    assert rule.title[0].isupper() or rule.title[0].isdigit() or rule.title.startswith(("npm", "xAI"))
    assert rule.remediation.endswith(".")
    assert rule.category in ("secret", "notebook")
    if rule.category == "secret":
        assert "otate first" in rule.remediation
    for reference in rule.references:
        assert reference.startswith("https://")


def test_secrets_that_people_choose_show_nothing() -> None:
    fixed = ("password", "generic-api-key", "high-entropy-string", "database-url", "basic-auth-url", "private-key")
    assert {RULES[f"secret/{name}"].mask for name in fixed} == {"fixed"}


def test_catalogue_is_sorted_and_unique() -> None:
    ids = [rule.id for rule in catalogue()]
    assert ids == sorted(set(ids))
    assert {"notebook/unreadable", "notebook/oversized"} <= set(ids)


def test_one_family() -> None:
    (check,) = load_checks()
    assert check.name == "secret"
    assert {rule.id for rule in check.rules} == {id for id in RULES if id.startswith("secret/")}


def test_version_is_short_and_stable() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", rules_version())
    assert rules_version() == rules_version()
