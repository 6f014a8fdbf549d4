"""Readers: bytes of a file → values that rules can read. They parse and never import, unpickle or execute."""

from __future__ import annotations

from .files import read_notebook_file
from .ipynb import decode_notebook, notebook_from_object
from .locate import Locator

__all__ = ["Locator", "decode_notebook", "notebook_from_object", "read_notebook_file"]
