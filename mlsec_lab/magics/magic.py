"""The ``%mlsec`` line magic: picks the copy, scans, returns what can be shown."""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from mlsec_lab.core import errors

from .copies import saved_notebook
from .editor import EditorQuestion, can_ask
from .options import CopyChoice, Options, help_text, parse_line
from .result import ScanResult
from .scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from .catalogue import RuleList


@magics_class
class MlsecMagics(Magics):
    """``%mlsec``, with one scan worker for the shell."""

    def __init__(self, shell: InteractiveShell, make_scanner: Callable[[InteractiveShell], Scanner] = Scanner) -> None:
        super().__init__(shell)
        self._shell = shell
        self._scanner = make_scanner(shell)
        self._question: EditorQuestion | None = None
        atexit.register(self.close)

    def close(self) -> None:
        """End the worker and stop waiting for the front end."""
        atexit.unregister(self.close)
        self._end_question()
        self._scanner.close()

    @line_magic
    def mlsec(self, line: str) -> ScanResult | RuleList | None:
        """Scan the current notebook (the help text is put here below)."""
        try:
            return self._run(parse_line(line))
        except errors.MlsecError as error:
            # IPython prints a usage error as one line, without a traceback.
            raise UsageError(str(error)) from None

    mlsec.__doc__ = help_text()

    def _run(self, options: Options) -> ScanResult | RuleList | None:
        if options.command == "help":
            sys.stdout.write(help_text())
            return None
        if options.command == "rules":
            from .catalogue import RuleList

            return RuleList()
        if options.path is not None:
            report, scanned = self._scanner.scan_paths([options.path])
            return ScanResult(report, scanned, widgets=can_ask(self._shell))
        return self._scan_current(options.copy)

    def _scan_current(self, choice: CopyChoice) -> ScanResult:
        file = None if choice == "session" else saved_notebook(self._shell.user_ns, os.environ, Path.cwd())
        if file is None and choice == "saved":
            raise errors.UsageError(
                "This session does not say which notebook file it belongs to.", hint="Try: %mlsec scan PATH"
            )
        report, scanned = self._scanner.scan_session() if file is None else self._scanner.scan_file(file)
        result = ScanResult(report, scanned, widgets=can_ask(self._shell))
        self._end_question()
        if choice == "auto" and can_ask(self._shell):
            self._question = EditorQuestion(lambda message, name: self._answered(result, message, file, name))
        return result

    def _answered(self, result: ScanResult, message: bytes, file: Path | None, name: str) -> None:
        try:
            result.update(*self._scanner.scan_editor(message, file, name))
        except errors.MlsecError as error:
            result.say(f"The editor's copy could not be scanned: {error}")

    def _end_question(self) -> None:
        question, self._question = self._question, None
        if question is not None:
            question.close()
