"""Where a name stands before a value: assignments, calls, dictionaries, environment lines, headers, printed pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mlsec_lab.core.notebook import Surface

from .names import FOREIGN_WORDS, WORDS, Kind, kind_of
from .windows import fold, literal_places

_NAME_END = re.compile(r"[\w.\-]*")
_NAME_START = re.compile(r"[\w.\-]*")
_MAX_NAME = 80

# What closes the name, then what joins it to the value.
_CLOSE = r"""\\{0,2}["'`]?(?:[ \t]?\]|\))?"""
_BLANK = r"[ \t]{0,60}"
_JOIN = re.compile(
    _CLOSE
    + rf"{_BLANK}(?:"
    + r"(?P<typed>:[ \t]{0,4}[A-Za-z_\"'][\w.\[\]|\"', ]{0,60}=(?![=>]))"
    + r"|(?P<sign>=>|:=|(?<![=!<>])=(?![=~])|:(?![:/\\])|<-)"
    + r")"
    + r"(?:[ \t]{0,60}(?:\r?\n[ \t]{0,60})?(?=[\"'(rbuf]))?"
    + _BLANK
)
_COMMA = re.compile(r"""\\?["'][ \t]{0,8},[ \t\n]{0,40}(?:value[ \t]?=[ \t]?)?""")
_CALL_BEFORE = re.compile(
    r"(?:getenv|environ\.get|setdefault|setenv|putenv|set_key|setattr|add_header|set_secret|put_secret|add_secret|set_password|\.get|\.pop|\.set"
    r"|SetEnvironmentVariable|Sys\.setenv)\([ \t\n]{0,20}(?:[\w.\"']{1,40},[ \t]{0,4}){0,2}\\?[\"']\Z"
)
_DEFAULT = re.compile(r"""["'][^()\n"'=]{0,60}(?:,[^()\n"']{0,60}){0,3}\bdefault[ \t]{0,4}=[ \t]{0,4}""")
# Calls and brackets between the sign and the value that leave the value as it is.
_WRAP = re.compile(
    r"(?:(?:[\w.]{0,40}(?:SecretStr|quote_plus|quote|str|bytes|Field|Secret|Param|Token|Password|f)\("
    r"(?:default[ \t]?=[ \t]?)?)"
    r"|(?:os\.)?(?:getenv|environ\.get)\([ \t]?[\"']\w{1,60}[\"'][ \t]?(?:\)[ \t]{0,4}or[ \t]{1,4}|,[ \t]{0,4})"
    r"|os\.environ\[[\"']\w{1,60}[\"']\][ \t]{0,4}=[ \t]{0,4}|\(\s{0,40}|\[\s{0,40}){1,3}"
)
_QUOTED = re.compile(
    r"(?P<kind>[rbfuRBFU]{0,2})"
    r'(?:"{3}(?P<v1>[^"\\]{4,512})"{3}'
    r"|'{3}(?P<v2>[^'\\]{4,512})'{3}"
    r'|"(?P<v3>(?>(?:[^"\\\n]|\\[^\n]){4,600}))"'
    r"|'(?P<v4>(?>(?:[^'\\\n]|\\[^\n]){4,600}))'"
    r'|\\"(?P<v5>[^"\\\n]{4,512})\\"'
    r"|\\'(?P<v6>[^'\\\n]{4,512})\\')"
)
_MORE = re.compile(
    r"(?:[ \t]{0,8}\+[ \t]{0,8}\\?\n?[ \t]{0,60}|[ \t]{0,8}\\\n[ \t]{0,60}|[ \t]{1,8}|[ \t]{0,8}\n[ \t]{0,60})"
    r"(?=[rbuRBU]{0,2}[\"'])"
)
_LINE_END = re.compile(r"(?:\\{1,4}[nr])+\Z")
_BARE = re.compile(r"""(?P<value>[^\s"'`,;<>(){}\[\]|\\]{4,512})(?![("'\[{\w])""")
_SHELL_LINE = re.compile(
    r"[ \t]*(?:[\w, ]{1,40}=[ \t]*)?(?:%(?:set_)?env\b|!|%sx\b|%system\b|export\s|setx?\s|ENV\s|ARG\s|declare\s|-e\s|\$env:|#)"
)
_SHELL_SPACE = re.compile(r"[ \t]{1,8}(?=[^\s=\-])")
_SPACE_BEFORE = re.compile(r"(?:%(?:set_)?env|setx|ENV)[ \t]{1,4}\Z")
_PLAIN_CELL = re.compile(r"\s*%%(?:bash|sh|zsh|script|writefile|file|cmd|powershell|sx|system|!|capture)")
_SHELL_LANGUAGES = frozenset({"bash", "sh", "shell", "powershell"})
_DSN_BEFORE = re.compile(r"[;\"' &?]\Z")
_DSN_AFTER = re.compile(r"[;\"'&]| [A-Za-z_]{2,20}=")
_LINE_LIMIT = 400
_JOINING = frozenset("=:\"'`\\ \t])<")


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and the value beside it. ``start`` and ``end`` span the value in the text, ``value`` is joined where the
    source splits it; ``before`` is what stands before the name on its line. ``quoted`` values are whole strings.
    """

    name: str = field(repr=False)
    kind: Kind
    start: int
    end: int
    value: str = field(repr=False)
    quoted: bool
    before: str = field(default="", repr=False)
    formatted: bool = False

    @property
    def joined(self) -> bool:
        """Whether the source splits the value into pieces."""
        return self.end - self.start != len(self.value)


def pairs(surface: Surface) -> Iterator[Pair]:
    """Every telling name with a value beside it, in the order of the text."""
    text = surface.text
    plain = _is_plain(surface)
    position = 0
    for place in word_places(text):
        if place < position:
            continue
        stop = _NAME_END.match(text, place)
        end = position = stop.end() if stop else place
        if end - place > _MAX_NAME or not _may_join(text, end):
            continue
        start = _name_start(text, place)
        name = text[start:end].rstrip(".-")
        kind = kind_of(name) if end - start <= _MAX_NAME else "none"
        if kind == "none":
            continue
        pair = _pair(text, name, kind, start, start + len(name), plain)
        if pair is not None:
            yield pair
            position = max(position, pair.end)


def word_places(text: str) -> list[int]:
    """Where the words of telling names stand, in order, whatever their case."""
    words = WORDS if text.isascii() else (*WORDS, *FOREIGN_WORDS)
    return sorted(literal_places(fold(text), words))


def _may_join(text: str, end: int) -> bool:
    """Whether what follows a name can join it to a value; nearly always it cannot, and this is the cheap question."""
    return text[end : end + 1] in _JOINING


def _name_start(text: str, start: int) -> int:
    first = max(0, start - _MAX_NAME)
    found = _NAME_START.match(text[first:start][::-1])
    return start - (found.end() if found else 0)


def _is_plain(surface: Surface) -> bool:
    """Whether the text is not source code, so that values stand there without quotes."""
    if surface.place.kind != "source":
        return True
    return (
        surface.language == "markdown"
        or surface.language in _SHELL_LANGUAGES
        or surface.language is None
        or _PLAIN_CELL.match(surface.text) is not None
    )


def _pair(text: str, name: str, kind: Kind, start: int, end: int, plain: bool) -> Pair | None:
    line = text.rfind("\n", max(0, start - _LINE_LIMIT), start) + 1 or max(0, start - _LINE_LIMIT)
    before = text[line:start]
    place = _after_join(text, before, end)
    if place is not None:
        wrap = _WRAP.match(text, place)
        quoted = _quoted(text, wrap.end() if wrap else place, in_brackets=wrap is not None)
        if quoted is not None:
            return Pair(name, kind, quoted[0], quoted[1], quoted[2], True, before, quoted[3])
    bare_at = _bare_place(text, before, start, end, plain, place)
    bare = _BARE.match(text, bare_at) if bare_at is not None else None
    if bare is None:
        return None
    value = bare["value"].rstrip(".:!?*_") if plain else bare["value"]
    return Pair(name, kind, bare.start(), bare.start() + len(value), value, False, before)


def _after_join(text: str, before: str, end: int) -> int | None:
    """Where the value may begin after a name that ends at ``end``."""
    join = _JOIN.match(text, end)
    if join is not None:
        return join.end()
    comma = _COMMA.match(text, end)
    if comma is not None and _CALL_BEFORE.search(before[-120:]):
        return comma.end()
    default = _DEFAULT.match(text, end)
    return default.end() if default is not None else None


def _quoted(text: str, start: int, *, in_brackets: bool) -> tuple[int, int, str, bool] | None:
    """A string literal at ``start`` and the literals that continue it: span, joined value, whether it is formatted."""
    found = _QUOTED.match(text, start)
    if found is None:
        return None
    group = found.lastgroup or "v3"
    first, last, value = found.start(group), found.end(group), found[group]
    formatted = "f" in found["kind"].lower()
    end = found.end()
    for _ in range(16):
        more = _MORE.match(text, end)
        if more is None or ("\n" in more.group() and not (in_brackets or "+" in more.group() or "\\" in more.group())):
            break
        found = _QUOTED.match(text, more.end())
        if found is None:
            break
        group = found.lastgroup or "v3"
        value, last, end = value + found[group], found.end(group), found.end()
    # An escaped line end belongs to what is typed or printed, not to the value.
    bare = _LINE_END.sub("", value)
    return first, last - (len(value) - len(bare)), bare, formatted


def _bare_place(text: str, before: str, start: int, end: int, plain: bool, place: int | None) -> int | None:
    """Where a value without quotes may begin, in the places that have such: output, shells, comments, DSNs."""
    if plain or _SHELL_LINE.match(before):
        if place is not None:
            return place
        space = _SHELL_SPACE.match(text, end)
        option = text.startswith("-", start) or _SPACE_BEFORE.search(before)
        return space.end() if space is not None and option else None
    if place is not None and text[end : end + 1] == "=" and place == end + 1 and _DSN_BEFORE.search(before):
        bare = _BARE.match(text, place)
        if bare is not None and _DSN_AFTER.match(text, bare.end()):
            return place
    return None
