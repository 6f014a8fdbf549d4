"""What is no secret stays unlisted: placeholders, look-ups, hashes, names, tokens of language models, media."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlsec_lab.core.notebook import Surface

from ..fakes import fake
from .support import confidence, listed, matches, member, output, surface

HEX40 = fake("hex", 40, 1)
HEX32 = fake("hex", 32, 1)
HEX64 = fake("hex", 64, 1)
UUID = f"{HEX32[:8]}-{HEX32[8:12]}-4{HEX32[13:16]}-a{HEX32[17:20]}-{HEX32[20:]}"

SOURCES = [
    # placeholders
    'api_key = "YOUR_API_KEY"',
    'api_key = "your-api-key-here"',
    'api_key = "<your api key>"',
    'api_key = "sk-..."',
    'api_key = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
    'api_key = "****************"',
    'api_key = "1234567890abcdef1234567890abcdef"',
    'api_key = "INSERT_KEY_HERE_2024"',
    'OPENAI_API_KEY = "sk-proj-REPLACE-ME-with-your-own-openai-api-key-0001"',
    'api_key = "ihr-api-schluessel-hier-1"',
    'api_key = "votre-cle-api-ici-2024"',
    'api_key = "tu-clave-aqui-123456789"',
    'api_key = "sua-chave-aqui-123456789"',
    'api_key = "你的密钥abc123456"',
    'password = "changeme1"',
    'password = "<password>"',
    'password = "********"',
    'password = "my-password-1"',
    'password = ""',
    # templates and look-ups
    'password = f"{prefix}-{number}"',
    'password = "{{ db_password }}"',
    'password = "${DB_PASSWORD}"',
    'password = "$DB_PASSWORD"',
    'password = "%(password)s"',
    'password = os.getenv("DB_PASSWORD")',
    'password = os.environ["DB_PASSWORD_2"]',
    'password = getpass.getpass("Password for db1: ")',
    'api_key = userdata.get("OPENAI_API_KEY_2")',
    'api_key = dbutils.secrets.get(scope="prod1", key="openai_key1")',
    'api_key = keyring.get_password("openai2", "me")',
    'api_key = config["openai"]["api_key1"]',
    'api_key = UserSecretsClient().get_secret("api_key_01")',
    "token = tokenizer.decode(ids[0])",
    "connect(user=user1, password=password1)",
    "self.password = password2",
    "api_key=API_KEY_V2,",
    # names of variables, columns, files
    'password_field = "user_password_2"',
    'api_key_name = "OPENAI_API_KEY_2"',
    'secret_name = "prod/db/password-v2"',
    'secret = "projects/123/secrets/db-password/versions/2"',
    'token_path = "/home/me/.cache/token-2.json"',
    'key = "datasets/image/MNIST/model/pytorch-training-2020-11-21-22-02-56-203"',
    'api_key_url = "https://example.internal/keys/v2/a1b2c3"',
    'os.environ["API_KEY"] = "API_KEY_2"',
    'credentials = "service-account-2.json"',
    # hashes, ids
    f'revision = "{HEX40}"',
    f'commit = "{HEX40}"',
    f'sha256 = "{HEX64}"',
    f'md5 = "{HEX32}"',
    f'password_hash = "{HEX64}"',
    f'checksum = "{HEX32}"',
    f'etag = "{HEX32}"',
    f'run_id = "{HEX32}"',
    f'token = "{UUID}"',
    f'public_key = "{fake("base64", 64, 2)}"',
    # language models
    'pad_token = "[PAD12345678901234567]"',
    'special_tokens = {"eos_token": "<|endoftext_2|>"}',
    'tokenizer = "bert-base-uncased-v2-3b-2021"',
    'model_token = "facebook/bart-large-cnn-2"',
    "max_tokens = 128000000000000000",
    'next_token = "eyJ2ZXJzaW9uIjoxMjM0NX0abc123"',
    'mask_token = "<mask12345678901234567>"',
    # comparisons, schemas, messages
    'if password == "hunter2!x":',
    'schema = {"password": "string", "token": "string"}',
    'raise ValueError("password: must be 8 characters")',
    'print("Enter your API key:")',
    'input("password: ")',
    'validators = {"password": ["required", "min8"]}',
    # URLs without a password in them
    'url = "postgresql://localhost:5432/db"',
    'url = "postgresql://user:password@localhost/db"',
    'url = f"postgresql://{user}:{password}@{host}/db"',
    'url = "https://user:<token>@github.com/x/y.git"',
    'url = "https://$USER:$TOKEN@github.com/x/y.git"',
    'url = "https://medium.com/@someone/a:b"',
    'url = "redis://:@localhost"',
    "!pip install git+https://${GITHUB_TOKEN}@github.com/x/y.git",
]

OUTPUTS = [
    "password: must be 8 characters with 1 digit",
    "token: 30412",
    "tokens: 12.3k/s 45%|████      | 12/34",
    "key: value1 other: value2",
    f"commit {HEX40}",
    f"sha256:{HEX64}",
    f"Run ID: {UUID}",
    "Using pad_token, but it is not set yet.",
    "Fetched in 1.2s; secret sauce: 3.5B parameters",
    # nucleotides and peptides
    "ACCAGTTACGATCGATTACG" * 4,
    "ACCAGTTACGATCGATTACG",
    "AKIAELLRQGWDVHTNPKYF",
    # base64 of an image
    "iVBORw0KGgo" + fake("base64", 4000, 3),
    "=" * 200,
    "-" * 200,
    "-----BEGIN CERTIFICATE-----\n" + fake("base64", 64, 4) + "\n-----END CERTIFICATE-----",
    "ssh-rsa " + fake("base64", 300, 5) + " me@host",
]


@pytest.mark.parametrize("text", SOURCES)
def test_source_without_a_secret(text: str) -> None:
    _clean(surface(text + "\n"))


@pytest.mark.parametrize("text", OUTPUTS)
def test_output_without_a_secret(text: str) -> None:
    _clean(output(text + "\n"))


@pytest.mark.parametrize("text", [text for text in SOURCES if "(" not in text and not text.startswith(("!", "if"))])
def test_the_same_line_printed_or_in_markdown(text: str) -> None:
    _clean(output(text + "\n"))
    _clean(surface(text + "\n", language="markdown"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "string"),
        ("token", UUID),
        ("sha", HEX40),
        ("commit", HEX40),
        ("next_token", fake("alnum", 40, 6)),
        ("secret_name", "prod/db/password-v2"),
        ("api_key", "${API_KEY}"),
        ("password", "a long sentence with 2 numbers"),
        ("execution_hash", HEX64),
    ],
)
def test_member_without_a_secret(name: str, value: str) -> None:
    _clean(member(name, value))


def _clean(where: Surface) -> None:
    assert [(match.rule_id, where.text[match.start : match.end]) for match in listed(where)] == []


DOCUMENTED: list[tuple[str, Callable[[], str]]] = [
    ("secret/aws-access-key", lambda: "AK" + "IA" + "IOSFODNN7" + "EXAMPLE"),
    (
        "secret/azure-storage-key",
        lambda: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IF" + "suFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    ),
    ("secret/stripe-test-key", lambda: "sk_" + "test_" + "4eC39HqLyjWDarjtT1" + "zdp7dc"),
]


@pytest.mark.parametrize(("rule", "key"), DOCUMENTED)
def test_documented_example_key_is_told_as_information(rule: str, key: Callable[[], str]) -> None:
    lead = "AccountKey=" if "azure" in rule else ""
    text = f"uses {lead}{key()} ok"
    found = [match for match in matches(output(text)) if match.rule_id == rule]
    assert [(match.value, match.severity, confidence(match)) for match in found] == [(key(), "info", "low")]
    assert text[found[0].start : found[0].end] == key()
    assert listed(output(text)) == []
