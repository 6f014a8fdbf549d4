"""Fakes made at test time: nothing in the repository looks like a live secret or names a real person."""

from __future__ import annotations

import random
import re
import string

ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "base64": string.ascii_letters + string.digits + "+/",
    "base64url": string.ascii_letters + string.digits + "-_",
    "digits": string.digits,
    "hex": "0123456789abcdef",
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "base32": string.ascii_uppercase + "234567",
}


def fake(alphabet: str, length: int, seed: object = 0) -> str:
    """A random string of ``length`` characters of a named alphabet, the same for the same seed."""
    return "".join(random.Random(repr((alphabet, length, seed))).choices(ALPHABETS[alphabet], k=length))


def openai_key(seed: object = 0) -> str:
    """A fake project key of OpenAI: the provider's public prefix, then random characters around its infix."""
    return "sk-" + "proj-" + fake("alnum", 74, seed) + "T3Blbk" + "FJ" + fake("alnum", 74, (seed, 1))


def aws_access_key(seed: object = 0) -> str:
    """A fake AWS access key id."""
    return "AK" + "IA" + fake("base32", 16, seed)


def github_token(seed: object = 0) -> str:
    """A fake classic personal access token of GitHub (its checksum is not valid)."""
    return "gh" + "p_" + fake("alnum", 36, seed)


def password(seed: object = 0) -> str:
    """A fake password of 14 characters, letters and digits and one sign."""
    return fake("alnum", 6, seed) + "!" + fake("alnum", 7, (seed, 1))


_FAKE = re.compile(r"\{\{fake:(\w+):(\d+)\}\}")
_PEM = re.compile(r"\{\{pem:([A-Z ]+)\}\}")


def pem(kind: str = "PRIVATE", seed: object = 0) -> str:
    """A block with the frame of a PEM key and random characters inside: it is no key."""
    lines = [fake("base64", 64, (seed, line)) for line in range(12)]
    return "\n".join([f"-----BEGIN {kind} KEY-----", *lines, f"-----END {kind} KEY-----", ""])


def expand(template: str, seed: object = 0) -> str:
    """Replaces ``{{fake:alphabet:length}}`` and ``{{pem:KIND}}`` by fakes, each with a seed of its own."""
    text = _FAKE.sub(lambda match: fake(match[1], int(match[2]), (seed, match.start())), template)
    return _PEM.sub(lambda match: pem(match[1], seed).replace("\n", "\\n" if '"' in template else "\n"), text)
