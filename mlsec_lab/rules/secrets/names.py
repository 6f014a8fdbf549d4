"""What a name says of the value beside it: a password, a key or token, perhaps a key, or nothing."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

Kind = Literal["password", "key", "weak", "none"]

#: Every telling name holds one of these (lower case). The gate and the search for names both start from them.
WORDS = ("key", "token", "pass", "secret", "auth", "cred", "pw", "bearer", "senha", "contrase")
FOREIGN_WORDS = ("пароль", "密码", "密钥", "パスワード", "비밀번호")

# Upper-case words, words, numbers, and words of other scripts.
_PART = re.compile(r"[A-Z]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|[0-9]+|[^\W\d_]+")
_GLUED_PASSWORDS = ("password", "passwd", "passphrase", "passwort")
_GLUED_KEYS = ("apikey", "secretkey", "accesskey", "apitoken", "authtoken", "accesstoken", "clientsecret")


@cache
def _words() -> dict[str, frozenset[str]]:
    text = (files("mlsec_lab.rules.secrets") / "names.toml").read_text("utf-8")
    return {name: frozenset(str(words).split()) for name, words in tomllib.loads(text).items()}


@lru_cache(maxsize=8192)
def kind_of(name: str) -> Kind:
    """The kind of a name in any spelling: ``DB_PASSWORD``, ``apiKey``, ``x-api-key``, ``openai.api_key``."""
    words = _words()
    parts = [part.lower() for part in _PART.findall(name)]
    while len(parts) > 1 and (parts[-1].isdigit() or parts[-1] in words["tails"]) and _tells(parts[:-1]):
        parts.pop()
    if not parts or not words["never"].isdisjoint(parts):
        return "none"
    last = parts[-1]
    if last in words["passwords"] or last.endswith(_GLUED_PASSWORDS) or parts[-3:] == ["mot", "de", "passe"]:
        return "password"
    return _key_kind(parts, words)


def _key_kind(parts: list[str], words: dict[str, frozenset[str]]) -> Kind:
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if last.endswith(_GLUED_KEYS) or last == "secret" or (last == "key" and before in words["locks"]):
        return "key"
    if last in words["keys"]:
        return "key" if words["other"].isdisjoint(parts) else "none"
    if last in ("key", "keys", "auth", "tokens", "secrets", "cred", "creds"):
        return "weak" if words["other"].isdisjoint(parts) else "none"
    return "none"


def _tells(parts: list[str]) -> bool:
    return any(word in part for part in parts for word in WORDS)
