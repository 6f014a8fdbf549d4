"""Request bodies → messages. Runs in a thread: a first live message has megabytes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TypeVar

import msgspec

from .errors import RefusedError
from .messages import LiveRequest, ScanRequest
from .paths import contents_path

SESSION = r"[0-9A-Za-z-]{8,64}"

_SESSION = re.compile(SESSION)
#: Revisions are JavaScript's whole numbers.
_MAX_REVISION = 2**53
#: JSON escapes of surrogates. Browsers write only lone ones so, and the typed decoder refuses those.
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_HINT = "Update mlsec-lab in the browser and on the server to the same version."

M = TypeVar("M")


def decode_live(body: bytes) -> LiveRequest:
    """A live message, its cells still undecoded. Raises ``RefusedError`` (400) that says what is wrong and quotes nothing."""
    request = _decode(body, LiveRequest)
    wrong = _wrong(request)
    if wrong:
        raise _refused(wrong)
    return replace(request, path=contents_path(request.path))


def decode_scan(body: bytes) -> ScanRequest:
    """A request to scan a saved notebook. Raises ``RefusedError`` (400)."""
    return ScanRequest(contents_path(_decode(body, ScanRequest).path))


def _decode(body: bytes, kind: type[M]) -> M:
    try:
        # The typed decoder passes over what it leaves undecoded, wrong UTF-8 included.
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("it is not UTF-8") from None
    try:
        if not _SURROGATE.search(body):
            return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from None
    except (msgspec.DecodeError, RecursionError):
        # Not JSON, or JSON as only Python reads it (NaN, lone surrogates): the next reader tells.
        return _decode_tolerant(text, kind)
    return _decode_tolerant(text, kind)


def _decode_tolerant(text: str, kind: type[M]) -> M:
    """Reads NaN as null and a lone surrogate as one question mark, so that columns stay what they are."""
    try:
        value = json.loads(text, parse_constant=lambda _: None)
        return msgspec.json.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), type=kind)
    except json.JSONDecodeError as error:
        raise _refused(f"it is not JSON (line {error.lineno}, column {error.colno})") from None
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from None
    except (RecursionError, ValueError):
        raise _refused("its JSON is nested too deep or has a number that is too long") from None


def _wrong(request: LiveRequest) -> str | None:
    if not _SESSION.fullmatch(request.session):
        return "'session' is not a UUID"
    if not 0 <= request.revision < _MAX_REVISION:
        return "'revision' is not a whole number from 0 on"
    if request.base is not None and not 0 <= request.base < request.revision:
        return "'base' is not below 'revision'"
    if request.base is None and not request.cells.keys() >= set(request.order):
        return "'base' is null, and a cell of 'order' is not in 'cells'"
    return None


def _refused(what: str) -> RefusedError:
    return RefusedError(400, f"The message is wrong: {what}.", hint=_HINT)
