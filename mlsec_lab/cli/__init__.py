"""The command ``mlsec``: parses, calls the engine, prints. Loads each command's code when it is used."""

from __future__ import annotations

import sys
import traceback
from argparse import Namespace
from collections.abc import Sequence

from mlsec_lab.core.errors import MlsecError

from .output import silence, tolerant, write_out
from .parser import make_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status of the contract and never raises for bad input."""
    tolerant(sys.stdout)
    tolerant(sys.stderr)
    try:
        status = _parsed(argv)
        write_out("")  # What was printed before leaves the buffer here, where a failure can be told.
    except MlsecError as error:
        return _say(error)
    except BrokenPipeError:
        # Whoever read us has gone; give the interpreter nothing to flush to.
        silence()
        return 2
    return status


def _parsed(argv: Sequence[str] | None) -> int:
    try:
        options = make_parser().parse_args(argv)
    except SystemExit as end:  # argparse has printed help or what is wrong
        return end.code if isinstance(end.code, int) else 2
    return _run(options)


def _run(options: Namespace) -> int:
    try:
        return int(options.run(options))
    except (MlsecError, BrokenPipeError):
        raise
    except KeyboardInterrupt:
        print("mlsec: stopped.", file=sys.stderr)
        return 130
    except Exception as error:  # A defect of ours: say so in one line; its text and locals may hold a value.
        print(
            f"mlsec: internal error ({type(error).__name__}). Please report it with the output of 'mlsec --debug ...'.",
            file=sys.stderr,
        )
        if options.debug:
            for frame in traceback.extract_tb(error.__traceback__):
                print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
        return 2


def _say(error: MlsecError) -> int:
    from mlsec_lab.formats.clean import clean

    print(f"mlsec: {clean(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"       {clean(error.hint)}", file=sys.stderr)
    return 2
