"""A saved notebook's bytes through whatever contents manager the server has."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.manager import ContentsManager
from tornado.web import HTTPError

from .errors import RefusedError

#: The manager answers with something that this side cannot do anything about.
_FAILED = 502


async def read_notebook(manager: ContentsManager, path: str, limit: int) -> bytes:
    """The notebook's JSON: as it is stored where the manager gives that, else as the manager tells it.

    Raises ``RefusedError``: 404 (not there), 400 (no notebook), 403 or 502 (the manager refuses or fails), 413 (more
    than ``limit`` bytes).
    """
    model = await _get(manager, path, content=False)
    if model.get("type") != "notebook":
        raise RefusedError(400, "This is not a notebook.", hint="Choose a file that ends in .ipynb.")
    _check_size(model.get("size"), limit)
    model = await _get_content(manager, path)
    data = await asyncio.to_thread(_bytes, model)
    _check_size(len(data), limit)
    return data


async def _get_content(manager: ContentsManager, path: str) -> dict[str, Any]:
    if path.endswith(".ipynb"):
        try:
            # Stored bytes keep what a parsed notebook loses: line numbers, duplicate keys, what no notebook may hold.
            return await _get(manager, path, content=True, type="file")
        except RefusedError as error:
            # Some managers give notebooks as notebooks only; all other answers are final.
            if error.status != _FAILED:
                raise
    return await _get(manager, path, content=True, type="notebook")


def _bytes(model: dict[str, Any]) -> bytes:
    content = model.get("content")
    if isinstance(content, str):
        return b64decode(content) if model.get("format") == "base64" else content.encode("utf-8", "surrogatepass")
    return json.dumps(content, ensure_ascii=True, indent=1, default=str).encode("ascii")


async def _get(manager: ContentsManager, path: str, **options: Any) -> dict[str, Any]:
    try:
        model: dict[str, Any] = await ensure_async(manager.get(path, **options))
    except HTTPError as error:
        raise _refused(error.status_code) from None
    return model


def _refused(status: int) -> RefusedError:
    if status == 404:
        return RefusedError(404, "There is no such notebook.", hint="Check the path.")
    if status in (401, 403):
        return RefusedError(403, "This notebook may not be read.", hint="Ask whoever runs this server.")
    if status == 413:
        return RefusedError(413, "This notebook is too large for its contents manager.")
    return RefusedError(_FAILED, f"The contents manager does not give this notebook (status {status}).")


def _check_size(size: object, limit: int) -> None:
    if isinstance(size, int) and size > limit:
        hint = "Clear large outputs, or raise 'max-bytes' under 'limits' in the policy."
        raise RefusedError(413, f"The notebook is larger than the limit of {limit} bytes.", hint=hint)
