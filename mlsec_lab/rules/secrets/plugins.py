"""detect-secrets as a source of patterns, for providers that ``providers.toml`` has no row of its own for.

Its plugins' ``denylist`` is run with ``finditer``, which gives true spans; its settings, line scanner and filters are not
used (they are global, lose calls with keyword arguments and can take seconds on one line). The library is imported at
the first match of a gate, in the worker only.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match, Rule

from .filters import is_placeholder
from .providers import PROVIDER_GATES, ROTATE

# Lines are cut to windows: the library's patterns are not all linear. No value of theirs is longer than the overlap.
_WINDOW = 2000
_OVERLAP = 300

#: rule name → (title, module, class, gate literals)
_PLUGINS = {
    "artifactory-token": ("Artifactory token", "artifactory", "ArtifactoryDetector", ("AKC", "AP")),
    "cloudant-credential": ("Cloudant credential", "cloudant", "CloudantDetector", ("cloudant", "CLOUDANT")),
    "discord-bot-token": ("Discord bot token", "discord", "DiscordBotTokenDetector", ("iscord", "ISCORD", "Bot ")),
    "ibm-cloud-iam-key": ("IBM Cloud IAM key", "ibm_cloud_iam", "IbmCloudIamDetector", ("ibm", "IBM")),
    "ibm-cos-hmac": ("IBM COS HMAC credential", "ibm_cos_hmac", "IbmCosHmacDetector", ("hmac", "HMAC", "ibm", "IBM")),
    "mailchimp-key": ("Mailchimp access key", "mailchimp", "MailchimpDetector", ("-us",)),
    "softlayer-credential": ("SoftLayer credential", "softlayer", "SoftlayerDetector", ("softlayer", "SOFTLAYER")),
    "square-oauth-secret": ("Square OAuth secret", "square_oauth", "SquareOAuthDetector", ("sq0csp-",)),
    "telegram-bot-token": ("Telegram bot token", "telegram_token", "TelegramBotTokenDetector", (":AA",)),
    "twilio-key": ("Twilio key", "twilio", "TwilioKeyDetector", ("AC", "SK")),
}


@cache
def _patterns(module: str, name: str) -> tuple[Any, ...]:
    plugin = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name)
    return tuple(plugin.denylist)


def _windows(text: str, gates: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    position = 0
    for line in text.split("\n"):
        if any(gate in line for gate in gates):
            for start in range(0, max(1, len(line) - _OVERLAP), _WINDOW - _OVERLAP):
                yield position + start, line[start : start + _WINDOW]
        position += len(line) + 1


def _find(rule_id: str, module: str, name: str, surface: Surface) -> Iterator[Match]:
    seen: set[tuple[int, int]] = set()
    for offset, text in _windows(surface.text, PROVIDER_GATES[rule_id]):
        for pattern in _patterns(module, name):
            for match in pattern.finditer(text):
                # Some patterns put the value in a group, after the name that gives it away.
                group = max(range(1, (match.lastindex or 0) + 1), key=lambda g: len(match.group(g) or ""), default=0)
                start, end = match.span(group)
                span = (offset + start, offset + end)
                value = text[start:end]
                if span in seen or is_placeholder(value) or value.isalpha() or not any(map(str.isdigit, value)):
                    continue
                seen.add(span)
                yield Match(rule_id, *span, value, properties={"provider": rule_id.partition("/")[2]})


def _rule(name: str) -> Rule:
    title, module, plugin, gates = _PLUGINS[name]
    rule_id = f"secret/{name}"
    PROVIDER_GATES[rule_id] = gates
    return Rule(
        id=rule_id,
        title=title,
        severity="high",
        confidence="medium",
        specificity="provider",
        mask="fixed",
        remediation=f"{ROTATE}.",
        check_surface=partial(_find, rule_id, module, plugin),
    )


PLUGIN_RULES = tuple(_rule(name) for name in _PLUGINS)
