"""A telling name, then a value: assignments, call keywords, dictionaries, environment lines, headers, printed pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match, Rule

from .filters import entropy, is_password, is_placeholder, is_random_token, is_reference, is_uuid
from .providers import ROTATE

_WORDS = (
    "_key",
    "-key",
    "apikey",
    "accesskey",
    "token",
    "secret",
    "passw",
    "pwd",
    "passphrase",
    "credential",
    "bearer",
    "contrase",
)
_WORD = re.compile(
    r"(?P<password>passw(?:or)?d|passphrase|pwd|contraseña)|(?P<key>api_?-?key|apikey|_key|-key|accesskey|secretkey|secret|token"
    r"|credential)",
    re.IGNORECASE,
)
_NAME_CHARACTERS = re.compile(r"[A-Za-z0-9_.\-ñ]*")
_NAME_BEFORE = re.compile(r"[A-Za-z0-9_.\-]{0,64}\Z")
# Quotes and brackets that close the name, a type, then what joins name and value.
_JOIN = re.compile(
    r"""\\?["']?\]?\)?[ \t]{0,8}(?::[ \t]{0,4}(?:str|Optional\[str\]|str \| None)[ \t]{0,8})?(?:=>|==?|:=?|,)[ \t]{0,8}"""
)
_QUOTED = re.compile(r"""[rbfuRBFU]{0,2}(?P<quote>\\?["']{3}|\\?["'])(?P<value>[^"'\\\r\n]{6,512})(?P=quote)""")
_BARE = re.compile(r"""(?P<value>[^\s"'`,;<>(){}\[\]|\\]{6,512})(?![("'\[\w])""")
_SHELL_LINE = re.compile(r"\s*(?:%(?:set_)?env\b|!|%sx\b|export\s|set\s|setx\s|ENV\s|declare\s|-e\s)")
_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script|writefile|file|cmd|powershell|sx|system|!)")
_BEARER = re.compile(r"\b(?:[Bb]earer|BEARER|[Tt]oken)[ \t]{1,4}(?P<value>[A-Za-z0-9._~+/=-]{16,512})")
# Names whose value is public or is no secret at all.
_HARMLESS = re.compile(
    r"public|primary_?key|foreign_?key|sort_?key|partition_?key|cache_?key|index_?key|dict_?key|group_?key|_keys?_name|key_?name|keyword"
    r"|tokeniz|tokens\b|token_?(?:type|ids?\b|count|len|num|limit|index|url|uri|path|file|name|class|column|budget)|(?:pad|eos|bos|unk|cls|sep|mask"
    r"|special|image|next|start|end|stop|max|num|min|new|first|last|per|word|page|csrf|continuation|sync)_?token|_(?:file|path|url|uri|dir|name|field|col|column"
    r"|regex|pattern|policy|length|len|hint|label|prompt|env|var|id|hash|arn|version|type|size|fn|func)s?$|hash|sha\d|md5|digest|checksum"
    r"|commit|revision|fingerprint|etag",
    re.IGNORECASE,
)
#: Names that give the provider away, with the shape of its value: (rule, title, name, value)
_NAMED = (
    ("aws-secret-key", "AWS secret access key", r"aws.*secret|secret_?access_?key", r"[A-Za-z0-9/+]{40}"),
    ("wandb-api-key", "Weights & Biases API key", r"wandb", r"[0-9a-f]{40}"),
    ("kaggle-api-key", "Kaggle API key", r"kaggle", r"[0-9a-f]{32}"),
    ("azure-openai-key", "Azure OpenAI key", r"azure.*openai|openai.*azure", r"[0-9a-f]{32}|[A-Za-z0-9]{84}"),
    ("cohere-api-key", "Cohere API key", r"cohere|^co_api_?key", r"[A-Za-z0-9]{40}"),
    ("comet-api-key", "Comet API key", r"comet", r"[A-Za-z0-9]{25}"),
    ("mistral-api-key", "Mistral API key", r"mistral", r"[A-Za-z0-9]{32}"),
    ("together-api-key", "Together AI API key", r"together", r"[0-9a-f]{64}"),
    ("datadog-api-key", "Datadog API key", r"datadog|^dd_", r"[0-9a-f]{32}|[0-9a-f]{40}"),
    ("heroku-api-key", "Heroku API key", r"heroku", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("cloudflare-api-token", "Cloudflare API token", r"cloudflare|^cf_", r"[A-Za-z0-9_-]{37,40}"),
    ("weaviate-api-key", "Weaviate API key", r"weaviate|^wcs_", r"[A-Za-z0-9]{36,40}"),
)
_NAMED_PATTERNS = tuple((rule, re.compile(name, re.IGNORECASE), re.compile(value)) for rule, _, name, value in _NAMED)


def may_assign(surface: Surface) -> bool:
    """Whether the text, or the JSON member's name, has a word that the rule needs."""
    text = surface.text.lower()
    if any(word in text for word in _WORDS):
        return True
    return surface.name is not None and _WORD.search(surface.name) is not None


def check_assignments(surface: Surface) -> Iterator[Match]:
    """Every value beside a telling name in a surface."""
    yield from _named_member(surface)
    text = surface.text
    shell = _SHELL_CELL.match(text) is not None
    seen = 0
    for word in _WORD.finditer(text):
        if word.start() < seen:
            continue
        after = _NAME_CHARACTERS.match(text, word.end(), word.end() + 40)
        end = after.end() if after else word.end()
        value = _value_after(text, end, surface, shell)
        if value is not None:
            before = _NAME_BEFORE.search(text[max(0, word.start() - 64) : word.start()])
            start = word.start() - (len(before.group()) if before else 0)
            name = text[start:end].rstrip(".-")
            yield from _judge(name, *value, is_password_name=_is_password_name(name))
            seen = value[0] + len(value[1])
    for match in _BEARER.finditer(text):
        if is_random_token(match["value"]) and not is_placeholder(match["value"]):
            yield Match("secret/generic-api-key", match.start("value"), match.end("value"), match["value"])


def _is_password_name(name: str) -> bool:
    return any(match["password"] for match in _WORD.finditer(name))


def _named_member(surface: Surface) -> Iterator[Match]:
    name, text = surface.name, surface.text
    if name and len(text) <= 512 and _WORD.search(name) and not any(map(str.isspace, text)):
        yield from _judge(name, 0, text, quoted=True, is_password_name=_is_password_name(name))


def _value_after(text: str, end: int, surface: Surface, shell: bool) -> tuple[int, str, bool] | None:
    join = _JOIN.match(text, end)
    if join is None or "==" in join.group():
        return None
    quoted = _QUOTED.match(text, join.end())
    if quoted is not None:
        return quoted.start("value"), quoted["value"], True
    if join.group().strip().endswith(","):
        return None
    if surface.place.kind == "source" and not shell:
        line = text[text.rfind("\n", 0, end) + 1 : end]
        if not _SHELL_LINE.match(line):
            return None
    bare = _BARE.match(text, join.end())
    return (bare.start("value"), bare["value"].rstrip(".:"), False) if bare else None


def _judge(name: str, start: int, value: str, quoted: bool, *, is_password_name: bool) -> Iterator[Match]:
    if _HARMLESS.search(name) or is_placeholder(value) or is_reference(value) or value.lower() in name.lower():
        return
    span = (start, start + len(value))
    for rule, named, shape in _NAMED_PATTERNS:
        if named.search(name) and shape.fullmatch(value) and not value.isalpha() and entropy(value) >= 2.5:
            yield Match(f"secret/{rule}", *span, value, confidence="high", properties={"provider": rule})
            return
    if is_password_name:
        if is_password(value) and (quoted or entropy(value) >= 2.8):
            yield Match("secret/password", *span, value)
    elif is_random_token(value) and (not is_uuid(value) or "secret" in name.lower() or "api" in name.lower()):
        yield Match("secret/generic-api-key", *span, value)
    elif quoted and len(value) >= 20 and entropy(value) > 4.5 and not any(map(str.isspace, value)):
        yield Match("secret/high-entropy-string", *span, value)


def _rule(name: str, title: str, **more: object) -> Rule:
    remediation = f"{ROTATE}."
    return Rule(id=f"secret/{name}", title=title, severity="high", remediation=remediation, **more)  # type: ignore[arg-type]


#: The first carries the hook for all: one pass over the text finds names, and the value decides which rule it is.
ASSIGNMENT_RULES = (
    _rule(
        "generic-api-key",
        "API key or token",
        confidence="medium",
        specificity="generic",
        check_surface=check_assignments,
    ),
    _rule("password", "Password", confidence="medium", specificity="named"),
    _rule("high-entropy-string", "Random-looking string beside a telling name", confidence="low", specificity="entropy"),
    *(_rule(rule, title, specificity="named") for rule, title, _, _ in _NAMED),
)
