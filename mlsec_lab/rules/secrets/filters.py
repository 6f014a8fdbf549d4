"""Is a value a secret, or a placeholder, a template, a look-up, a word, a path, a hash? Pure functions of the value."""

from __future__ import annotations

import math
import re
from collections import Counter

_PLACEHOLDER = re.compile(
    r"your|example|change[-_ ]?me|placeholder|dummy|insert|replace|redacted|hidden|removed|censored|sample|foobar"
    r"|todo|fixme|fill[-_ ]?in|paste|enter[-_ ]|put[-_ ]|my[-_ ]?(?:api|secret|token|key|pass)|s3cr3t|xxxx|0000000|1234567"
    r"|abcdef(?:gh)?(?:$|[^0-9a-f])|asdf|qwerty|\.\.\.|…|\*\*\*|•••|<[^>]*>|not[-_ ]?set|undefined|secret[-_ ]?here|key[-_ ]?here"
    r"|token[-_ ]?here|ihr[-_]|deine?[-_]|votre|ta[-_]cle|tu[-_]|seu[-_]|sua[-_]|ваш|你的|あなた|aqui|hier[-_]|ici\b",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{[^{}]{0,80}\}|\$\{|\$[A-Z_(]|%\(|%s|<[a-zA-Z/|_ -]|\[[A-Z_ ]+\]|\{\{|`")
_LOOKUP = re.compile(
    r"(?:getenv|environ|getpass|userdata|dbutils|keyring|secrets?\.get|input\(|config\[|os\.|sys\.|vault|ssm|self\."
    r"|args\.|settings\.|st\.secrets|kaggle_secrets)",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"^(?:[~.]{0,2}/|[A-Za-z]:\\|https?://|s3://|gs://|file:)"
    r"|\.(?:json|txt|pem|env|py|ya?ml|toml|ini|cfg|csv|key|crt|html?)$"
)
_WORDS = re.compile(r"[A-Za-z]+(?:[-_. :/][A-Za-z]+)*[0-9]{0,4}")
_IDENTIFIER = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+|[a-z]+(?:_[a-z0-9]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.~:!@#$%^&*-]+")
_COMMON_PASSWORDS = frozenset(
    [
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "root",
        "admin",
        "user",
        "guest",
        "test",
        "none",
        "null",
        "true",
        "false",
        "str",
        "string",
    ]
)


def entropy(value: str) -> float:
    """Shannon entropy in bits per character (C. Shannon, 1948)."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def is_placeholder(value: str) -> bool:
    """Whether a value stands for one: example words, templates, masks, repeated or running characters."""
    return (
        len(set(value)) < 5
        or _PLACEHOLDER.search(value) is not None
        or _TEMPLATE.search(value) is not None
        or value.lower() in _COMMON_PASSWORDS
    )


def is_reference(value: str) -> bool:
    """Whether a value names where a secret is: a look-up, a path, a URL, a dotted or constant name."""
    return _LOOKUP.search(value) is not None or _PATH.search(value) is not None or _IDENTIFIER.fullmatch(value) is not None


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID in its usual form (RFC 9562)."""
    return _UUID.fullmatch(value) is not None


def is_random_token(value: str) -> bool:
    """Whether a value looks drawn at random: 16 characters or more, letters and digits mixed, high entropy."""
    if not 16 <= len(value) <= 512 or _TOKEN.fullmatch(value) is None or _WORDS.fullmatch(value) is not None:
        return False
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    return digits >= 2 and letters >= 2 and entropy(value) >= 3.0 and not _is_wordy(value)


def is_password(value: str) -> bool:
    """Whether a value has the look of a password that somebody chose: no blanks, two kinds of characters, not a word."""
    if not 6 <= len(value) <= 128 or any(character.isspace() for character in value):
        return False
    kinds = (
        any(character.islower() for character in value)
        + any(character.isupper() for character in value)
        + any(character.isdigit() for character in value)
        + any(not character.isalnum() for character in value)
    )
    return kinds >= 2 and _WORDS.fullmatch(value) is None and any(not character.isalpha() for character in value)


def _is_wordy(value: str) -> bool:
    """Names such as ``t5-large-finetuned-2021``: most characters stand in lower-case words of four letters or more."""
    words = re.findall(r"[A-Z]?[a-z]{4,}", value)
    return sum(map(len, words)) > 0.6 * len(value)
