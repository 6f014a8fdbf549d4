"""The net that leak tests share: values of many kinds, in every kind of place, and the pieces of them that may not come out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from mlsec_lab.rules.secrets.rows import prefix_of, providers
from tests.fakes import password
from tests.planted import planted_notebook
from tests.readers.kinds import KINDS, base
from tests.rules.support import marked

PIECE = 8
#: Providers whose values stand alone, without a name beside them.
_PROVIDERS = """
    openai-api-key anthropic-api-key huggingface-token github-token gitlab-token google-api-key aws-access-key npm-token
    databricks-token slack-token stripe-key sendgrid-key groq-api-key replicate-api-token xai-api-key digitalocean-token
"""
PROVIDERS = tuple(_PROVIDERS.split())


def pieces(value: str, prefix: str = "") -> set[str]:
    """Every 8-character piece of a value outside its public prefix."""
    hidden = value.removeprefix(prefix)
    return {hidden[start : start + PIECE] for start in range(len(hidden) - PIECE + 1)}


def leaked(text: str, secret: Iterable[str]) -> int:
    """How many of some pieces stand in a text: a number, so that a failing test prints no value either."""
    grams = {text[start : start + PIECE] for start in range(len(text) - PIECE + 1)}
    return len(grams.intersection(secret))


def value_of(provider: str, seed: object) -> tuple[str, set[str]]:
    """A fake of a provider's format, and its pieces that are not the same in every value of that format."""
    row = next(row for row in providers() if row.provider == provider)
    _, value = marked(row.examples[0], seed)
    _, other = marked(row.examples[0], (seed, "other"))
    return value, pieces(value, prefix_of(row, value)) - pieces(other)


@cache
def planted() -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """Notebooks by file name, one for each kind of place (plain, and as base64 where the kind leaves strings whole), and all
    pieces of what is in them, in base64 too."""
    books: dict[str, dict[str, Any]] = {}
    secret: set[str] = set()
    for number, (name, kind) in enumerate(KINDS.items()):
        for form in ("plain", "base64"):
            value, parts = value_of(PROVIDERS[number % len(PROVIDERS)], (name, form))
            text = value
            if form == "base64":
                text = base64.b64encode(f"id: {value} ".encode()).decode()
                # The first characters encode what every such value begins with.
                parts = parts | pieces(text[16:])
            book = base()
            kind.plant(book, kind.wrap(text))
            books[f"{form}-{number}.ipynb"] = book
            secret |= parts
    word, url = password("canary word"), password("canary url").replace("!", "1")
    for source in (
        f"db_password = '{word}'",
        f"engine = 'postgresql://svc:{url}@db.corp.internal/x'",
        f"%env DB_PASSWORD={word}",
    ):
        book = base()
        book["cells"][1]["source"] = source
        books[f"source-{len(books)}.ipynb"] = book
    secret |= pieces(word) | pieces(url)
    many, keys = planted_notebook()
    books["many.ipynb"] = many
    for key in keys:
        secret |= pieces(key.value, "AK" + "IA")
    return books, frozenset(secret)


def write(folder: Path) -> frozenset[str]:
    """Write the planted notebooks, one of them cut, and return the pieces."""
    books, secret = planted()
    folder.mkdir(parents=True, exist_ok=True)
    for name, book in books.items():
        (folder / name).write_text(json.dumps(book, indent=1, ensure_ascii=False), "utf-8")
    (folder / "cut.ipynb").write_text(json.dumps(books["many.ipynb"])[:-40])
    return secret
