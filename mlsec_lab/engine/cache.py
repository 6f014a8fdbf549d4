"""Matches by surface, so that a text that did not change is not matched again. In memory only: matches hold values."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match

Entry = tuple[tuple[str, Match], ...]
#: What one entry costs beside its values, in bytes (measured: key, tuples, bookkeeping).
_ENTRY_BYTES = 200


class MatchCache:
    """A least-recently-used map: keyed hash of a surface → its matches. ``max_bytes`` bounds it.

    The key of the hash is the user's own random key, so that an entry tells nothing to who does not have it; the rule
    set's version is part of it, so that new rules never see old results.
    """

    def __init__(self, key: bytes, version: str, *, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._key = key
        self._version = version.encode()
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def key(self, surface: Surface) -> bytes:
        """The keyed hash of all that a rule's result depends on."""
        digest = blake2b(self._version, key=self._key[:64], digest_size=16)
        for part in (
            surface.text,
            surface.name or "",
            surface.place.kind,
            surface.language or "",
            surface.place.mime_type or "",
        ):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
        return digest.digest()

    def get(self, key: bytes) -> Entry | None:
        """The entry, which becomes the most recent one."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        """Store an entry and drop the oldest ones above the bound."""
        self._entries[key] = entry
        self._bytes += _cost(entry)
        while self._bytes > self._max_bytes and self._entries:
            self._bytes -= _cost(self._entries.popitem(last=False)[1])


def _cost(entry: Entry) -> int:
    return _ENTRY_BYTES + sum(_ENTRY_BYTES + len(match.value) for _, match in entry)
