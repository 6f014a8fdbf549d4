"""The command ``mlsec``: parses, calls the engine, prints. Loads each command's code when it is used."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from mlsec_lab.core.errors import MlsecError

from .parser import make_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status of the contract and never raises for bad input."""
    parser = make_parser()
    try:
        options = parser.parse_args(argv)
    except SystemExit as end:  # argparse has printed help or what is wrong
        return end.code if isinstance(end.code, int) else 2
    try:
        return int(options.run(options))
    except MlsecError as error:
        print(f"mlsec: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"       {error.hint}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read us has gone; give the interpreter nothing to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except KeyboardInterrupt:
        print("mlsec: stopped.", file=sys.stderr)
        return 130
    except Exception as error:  # A defect of ours: say so in one line; its text and locals may hold a value.
        print(
            f"mlsec: internal error ({type(error).__name__}). Please report it with the output of --debug.",
            file=sys.stderr,
        )
        if options.debug:
            for frame in traceback.extract_tb(error.__traceback__):
                print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
        return 2
