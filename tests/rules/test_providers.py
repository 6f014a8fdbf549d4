"""Every row of providers.toml: its examples at their exact spans, in every context, and its near misses left alone."""

from __future__ import annotations

import zlib

import pytest

from mlsec_lab.rules.secrets.rows import Named, Provider, named, pattern_of, prefix_of, providers

from ..fakes import expand, fake, pem
from .support import RULES, confidence, listed, marked, matches, member, output, surface

ROWS = [pytest.param(row, id=row.provider) for row in providers()]
EXAMPLES = [
    pytest.param(row, example, id=f"{row.provider}-{n}") for row in providers() for n, example in enumerate(row.examples)
]
NEAR_MISSES = [
    pytest.param(row, text, id=f"{row.provider}-{n}") for row in providers() for n, text in enumerate(row.near_misses)
]
NAMED = [pytest.param(row, id=row.provider) for row in named()]
SEEDS = range(4)

#: `@` stands for an example that needs no name beside it.
CONTEXTS = {
    "assignment": 'X = "@"',
    "single-quotes": "x = '@'",
    "call": 'client = make_client(api_key="@")',
    "positional": 'client = make_client("@", 3)',
    "dictionary": "{'a': '@', 'b': 1}",
    "environ": 'os.environ["X"] = "@"',
    "env": "%env X=@",
    "export": "!export X=@ && python train.py",
    "comment": "x = 1  # was @",
    "list": '["@",',
    "backslash-n": 'print("a\\n@")',
    "emoji": "# 🔑 schlüssel: @",
    "header": '-H "X-Key: @"',
    "brackets": "f(<@>)",
    "sentence": "The key is @, so keep it.",
}


def _free(row: Provider, example: str) -> bool:
    """Whether a row's value is known without what stands beside it."""
    return bool(row.pattern) and "⟦" not in example and not row.bare


@pytest.mark.parametrize(("row", "example"), EXAMPLES)
def test_example_is_found_at_its_span(row: Provider, example: str) -> None:
    for seed in SEEDS:
        text, value = marked(example, seed)
        where = output(f"epoch 1\n{text}\ndone")
        found = listed(where)
        # A PEM block's own line end is not part of the value.
        assert [(match.rule_id, match.value) for match in found] == [(row.id, value.strip("\n"))]
        assert where.text[found[0].start : found[0].end] == value.strip("\n")
        assert found[0].prefix == prefix_of(row, value)
        assert found[0].properties == {"provider": row.provider}
        assert len(text) <= row.max_length


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
@pytest.mark.parametrize(
    ("row", "example"),
    [
        pytest.param(row, example, id=f"{row.provider}-{n}")
        for row in providers()
        for n, example in enumerate(row.examples)
        if _free(row, example)
    ],
)
def test_example_in_context(row: Provider, example: str, context: str) -> None:
    value = expand(example, 1)
    text = f"import os\n{context.replace('@', value)}\n"
    found = listed(surface(text))
    assert [(match.rule_id, match.value) for match in found] == [(row.id, value)]
    assert (found[0].start, found[0].end) == (text.index(value), text.index(value) + len(value))


@pytest.mark.parametrize(("row", "text"), NEAR_MISSES)
def test_near_miss_is_not_found(row: Provider, text: str) -> None:
    for seed in SEEDS:
        for where in (output(f"x {expand(text, seed)} y"), surface(f'x = "{expand(text, seed)}"')):
            assert [match.value for match in listed(where) if match.rule_id == row.id] == []


@pytest.mark.parametrize("row", ROWS)
def test_row_is_complete(row: Provider) -> None:
    assert row.examples
    assert row.near_misses
    assert row.literals or row.shape
    assert row.max_length > 0
    assert row.pattern or row.plugin
    assert row.severity in ("critical", "high", "medium")
    if row.pattern:
        pattern_of(row)
    if row.prefix and _free(row, row.examples[0]):
        # The prefix is the provider's own, never a piece of the random part.
        assert prefix_of(row, expand(row.examples[0], 0)) == prefix_of(row, expand(row.examples[0], 1)) or row.id.endswith(
            "telegram-bot-token"
        )


@pytest.mark.parametrize("row", NAMED)
@pytest.mark.parametrize("line", ['N = "@"', 'f(n="@")', "%env N=@", '{"n": "@"}', 'os.environ["N"] = "@"'])
def test_named_example_is_found(row: Named, line: str) -> None:
    for seed in SEEDS:
        value = expand(row.examples[0], seed)
        text = line.replace("N", row.env).replace("(n=", f"({row.env.lower()}=").replace('"n"', f'"{row.env.lower()}"')
        text = text.replace("@", value)
        found = listed(surface(text))
        assert [(match.rule_id, match.value) for match in found] == [(row.id, value)]
        assert text[found[0].start : found[0].end] == value


@pytest.mark.parametrize("row", NAMED)
def test_named_near_miss_is_not_found(row: Named) -> None:
    for text in row.near_misses:
        found = matches(surface(f'{row.env} = "{expand(text)}"'))
        assert [match.value for match in found if match.rule_id == row.id] == []


@pytest.mark.parametrize("row", NAMED)
def test_named_value_under_its_member_name(row: Named) -> None:
    value = expand(row.examples[0], 2)
    assert [match.rule_id for match in listed(member(row.env.lower(), value))] == [row.id]
    assert [match.rule_id for match in listed(output(f"{row.env}: {value}\n"))] == [row.id]


def test_ids_are_unique_and_of_the_catalogue() -> None:
    ids = [row.id for row in (*providers(), *named())]
    assert len(ids) == len(set(ids))
    assert set(ids) <= set(RULES)
    assert len(ids) >= 60


def test_checksum_tells_a_token_from_its_look_alike() -> None:
    body = fake("alnum", 30, 7)
    number, digits = zlib.crc32(body.encode()), ""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = alphabet[digit] + digits
    (right,) = listed(output("gh" + "p_" + body + digits))
    (wrong,) = listed(output("gh" + "p_" + body + fake("alnum", 6, 8)))
    assert (confidence(right), confidence(wrong)) == ("high", "medium")


def test_web_token_without_a_header_is_doubtful() -> None:
    head = "eyJ" + "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    tail = ".eyJ" + fake("alnum", 60) + "." + fake("alnum", 43)
    (right,) = listed(output(head + tail))
    (wrong,) = listed(output("eyJ" + fake("alnum", 33) + tail))
    assert (confidence(right), confidence(wrong)) == ("high", "medium")


def test_private_key_with_escaped_line_ends() -> None:
    block = pem("RSA PRIVATE").strip("\n").replace("\n", "\\n")
    text = f'KEY = "{block}\\n"'
    (found,) = listed(surface(text))
    assert (found.rule_id, found.value, text[found.start : found.end]) == ("secret/private-key", block, block)


def test_service_account_key_is_one_leak() -> None:
    text, value = marked('{"type": "service_account", "project_id": "p", "private_key": "⟦{{pem:PRIVATE}}⟧", "client_id": "1"}')
    for where in (surface(f"creds = {text}"), surface(text), output(text)):
        assert [(match.rule_id, match.value) for match in listed(where)] == [("secret/gcp-service-account", value)]


def test_default_credentials_are_of_low_confidence() -> None:
    found = matches(output("postgresql://" + "postgres:postgres" + "@db:5432/x"))
    assert [(match.rule_id, confidence(match)) for match in found] == [("secret/database-url", "low")]


def test_password_with_an_at_sign() -> None:
    word = fake("alnum", 6) + "@" + fake("alnum", 6, 1)
    (found,) = listed(output(f"mysql://me:{word}@db.internal/x"))
    assert found.value == word


def test_token_inside_base64_is_chance() -> None:
    blob = fake("base64", 300, 1) + "/" + "AK" + "IA" + fake("base32", 16, 3) + "/" + fake("base64", 300, 2)
    assert listed(output(blob)) == []


@pytest.mark.parametrize("body", ["ELLRQGWDVHTNPKYF", "PACIFICBOOKSTORE", "ABABABABABABABAB"])
def test_letters_that_read_as_something_else(body: str) -> None:
    assert matches(output("AK" + "IA" + body)) == []


def test_web_token_with_a_masked_signature() -> None:
    token = "eyJ" + "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ" + fake("alnum", 60) + "."
    assert matches(output(token + "x" * 43)) == []
    assert len(matches(output(token + fake("alnum", 43)))) == 1


@pytest.mark.parametrize(
    ("url", "sure"),
    [
        ("postgresql://app:{}@localhost/x", "low"),
        ("postgresql://app:{}@db.internal/x", "medium"),
    ],
)
def test_password_of_letters_in_a_url(url: str, sure: str) -> None:
    word = fake("alpha", 9, 2)
    (found,) = matches(output(url.format(word)))
    assert (found.value, confidence(found)) == (word, sure)


def test_url_with_a_hole_for_its_host() -> None:
    assert matches(output("postgresql://app:" + fake("alnum", 12) + "@{host}/x")) == []
    assert matches(output("http://host.internal:8888/?token=" + "0" * 48)) == []
