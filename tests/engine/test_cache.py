from __future__ import annotations

from dataclasses import replace

import pytest

from mlsec_lab.core.notebook import Surface
from mlsec_lab.core.rule import Match
from mlsec_lab.engine.cache import MatchCache
from tests.engine.support import CHECK, code, moved, notebook, output, scan, token

SURFACE = code("x = 1")[1]


def cache(version: str = "1", **more: int) -> MatchCache:
    return MatchCache(b"k" * 32, version, **more)


def test_the_key_is_the_users_and_the_rules() -> None:
    key = cache().key("secret", SURFACE)
    assert key == cache().key("secret", SURFACE)
    assert key != MatchCache(b"l" * 32, "1").key("secret", SURFACE)
    assert key != cache("2").key("secret", SURFACE)
    assert key != cache().key("pii", SURFACE)


@pytest.mark.parametrize(
    "other",
    [
        replace(SURFACE, text="x = 2"),
        replace(SURFACE, name="x"),
        replace(SURFACE, name=""),
        replace(SURFACE, language=None),
        moved(SURFACE, kind="metadata"),
        moved(SURFACE, mime_type="text/plain"),
        moved(SURFACE, is_key=True),
    ],
)
def test_all_that_a_rule_may_look_at_is_in_the_key(other: Surface) -> None:
    assert cache().key("secret", other) != cache().key("secret", SURFACE)


def test_parts_cannot_run_together() -> None:
    assert cache().key("a", replace(SURFACE, text="bc")) != cache().key("ab", replace(SURFACE, text="c"))


def test_where_a_surface_stands_is_not_in_the_key() -> None:
    assert cache().key("secret", moved(SURFACE, cell_index=7)) == cache().key("secret", SURFACE)


def test_the_oldest_entries_go_first() -> None:
    entry = (("secret/a", Match("secret/a", 0, 100, "v" * 100)),)
    small = cache(max_bytes=1500)
    keys = [bytes([number]) for number in range(4)]
    for key in keys[:2]:
        small.put(key, entry)
    assert small.get(keys[0]) == entry
    small.put(keys[2], entry)
    assert (small.get(keys[0]), small.get(keys[1]), small.get(keys[2])) == (entry, None, entry)
    assert small.stats().bytes <= 1500


def test_putting_again_does_not_count_twice() -> None:
    one = cache()
    one.put(b"k", ())
    size = one.stats().bytes
    one.put(b"k", ())
    assert (one.stats().bytes, len(one)) == (size, 1)


def test_a_second_scan_asks_no_rule_and_finds_the_same() -> None:
    one = cache()
    book = notebook(f"x = '{token()}'", "y = 1", extra=[output(f"is {token(2)}", "text/plain")])
    first, second = scan(book, None, CHECK, cache=one), scan(book, None, CHECK, cache=one)
    assert first == second
    assert (one.stats().misses, one.stats().hits) == (3, 3)


def test_the_cache_shows_no_value() -> None:
    one = cache()
    value = token()
    scan(notebook(f"x = '{value}'"), None, CHECK, cache=one)
    assert value[3:11] not in f"{one!r} {one.stats()!r}"
    assert value[3:11] not in repr(one._entries)
