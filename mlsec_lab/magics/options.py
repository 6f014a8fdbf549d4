"""The words after ``%mlsec``."""

from __future__ import annotations

import argparse
import os
import shlex
from dataclasses import dataclass
from typing import Literal, NoReturn

from mlsec_lab.core.errors import UsageError

CopyChoice = Literal["auto", "saved", "session"]

_ABOUT = """\
Scan the current notebook for leaked secrets, without a network connection.

The result shows itself. Assign it (report = %mlsec) to work with .report, the JSON report as Python values, or .frame,
a pandas DataFrame. No found value is shown or kept: previews are masked.
"""
_COPIES = """\
Which copy of the current notebook: the saved file and what was run since (saved), what this session ran and showed
(session), or the best there is (auto, the default): the editor's where it answers, else saved, else session.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """A line, read."""

    command: Literal["scan", "rules", "help"]
    path: str | None = None
    copy: CopyChoice = "auto"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", hint="Try: %mlsec --help")


def _make_parser() -> _Parser:
    parser = _Parser("%mlsec", description=_ABOUT, add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = "scan (the default) looks for findings; rules lists what is looked for"
    parser.add_argument("command", nargs="?", default="scan", choices=("scan", "rules"), help=what)
    parser.add_argument("path", nargs="?", help="a notebook, folder or pattern instead of the current notebook")
    parser.add_argument("--copy", choices=("auto", "saved", "session"), default="auto", help=_COPIES)
    parser.add_argument("-h", "--help", action="store_true", help="show this text")
    return parser


def help_text() -> str:
    """What ``%mlsec --help`` and ``%mlsec?`` show."""
    return _make_parser().format_help()


def parse_line(line: str) -> Options:
    """Read a line; quotes hold paths with spaces together. Raises ``UsageError``."""
    posix = os.name != "nt"
    try:
        words = shlex.split(line, posix=posix)
    except ValueError as error:
        raise UsageError("A quotation mark is not closed.", hint="Try: %mlsec --help") from error
    arguments = _make_parser().parse_args(words)
    if arguments.help:
        return Options("help")
    if arguments.command == "rules" and arguments.path:
        raise UsageError("%mlsec rules takes no path.", hint="Try: %mlsec --help")
    # On Windows shlex must leave backslashes alone, and then it leaves the quotes too.
    path = arguments.path if posix or arguments.path is None else arguments.path.strip("'\"")
    return Options(arguments.command, path and os.path.expanduser(path), arguments.copy)
