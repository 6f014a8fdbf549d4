"""Is a value a secret, or a placeholder, a template, a look-up, a word, a path? Pure functions of the value."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

# Words that people write where a value would stand. Short ones count only between separators.
_PLACEHOLDER = re.compile(
    r"your|example|change[-_ ]?(?:me|it|this)|place[-_ ]?holder|dummy|fake|insert|replace|redacted|hidden|removed|censored"
    r"|sample|foobar|fixme|fill[-_ ]?in|paste|s3cr3t|asdf|qwerty|not[-_ ]?set|undefined|not[-_]?real|supply|provide|obtain"
    r"|(?:secret|key|token|password|value|goes)[-_ ]?here|generated?[-_ ]|specif(?:y|ied)"
    r"|(?:^|[-_ .])(?:my|me|todo|tbd|xxx+|enter|put|get|the|test|none|null|foo|bar|demo|some|any|new|abc|aqui|aquí|hier|ici"
    r"|qui|ihre?|deine?|votre|ta|tu|tus|seu|sua|la|le|il|tuo|mon|meine?|moj|twoj|token|apikey|api[-_ ]key|key|secret"
    r"|password|passwort|clave|chave|cle|schluessel|schlüssel|mot[-_ ]de[-_ ]passe|contraseña|contrasena|senha|parola)"
    r"(?=$|[-_ .0-9])"
    r"|ваш|пароль|ключ|你的|您的|密码|密钥|あなた|パスワード|비밀번호"
    r"|x{4,}|\.{3,}|…|\*{3,}|•{3,}|_{4,}|-{4,}|#{4,}|\?{3,}",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\{[^{}]{0,80}\}|\(\?|[|*+]\)|\$[{(]|^\$\w+$|\$[A-Z_]{4,}|%\(|%[sdr](?![A-Za-z0-9])|<[A-Za-z/|_ -][^<>]{0,80}>|^<"
    r"|\[[A-Z_ ]{3,}\]|`|^%[A-Za-z_]+%$"
)
_LOOKUP = re.compile(
    r"getenv|environ|getpass|userdata\.|dbutils|keyring|secrets?[.\[]|input\(|config[.\[(]|\bos\.|\bsys\.|vault[.:(]"
    r"|\bssm[.:(]|\bself\.|\bargs\.|settings\.|kaggle_secrets|secretmanager|credentials?[.\[]|\bop://|\bref\+|arn:aws|projects/",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"^(?:[~.]{1,2}/|/(?=[\w-]{1,15}(?:[/.]|$))|[A-Za-z]:\\|[a-z][a-z0-9+.-]{1,12}://)"
    r"|\.(?:json|txt|pem|env|py|ipynb|ya?ml|toml|ini|cfg|csv|key|crt|html?|md|pkl|pt|bin|model|parquet|com|org|net|io)$",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+(?:\(.*)?|_{0,2}[a-z][a-z0-9]*(?:_[a-z0-9]+)+_{0,2}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
    r"|[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
)
_WORDS = re.compile(r"[^\W\d_]+(?:[-_. :/][^\W\d_]+)*")
_WORD = re.compile(r"[A-Z][a-z]{2,}|[a-z]{4,}|[A-Z]{5,}")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
_NO_VOWEL = re.compile(r"[^aeiouyAEIOUY]{5}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.~:!@#$%^&*-]{16,512}")
_REPEAT = re.compile(r"(.)\1{5}|(.{2,4})\2{4}")
_SEPARATORS = re.compile(r"[-_.~:/+= ]+")
_RUNS = ("0123456789012345", "abcdefghijklmnopqrstuvwxyz", "9876543210", "zyxwvutsrqponmlkjihgfedcba")
_RUN_LENGTH = 7
_COMMON = re.compile(
    r"(?:my|the|test|demo|user|db)?_?(?:p[a@4][s5$]{2}(?:w[o0]rd|wort|wd|code|phrase)?|pwd|secret|root|admin|administrator|user(?:name)?|guest|test"
    r"|none|null|true|false|string|str|qwerty|letmein|welcome|hello|changeme|postgres|mysql|mongo|redis|rabbit|minio(?:admin)?|default|token|login)"
    r"[-_@!#]?[0-9]{0,4}!?",
    re.IGNORECASE,
)


def entropy(value: str) -> float:
    """Shannon entropy in bits per character (C. Shannon, 1948)."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def is_dummy(body: str) -> bool:
    """Whether the random part of a token stands for one: repeated or running characters, or example words.

    A long random value holds a short word by chance: words count only where little randomness is left without them.
    """
    if len(set(body)) < 5 or _REPEAT.search(body) or _has_run(body):
        return True
    rest = _PLACEHOLDER.sub("", body)
    return rest != body and not _is_mixed(_SEPARATORS.sub("", rest), least=12)


def _has_run(body: str) -> bool:
    folded = body.lower()
    return any(run[start : start + _RUN_LENGTH] in folded for run in _RUNS for start in range(len(run) - _RUN_LENGTH + 1))


def is_placeholder(value: str) -> bool:
    """Whether a value beside a telling name stands for one: example words, templates, masks, repeated characters."""
    return (
        len(set(value)) < 4
        or _TEMPLATE.search(value) is not None
        or (_PLACEHOLDER.search(value) is not None and not _is_mixed(_PLACEHOLDER.sub("", value), least=12))
        or (len(value) >= 12 and (_REPEAT.search(value) is not None or _has_run(value)))
    )


def is_template(value: str) -> bool:
    """Whether a value has holes that something else fills."""
    return _TEMPLATE.search(value) is not None


def is_common(value: str) -> bool:
    """Whether a password is one that examples and default installations use."""
    return _COMMON.fullmatch(value) is not None


def is_reference(value: str) -> bool:
    """Whether a value names where a secret is: a look-up, a path, a URL, a dotted or constant name."""
    if _LOOKUP.search(value) or _PATH.search(value):
        return True
    return _IDENTIFIER.fullmatch(value) is not None and _word_share(value) > 0.4


def has_words(value: str) -> bool:
    """Whether half of a value's characters stand in words."""
    return _word_share(value) > 0.5


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID in its usual form (RFC 9562)."""
    return _UUID.fullmatch(value) is not None


def is_random_token(value: str) -> bool:
    """Whether a value looks drawn at random: 16 characters or more of a token's alphabet, well mixed, not words."""
    return _TOKEN.fullmatch(value) is not None and _is_mixed(value, least=16) and _word_share(value) <= 0.45


def is_password(value: str) -> bool:
    """Whether a value has the look of a password that somebody chose: no blanks, two kinds of characters, not a word."""
    if not 6 <= len(value) <= 128 or any(character.isspace() for character in value) or len(set(value)) < 4:
        return False
    if value.isdigit() or _WORDS.fullmatch(value):
        return False
    letters = any(character.isalpha() for character in value)
    return letters and (any(character.isdigit() for character in value) or _signs(value) > 0)


def is_strong_password(value: str) -> bool:
    """Whether a value is a password even where no quotes say that it is one value: digits, letters and more."""
    kinds = (
        any(character.islower() for character in value)
        + any(character.isupper() for character in value)
        + any(character.isdigit() for character in value)
        + (_signs(value) > 0)
    )
    return is_password(value) and len(value) >= 8 and kinds >= 3 and entropy(value) >= 2.5


def _signs(value: str) -> int:
    return sum(not character.isalnum() and character not in "-_." for character in value)


def _is_mixed(value: str, *, least: int) -> bool:
    """Whether letters (of both cases) and digits alternate as in random text: words and numbers change kind rarely."""
    if len(value) < least or entropy(value) < 2.8:
        return False
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "s" for c in value]
    digits, upper, lower = (kinds.count(kind) for kind in "dul")
    if digits > 0.95 * len(value) or not upper + lower:
        return False
    changes = sum(a != b and "s" not in (a, b) for a, b in pairwise(kinds))
    if digits < 2:
        # Without digits only the cases tell: words in camel case change about every third letter.
        return min(upper, lower) >= 4 and changes >= 0.4 * len(value)
    return changes >= 0.2 * len(value)


def _word_share(value: str) -> float:
    """The share of a value's characters that stand in stretches with the vowels of a word."""
    return sum(len(word) for word in _WORD.findall(value) if _is_word(word)) / max(1, len(value))


def _is_word(word: str) -> bool:
    return 0.25 <= len(_VOWEL.findall(word)) / len(word) <= 0.75 and _NO_VOWEL.search(word) is None
