"""No text makes the rules slow: texts made to be slow end within a hang guard, and work grows with length only."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: A megabyte each. Every rule runs on them, gate or not. The guard is far above what linear work needs.
GUARD = 60
SIZE = 1_000_000
TEXTS = {
    "blanks": '" " * n',
    "quotes": "'\"' * n",
    "single quotes": '"\'" * n',
    "name and blanks": '"password" + " " * n + "=\'x\'"',
    "names and blanks": '("api_key" + " " * 500 + "=") * (n // 508)',
    "names": '"password" * (n // 8)',
    "dashes": '"-" * n',
    "equal signs": '"token=" * (n // 6)',
    "open strings": '("token=\'" + "a" * 80) * (n // 87)',
    "escapes": "'\"secret\": \"' + '\\\\\\\\' * (n // 2)",
    "web token starts": '"eyJ" * (n // 3)',
    "web token pieces": '"eyJhbGciOiJIUzI1NiJ9." * (n // 21)',
    "web token dashes": '("eyJ" + "a" * 17 + "-") * (n // 21)',
    "key prefixes": '"sk-" * (n // 3)',
    "key headers": '"-----BEGIN PRIVATE KEY-----\\n" * (n // 28)',
    "service accounts": '\'{"type": "service_account", \' * (n // 28)',
    "URLs": '"https://a:b" * (n // 11)',
    "URL colons": '"postgres://" + ":a" * (n // 2)',
    "token URLs": '"http://a/?x&token=" * (n // 18)',
    "database URLs": '"postgres://u:p" * (n // 14)',
    "library literals": '"ibm_cloud_api_key" * (n // 17)',
    "library blanks": '("ibm_key" + " " * 300) * (n // 307)',
    "base64": '("A1b2C3d4+/" * (n // 10))',
    "hex": '"0123456789abcdef" * (n // 16)',
    "curl": '"curl " * (n // 5)',
    "curl options": '("curl " + " -u" * 90) * (n // 275)',
    "bearers": '"Bearer " * (n // 7)',
    "discord shapes": '("M" + "a" * 23 + ".aaaaaa." + "a" * 27) * (n // 59)',
    "concatenations": '"api_key = (" + "\'ab1c\' " * (n // 7)',
    "longer small letters": '"İ" * (n // 2)',
    "default arguments": "\"'token', \" * (n // 9)",
}
PROGRAM = """
import sys
from mlsec_lab.core.location import Place
from mlsec_lab.core.notebook import Surface
from mlsec_lab.rules import load_checks

n = {size}
text = {text}
for kind, language in (("source", "python"), ("output", None)):
    where = Surface(Place(kind, ()), text, text, None, language, None)
    for rule in load_checks()[0].rules:
        if rule.check_surface:
            for match in rule.check_surface(where):
                assert 0 <= match.start < match.end <= len(text)
"""


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_slow_text_ends(text: str) -> None:
    program = PROGRAM.format(size=SIZE // 4, text=text)
    subprocess.run([sys.executable, "-c", program], check=True, timeout=GUARD)


@pytest.mark.full
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_slow_megabyte_ends(text: str) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM.format(size=SIZE, text=text)], check=True, timeout=GUARD * 4)
