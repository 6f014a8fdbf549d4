"""detect-secrets as a source and as an oracle: what its plugins see in a generated line, our rules see too."""

from __future__ import annotations

import subprocess
import sys

import pytest
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString, HexHighEntropyString
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.keyword import KeywordDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from mlsec_lab.rules.secrets.plugins import patterns
from mlsec_lab.rules.secrets.rows import providers

from ..fakes import expand, fake
from .support import listed, matches, output, surface, words

#: A plugin, a line that it flags, and the rule that has to flag it.
LINES: list[tuple[type[BasePlugin], str, str]] = [
    (AWSKeyDetector, 'x = "AKIA{{fake:base32:16}}"', "aws-access-key"),
    (AWSKeyDetector, 'aws_secret_key = "{{fake:alnum:40}}"', "aws-secret-key"),
    (AzureStorageKeyDetector, '"AccountKey={{fake:base64:86}}=="', "azure-storage-key"),
    (BasicAuthDetector, '"https://me:{{fake:alnum:16}}@host.internal/x"', "basic-auth-url"),
    (CloudantDetector, 'cloudant_password = "{{fake:hex:64}}"', "cloudant-credential"),
    (DiscordBotTokenDetector, '"M{{fake:alnum:23}}.{{fake:alnum:6}}.{{fake:alnum:27}}"', "discord-bot-token"),
    (GitHubTokenDetector, '"ghp_{{fake:alnum:36}}"', "github-token"),
    (GitLabTokenDetector, '"glpat-{{fake:alnum:20}}"', "gitlab-token"),
    (GitLabTokenDetector, '"glcbt-1f_{{fake:alnum:20}}"', "gitlab-token"),
    (GitLabTokenDetector, '"glagent-{{fake:alnum:50}}"', "gitlab-token"),
    (IbmCloudIamDetector, 'ibm_cloud_api_key = "{{fake:alnum:44}}"', "ibm-cloud-iam-key"),
    (IbmCosHmacDetector, 'cos_hmac_secret_access_key = "{{fake:hex:48}}"', "ibm-cos-hmac"),
    (JwtTokenDetector, '"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.{{fake:alnum:43}}"', "jwt"),
    (MailchimpDetector, '"{{fake:hex:32}}-us12"', "mailchimp-key"),
    (NpmDetector, "//packages.internal/:_authToken=npm_{{fake:alnum:36}}", "npm-token"),
    (NpmDetector, "//packages.internal/:_authToken={{fake:hex:8}}-1a2b-4c3d-9e4f-{{fake:hex:12}}", "npm-token"),
    (OpenAIDetector, '"sk-{{fake:alnum:20}}T3BlbkFJ{{fake:alnum:20}}"', "openai-api-key"),
    (OpenAIDetector, '"sk-my-project-{{fake:alnum:20}}T3BlbkFJ{{fake:alnum:20}}"', "openai-api-key"),
    (PrivateKeyDetector, 'k = "{{pem:RSA PRIVATE}}"', "private-key"),
    (PypiTokenDetector, '"pypi-AgEIcHlwaS5vcmc{{fake:alnum:100}}"', "pypi-token"),
    (SendGridDetector, '"SG.{{fake:alnum:22}}.{{fake:alnum:43}}"', "sendgrid-key"),
    (SlackDetector, '"xoxb-{{fake:digits:12}}-{{fake:digits:12}}-{{fake:alnum:24}}"', "slack-token"),
    (
        SlackDetector,
        '"https://hooks.slack.com/services/T{{fake:upper:8}}/B{{fake:upper:8}}/{{fake:alnum:24}}"',
        "slack-webhook",
    ),
    (SoftlayerDetector, 'softlayer_api_key = "{{fake:lower:64}}"', "softlayer-credential"),
    (SquareOAuthDetector, '"sq0csp-{{fake:alnum:43}}"', "square-oauth-secret"),
    (StripeDetector, '"sk_live_{{fake:alnum:24}}"', "stripe-key"),
    (TelegramBotTokenDetector, "1{{fake:digits:8}}:AA{{fake:alnum:33}}", "telegram-bot-token"),
    (TwilioKeyDetector, '"SK{{fake:hex:32}}"', "twilio-key"),
]


@pytest.mark.parametrize(("plugin", "line", "rule"), LINES)
def test_what_the_library_sees_we_see(plugin: type[BasePlugin], line: str, rule: str) -> None:
    for seed in range(5):
        text = expand(line, seed)
        assert plugin().analyze_line("x.py", text), "the oracle has to flag its own line"
        found = listed(surface(text))
        assert [match.rule_id for match in found] == [f"secret/{rule}"]
        assert text[found[0].start : found[0].end] == found[0].value


def test_two_tokens_are_two_values() -> None:
    """The library's own search answers with the group ``ghp`` for both."""
    first, second = "gh" + "p_" + fake("alnum", 36, 1), "gh" + "p_" + fake("alnum", 36, 2)
    assert len({secret.secret_value for secret in GitHubTokenDetector().analyze_line("x.py", f"{first} {second}")}) == 1
    assert [match.value for match in listed(output(f"{first} {second}"))] == [first, second]


@pytest.mark.parametrize("seed", range(6))
def test_entropy_beside_a_telling_name(seed: int) -> None:
    base64, hexadecimal = fake("base64", 44, seed), fake("hex", 40, seed)
    for plugin, value in ((Base64HighEntropyString(limit=4.5), base64), (HexHighEntropyString(limit=3.0), hexadecimal)):
        line = f'some_key = "{value}"'
        assert plugin.analyze_line("x.py", line)
        assert [match.value for match in matches(surface(line))] == [value]
        # The library flags it beside any name; here it needs a telling one.
        assert plugin.analyze_line("x.py", f'revision = "{value}"')
        assert matches(surface(f'revision = "{value}"')) == []


@pytest.mark.parametrize(
    "name", words("api_key auth_key service_key account_key private_key client_key db_pass password pwd secret")
)
def test_its_keywords_are_ours(name: str) -> None:
    line = f'{name} = "{fake("alnum", 24, name)}"'
    assert KeywordDetector().analyze_line("x.py", line)
    assert [match.rule_id for match in listed(surface(line))] in (["secret/password"], ["secret/generic-api-key"])


def test_its_noise_is_off() -> None:
    nucleotides = "ACCA" + "GTTACGATCGATTACG"
    assert AWSKeyDetector().analyze_line("x.py", nucleotides)
    assert matches(output(nucleotides)) == []
    assert matches(output("-----BEGIN RSA PRIVATE KEY-----")) == []
    assert matches(output("server 8.8.8.8 answers")) == []


def test_every_named_plugin_has_patterns() -> None:
    for row in providers():
        if row.plugin:
            assert patterns(row.plugin)


@pytest.mark.parametrize("prefix", ["AKC", "AP5", "APB"])
def test_plugin_match_that_no_row_expresses(prefix: str) -> None:
    value = prefix + fake("alnum", 40, 1)
    (found,) = listed(surface(f'x = "{value}"'))
    assert (found.rule_id, found.value, found.confidence) == ("secret/artifactory-token", value, "medium")


def test_library_is_not_imported_before_a_match() -> None:
    program = (
        "import sys; import mlsec_lab.rules as rules; rules.catalogue(); rules.load_checks(); rules.rules_version();"
        "assert not {'detect_secrets', 'requests', 'yaml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
