"""Values that are secrets, and values that only look it."""

from __future__ import annotations

import pytest

from mlsec_lab.rules.secrets.filters import (
    entropy,
    is_common,
    is_dummy,
    is_password,
    is_placeholder,
    is_random_token,
    is_reference,
    is_strong_password,
    is_template,
    is_uuid,
)
from mlsec_lab.rules.secrets.names import kind_of

from ..fakes import fake, password
from .support import words


@pytest.mark.parametrize(
    ("alphabet", "length", "least"), [("alnum", 32, 0.95), ("hex", 32, 0.98), ("base64url", 40, 0.95), ("lower", 40, 0.9)]
)
def test_random_values_are_random(alphabet: str, length: int, least: float) -> None:
    values = [fake(alphabet, length, seed) for seed in range(400)]
    assert sum(map(is_random_token, values)) >= least * len(values)
    assert sum(map(is_dummy, values)) <= 2
    assert sum(map(is_placeholder, values)) <= 4


@pytest.mark.parametrize(
    "value",
    words(
        "t5-large-finetuned-2021 ml.m5.4xlarge-2020-11-21 pytorch-training-2020-11-21-22-02-56-203 gpt-4-1106-preview-0613"
        " sagemaker-us-west-2-678264136642 facebook/bart-large-cnn-2 ResNet50V2ImageNet1k MyVeryLongClassName2Test"
        " 2020-11-21T22:02:56.203Z meta-llama/Llama-3.2-11B-Vision microsoft/Phi-3-mini-4k-instruct us-central1-docker.pkg.dev"
        " 123456789012345678901234 aaaaaaaaaaaaaaaaaaaaaaa1b2"
    ),
)
def test_names_and_times_are_not_random(value: str) -> None:
    assert not is_random_token(value)


@pytest.mark.parametrize(
    "value", ["x" * 36, "1234567" + fake("alnum", 20), "ab" * 20, "your-key-goes-here", "abcdefghijklmnop1234"]
)
def test_dummies(value: str) -> None:
    assert is_dummy(value)


def test_words_by_chance_do_not_make_a_dummy() -> None:
    assert not is_dummy(fake("alnum", 20, 1) + "your" + fake("alnum", 20, 2))
    assert not is_dummy(fake("alnum", 20, 1) + "-my-" + fake("alnum", 20, 2))


def test_uuid() -> None:
    assert is_uuid("550e8400-e29b-41d4-a716-446655440000")
    assert not is_uuid("550e8400e29b41d4a716446655440000")


@pytest.mark.parametrize(
    "value", ["{x}", "${X}", "$X", "$(cat f)", "%(x)s", "a%s", "<x>", "{{ x }}", "[YOUR KEY]", "`x`", "%X%"]
)
def test_templates(value: str) -> None:
    assert is_template(value)


@pytest.mark.parametrize("value", ["pa$word1", "50%off!x1", "a<b1c2d3"])
def test_signs_do_not_make_a_template(value: str) -> None:
    assert not is_template(value)


@pytest.mark.parametrize(
    "value", ["/run/x1", "~/x2", "C:\\x3", "s3://b/x4", "x5.json", "os.environ", "vault:x6", "db_password_2"]
)
def test_references(value: str) -> None:
    assert is_reference(value)


@pytest.mark.parametrize("value", ["password", "Password1", "admin123", "postgres", "letmein!", "P@ssw0rd"])
def test_common_passwords(value: str) -> None:
    assert is_common(value)
    assert not is_common(password(value))


@pytest.mark.parametrize(
    ("value", "chosen", "strong"),
    [
        ("hunter2", True, False),
        ("tr0ub4dor&3X", True, True),
        ("correct horse", False, False),
        ("12345678", False, False),
        ("string", False, False),
        ("required", False, False),
        ("ab1", False, False),
    ],
)
def test_passwords(value: str, chosen: bool, strong: bool) -> None:
    assert (is_password(value), is_strong_password(value)) == (chosen, strong)


def test_entropy() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


NAMES = {
    "password": words(
        "password DB_PASSWORD dbPassword db.password passwd pwd pass pw PW passphrase mysql_pass user-password password2"
        " PASSWORD_PROD contraseña senha 密码"
    ),
    "key": words(
        "api_key apiKey API-KEY x-api-key APIKEY token HF_TOKEN accessToken secret client_secret SECRET_KEY openai.api_key"
        " aws_secret_access_key encryption_key credential S3_SECRET_KEY bearer token_2 API_KEY_DEV"
    ),
    "weak": words("some_key key flag_key"),
    "none": words(
        "tokenizer pad_token next_token max_tokens token_id num_tokens public_key password_hash secret_name token_path"
        " key_id keyword keys_view author image_token csrf_token api_key_hash passenger compass monkey_patch authors"
    ),
}


@pytest.mark.parametrize(("kind", "names"), NAMES.items())
def test_kinds_of_names(kind: str, names: list[str]) -> None:
    assert {name: kind_of(name) for name in names} == dict.fromkeys(names, kind)
