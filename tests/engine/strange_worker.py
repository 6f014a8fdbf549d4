"""A worker with a made-up check that does what the text says: hang, take memory, die, print. Run by ``test_worker``."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Any

from mlsec_lab.core.notebook import Notebook, Surface
from mlsec_lab.core.policy import Limits
from mlsec_lab.core.rule import Family, Match, Rule
from mlsec_lab.engine.worker import child, limits, live
from mlsec_lab.readers import decode_notebook, notebook_from_object


def check(surface: Surface) -> Iterator[Match]:
    text = surface.text
    if "hang" in text:
        time.sleep(600)
    if "spin" in text:
        # Holds the interpreter's lock for ages, as a careless pattern would.
        re.match(r"(a+)+$", "a" * 60 + "b")
    if "memory" in text:
        bytearray(8 * 1024**3)
    if "die" in text:
        os.abort()
    if "print" in text:
        sys.stdout.write(text)
        sys.stdout.flush()
        os.write(1, text.encode())
        sys.stderr.write(text)
    if "input" in text:
        yield Match("secret/input", 0, 1, repr(sys.stdin.read()))
    if "break" in text:
        raise ValueError(text)
    if "where" in text:
        yield Match("secret/where", 0, 5, "where", message=f"{os.getcwd()} {os.environ.get('PYTHONPATH')}")
    if "found" in text:
        yield Match("secret/found", text.index("found"), text.index("found") + 5, "found")


def decode(data: bytes, limits: Limits) -> Notebook:
    if b"bug" in data:
        raise TypeError(data)
    return decode_notebook(data, limits)


def from_object(root: Any, limits: Limits) -> Notebook:
    if "bug" in repr(root):
        raise TypeError(root)
    return notebook_from_object(root, limits)


child.decode_notebook = decode
live.notebook_from_object = from_object
limits._GRACE_SECONDS = 0.0
child.load_checks = lambda: (
    Family("secret", (Rule(id="secret/strange", title="Strange", severity="low", check_surface=check),)),
)

if __name__ == "__main__":
    sys.exit(child.main(float(sys.argv[1])))
