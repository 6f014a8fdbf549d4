"""The last net: words that come from a notebook (a cell's id, a MIME type, a waiver's reason) may hold a value too."""

from __future__ import annotations

from collections.abc import Iterable

from mlsec_lab.core.rule import Match

from .finding import FIXED_MASK, public_prefix

#: Pieces of a value of this length or longer never leave the engine, in characters.
PIECE = 8
# A whole value shorter than this cannot be told from an ordinary word.
_SHORTEST = 4
_ORDINARY = frozenset(
    [
        "application/json",
        "error",
        "image/svg+xml",
        "stream/stderr",
        "stream/stdout",
        "text/html",
        "text/latex",
        "text/markdown",
        "text/plain",
    ]
)


class Redactor:
    """Masks pieces of found values in ``texts``, the only strings that it can clean.

    Reads every value once and keeps only what the texts share with one of them, so that neither many values nor long
    ones cost memory.
    """

    def __init__(self, matches: Iterable[Match], texts: Iterable[str]) -> None:
        wanted = {text for text in texts if text not in _ORDINARY}
        grams = {text[i : i + PIECE] for text in wanted for i in range(len(text) - PIECE + 1)}
        self._pieces: set[str] = set()
        self._words: set[str] = set()
        for match in matches if wanted else ():
            hidden = match.value[len(public_prefix(match)) :]
            if len(hidden) < PIECE:
                self._words.update(hidden for text in wanted if len(hidden) >= _SHORTEST and hidden in text)
            elif grams:
                self._pieces.update(grams.intersection(hidden[i : i + PIECE] for i in range(len(hidden) - PIECE + 1)))

    def clean(self, text: str) -> str:
        """``text`` with every piece of a value as the fixed mask, lone surrogates as ``?``."""
        if text not in _ORDINARY:
            for word in self._words:
                text = text.replace(word, FIXED_MASK)
            text = self._without_pieces(text)
        return text.encode("utf-8", "replace").decode()

    def clean_value(self, value: object) -> object:
        """The same for a finding's property: strings, and strings in lists and mappings."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {self.clean(str(key)): self.clean_value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean_value(item) for item in value]
        return value

    def _without_pieces(self, text: str) -> str:
        if not self._pieces:
            return text
        parts: list[str] = []
        position = 0
        end = -1
        for start in range(len(text) - PIECE + 1):
            if text[start : start + PIECE] not in self._pieces:
                continue
            if start > end:
                parts += [text[position:start], FIXED_MASK]
            position = end = start + PIECE
        return "".join((*parts, text[position:]))


def strings_of(value: object) -> Iterable[str]:
    """Every string in a property: what ``Redactor`` must be told of beforehand."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from strings_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings_of(item)
