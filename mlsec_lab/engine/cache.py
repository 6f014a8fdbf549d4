"""Matches by surface, so that a text that did not change is not matched again. In memory only: matches hold values."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match

#: The rule whose hook was run, and what it matched.
Entry = tuple[tuple[str, Match], ...]
#: What one entry costs beside its values, in bytes (measured: key, tuples, bookkeeping).
_ENTRY_BYTES = 200


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How often the cache knew an answer, and what it holds (estimated bytes)."""

    hits: int
    misses: int
    entries: int
    bytes: int


class MatchCache:
    """A least-recently-used map: keyed hash of a surface → its matches. ``max_bytes`` bounds it.

    The key of the hash is the user's own random key, so that an entry tells nothing to who does not have it; the rule
    set's version is part of it, so that new rules never see old results.
    """

    def __init__(self, key: bytes, version: str, *, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._key = key[:64]
        self._version = version.encode()
        self._max_bytes = max_bytes
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def key(self, check: str, surface: Surface) -> bytes:
        """The keyed hash of all that a check's result on a surface depends on."""
        digest = blake2b(self._version, key=self._key, digest_size=16)
        place = surface.place
        parts = (check, surface.text, surface.name, place.kind, surface.language, place.mime_type, str(place.is_key))
        for part in parts:
            data = b"" if part is None else part.encode("utf-8", "surrogatepass")
            # Lengths keep parts apart; what is not there differs from what is empty.
            digest.update((-1 if part is None else len(data)).to_bytes(8, "big", signed=True) + data)
        return digest.digest()

    def get(self, key: bytes) -> Entry | None:
        """The entry, which becomes the most recent one."""
        entry = self._entries.get(key)
        if entry is None:
            self._misses += 1
        else:
            self._hits += 1
            self._entries.move_to_end(key)
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        """Store an entry and drop the oldest ones above the bound."""
        old = self._entries.pop(key, None)
        self._bytes -= 0 if old is None else _cost(old)
        self._entries[key] = entry
        self._bytes += _cost(entry)
        while self._bytes > self._max_bytes and self._entries:
            self._bytes -= _cost(self._entries.popitem(last=False)[1])

    def stats(self) -> CacheStats:
        """Counts since it was made, for tests and measurements."""
        return CacheStats(self._hits, self._misses, len(self._entries), self._bytes)


def _cost(entry: Entry) -> int:
    return _ENTRY_BYTES + sum(_ENTRY_BYTES + 2 * len(match.value) for _, match in entry)
