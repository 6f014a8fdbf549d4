"""Names × shapes × values: what stands beside a telling name is found at its exact span, whatever joins the two."""

from __future__ import annotations

from base64 import b64encode

import pytest

from mlsec_lab.core.notebook import Surface

from ..fakes import fake, password
from .support import confidence, listed, matches, member, only, output, surface, words

PW = password("pw")
KEY = fake("alnum", 32, "key")
HEX = fake("hex", 32, "hex")

#: `@` stands for the value.
SOURCES = [
    'DB_PASSWORD = "@"',
    "password='@'",
    'password: str = "@"',
    'password: Optional[str] = "@"',
    'password := "@"',
    'connect(host, user="me", password="@")',
    'config = {"password": "@", "user": "me"}',
    "config = {'db': {'password': '@'}}",
    'config["password"] = "@"',
    'os.environ["DB_PASSWORD"] = "@"',
    "os.environ.setdefault('DB_PASSWORD', '@')",
    'os.getenv("DB_PASSWORD", "@")',
    'os.environ.get("DB_PASSWORD", "@")',
    'os.putenv("DB_PASSWORD", "@")',
    'password = os.getenv("DB_PW") or "@"',
    'monkeypatch.setenv("DB_PASSWORD", "@")',
    'parser.add_argument("--password", type=str, default="@")',
    'password: str = Field(default="@")',
    'password = SecretStr("@")',
    'password = quote_plus("@")',
    'password = b"@"',
    'password = """@"""',
    'password = (\n    "@"\n)',
    "%env DB_PASSWORD=@",
    "%env DB_PASSWORD @",
    "%set_env DB_PASSWORD=@",
    "!export DB_PASSWORD=@",
    '!export DB_PASSWORD="@"',
    "!DB_PASSWORD=@ python train.py",
    "!tool --password @ run",
    "!tool --password=@ run",
    "%%bash\nexport DB_PASSWORD=@\n",
    "%%writefile config.yml\npassword: @\n",
    "# password: @",
    '# os.environ["DB_PASSWORD"] = "@"',
    'dsn = "host=db user=me password=@ dbname=x"',
    'dsn = "Driver={ODBC};UID=me;PWD=@;"',
    'requests.get(url, auth=("me", "@"))',
    'HTTPBasicAuth("me", "@")',
    'smtp.login("me@mail.internal", "@")',
    "!curl -u me:@ https://api.internal/x",
    'print("{\\"password\\": \\"@\\"}")',
    'contraseña = "@"',
    'senha = "@"',
    'passwort = "@"',
    '密码 = "@"',
]

OUTPUTS = [
    "DB_PASSWORD=@",
    "DB_PASSWORD: @",
    "password: @\n",
    "{'password': '@'}",
    '{"user": "me", "password": "@"}',
    "Config(password='@', user='me')",
    "  password = @\n",
    "export DB_PASSWORD=@",
    "password          @@".replace("@@", ": @"),
]


def _check(where: Surface, rule: str, value: str) -> None:
    found = listed(where)
    assert [(match.rule_id, match.value) for match in found] == [(rule, value)]
    assert where.text[found[0].start : found[0].end] == value


@pytest.mark.parametrize("line", SOURCES)
def test_password_in_source(line: str) -> None:
    head, _, tail = line.rpartition("@") if "curl" not in line else line.partition("@")
    first = "" if line.startswith("%%") else "import os\n"
    _check(surface(f"{first}{head}{PW}{tail}\n"), "secret/password", PW)


@pytest.mark.parametrize("line", OUTPUTS)
def test_password_in_output(line: str) -> None:
    _check(output(f"epoch 1\n{line.replace('@', PW)}\ndone\n"), "secret/password", PW)


@pytest.mark.parametrize(
    "name",
    words(
        "API_KEY api_key apiKey x-api-key openai.api_key SECRET_KEY client_secret ACCESS_TOKEN accessToken auth_token"
        " AUTH_TOKEN MY_TOKEN token secret bearer_token API_KEY_2 API_KEY_PROD HF_TOKEN db_credential S3_SECRET_KEY"
        " encryption_key subscription_key"
    ),
)
@pytest.mark.parametrize("line", ['N = "@"', 'f(N="@")', '{"N": "@"}', "%env N=@", 'os.environ["N"] = "@"'])
def test_key_by_name(name: str, line: str) -> None:
    _check(surface(line.replace("N", name).replace("@", KEY)), "secret/generic-api-key", KEY)


@pytest.mark.parametrize(
    "line", ["API_KEY: @", "token=@", "{'api_key': '@'}", "Authorization: Bearer @", "Authorization: Token @"]
)
def test_key_in_output(line: str) -> None:
    _check(output(line.replace("@", KEY)), "secret/generic-api-key", KEY)


@pytest.mark.parametrize(
    "line",
    [
        'headers = {"Authorization": "Bearer @"}',
        "headers = {'Authorization': f'Bearer @'}",
        '!curl -H "Authorization: Bearer @" https://api.internal',
        'headers["Authorization"] = "Token @"',
    ],
)
def test_header(line: str) -> None:
    _check(surface(line.replace("@", KEY)), "secret/generic-api-key", KEY)


def test_basic_header() -> None:
    value = b64encode(f"me:{PW}".encode()).decode()
    _check(surface(f'headers = {{"Authorization": "Basic {value}"}}'), "secret/password", value)
    common = b64encode(b"me:password").decode()
    assert matches(surface(f'{{"Authorization": "Basic {common}"}}')) == []


@pytest.mark.parametrize("name", ["db_password", "password", "aws.secret", "apiToken"])
def test_member_of_metadata(name: str) -> None:
    rule, value = only(member(name, KEY))
    assert (rule, value) == ("secret/password" if "password" in name else "secret/generic-api-key", KEY)


def test_member_without_a_telling_name() -> None:
    assert matches(member("run_id", KEY)) == []
    assert matches(member("tokenizer", KEY)) == []


@pytest.mark.parametrize(
    ("line", "joiner"),
    [
        ('api_key = "{}" + "{}"', '" + "'),
        ('api_key = ("{}"\n           "{}")', '"\n           "'),
        ('api_key = "{}" "{}"', '" "'),
    ],
)
def test_split_value_is_joined(line: str, joiner: str) -> None:
    text = line.format(KEY[:16], KEY[16:])
    found = listed(surface(text))
    assert [(match.rule_id, match.value) for match in found] == [("secret/generic-api-key", KEY)]
    assert text[found[0].start : found[0].end] == KEY[:16] + joiner + KEY[16:]


def test_split_provider_token_keeps_its_provider() -> None:
    token = "hf" + "_" + fake("alpha", 34, 5)
    found = listed(surface(f'token = "{token[:8]}" + "{token[8:]}"'))
    assert [(match.rule_id, match.value, match.prefix) for match in found] == [("secret/huggingface-token", token, "hf" + "_")]


def test_wandb_login() -> None:
    key = fake("hex", 40, 1)
    _check(surface(f"!wandb login {key}"), "secret/wandb-api-key", key)
    _check(surface(f"!wandb login --relogin {key}"), "secret/wandb-api-key", key)
    _check(surface(f'import wandb\nwandb.login(key="{key}")'), "secret/wandb-api-key", key)


def test_kaggle_json() -> None:
    text = f'{{"username":"someone","key":"{HEX}"}}'
    _check(surface(f"!echo '{text}' > ~/.kaggle/kaggle.json"), "secret/kaggle-api-key", HEX)
    _check(output(text), "secret/kaggle-api-key", HEX)


def test_weak_names_are_of_low_confidence() -> None:
    found = matches(surface(f'feature_flag_key2 = "{KEY}"\nsome_key = "{KEY}"'))
    assert [(match.rule_id, confidence(match)) for match in found] == [("secret/high-entropy-string", "low")]
    assert listed(surface(f'some_key = "{KEY}"')) == []


def test_common_password_is_of_low_confidence() -> None:
    found = matches(surface('password = "pass' + 'word123"'))
    assert [(match.rule_id, confidence(match)) for match in found] == [("secret/password", "low")]


def test_two_values_on_one_line() -> None:
    text = f'connect(api_key="{KEY}", password="{PW}")'
    assert [(match.rule_id, match.value) for match in listed(surface(text))] == [
        ("secret/generic-api-key", KEY),
        ("secret/password", PW),
    ]


def test_offsets_hold_behind_longer_small_letters() -> None:
    _check(surface(f'# İİİ 🔑\npassword = "{PW}"'), "secret/password", PW)


def test_documented_example_beside_a_name() -> None:
    key = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
    (found,) = matches(surface(f'aws_secret_access_key = "{key}"'))
    assert (found.value, found.severity, confidence(found)) == (key, "info", "low")


def test_formatted_string_with_a_hole() -> None:
    assert matches(surface('password = f"{user}-{number}x9"')) == []
    assert [match.value for match in listed(surface(f'password = f"{PW}"'))] == [PW]


def test_provider_elsewhere_on_the_line_is_weaker_evidence() -> None:
    (near,) = listed(surface(f'wandb.init(settings, api_key="{HEX}{HEX[:8]}")'))
    (name,) = listed(surface(f'WANDB_API_KEY = "{HEX}{HEX[:8]}"'))
    assert (near.rule_id, confidence(near)) == ("secret/wandb-api-key", "medium")
    assert (name.rule_id, confidence(name)) == ("secret/wandb-api-key", "high")
    assert listed(surface(f'wandb.log(flag_key="{HEX}{HEX[:8]}")')) == []


@pytest.mark.parametrize("value", ["0" * 40, "0123456789" * 4])
def test_named_shape_without_randomness(value: str) -> None:
    assert matches(surface(f'WANDB_API_KEY = "{value}"')) == []
    assert matches(surface(f"!wandb login {value}")) == []


def test_words_in_a_named_shape() -> None:
    assert listed(surface('ROBOFLOW_API_KEY = "PleaseReadTheManuals"')) == []


@pytest.mark.parametrize(
    "line",
    ['auth=("me", "password")', 'auth=("me", "<password>")', "!curl -u me:$PASS https://x", "Authorization: Basic d29yZHM="],
)
def test_login_without_a_secret(line: str) -> None:
    assert listed(surface(line)) == []


def test_bearer_without_a_secret() -> None:
    for value in ("YOUR_ACCESS_TOKEN_GOES_HERE", "{access_token}", "tokenization-of-words-2"):
        assert matches(output(f"Authorization: Bearer {value}")) == []


def test_continued_by_what_is_no_string() -> None:
    assert [match.value for match in listed(surface(f'api_key = "{KEY}" + suffix'))] == [KEY]
    assert [match.value for match in listed(surface(f'f(api_key="{KEY}"\n"x1")'))] == [KEY]


def test_escaped_line_end_is_no_part_of_the_value() -> None:
    text = f'send("x", password="{PW}\\n")'
    (found,) = listed(surface(text))
    assert (found.value, text[found.start : found.end]) == (PW, PW)
