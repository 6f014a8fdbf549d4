from __future__ import annotations

import tomllib

import pytest

from mlsec_lab.engine.toml_lines import key_lines, line_of

FILE = '''# select = ["no"]
fail-on = "high"
select = [  # a list
  "secret", # fail-on
  "[limits]",
]
note = """
[severity]
ignore = 1
"""
other = \'\'\'
x = 2
\'\'\'
"quoted key".'inner' = { a = 1, b = [1,
 2] }

[severity]
"secret/password" = "low" # [x]
a.b = 1
  indented = 2

[[waivers]]
reason = "one"
[[waivers]]
reason = "two"
[waivers.sub]
deep = true
[tool . mlsec]
fail-on = "x"
[[waivers.list]]
[[waivers.list]]
last = 1979-05-27'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("fail-on",), 2),
        (("select",), 3),
        (("note",), 7),
        (("other",), 11),
        (("quoted key",), 14),
        (("quoted key", "inner"), 14),
        (("quoted key", "inner", "a"), 14),
        (("severity",), 17),
        (("severity", "secret/password"), 18),
        (("severity", "a", "b"), 19),
        (("severity", "indented"), 20),
        (("waivers",), 22),
        (("waivers", 0), 22),
        (("waivers", 0, "reason"), 23),
        (("waivers", 1), 24),
        (("waivers", 1, "reason"), 25),
        (("waivers", 1, "sub", "deep"), 27),
        (("waivers", 1, "expires"), 24),
        (("tool", "mlsec", "fail-on"), 29),
        (("waivers", 1, "list", 1, "last"), 32),
        (("ignore",), None),
    ],
)
def test_the_line_of_a_key(keys: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(FILE, keys) == line


def test_the_file_above_is_toml() -> None:
    assert tomllib.loads(FILE)["tool"]["mlsec"] == {"fail-on": "x"}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "x = 1", '"unclosed', "]]]", "x = [\n"])
def test_odd_texts_have_no_lines_or_few(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())
