"""The magic itself: parse, scan, show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from mlsec_lab.core.errors import MlsecError
from mlsec_lab.engine import Worker, load_policy, merge, scan_paths

from .result import ScanResult
from .source import Copy, find_copy

_COMM_TARGET = "mlsec"


@magics_class
class MlsecMagics(Magics):  # type: ignore[misc]
    """``%mlsec``: scan this notebook, or others, and show what was found."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._worker = Worker()

    @magic_arguments()
    @argument("paths", nargs="*", metavar="PATH", help="notebooks or folders to scan; default: this notebook")
    @argument("--plain", action="store_true", help="show text instead of a widget")
    @line_magic
    def mlsec(self, line: str) -> ScanResult | None:
        """Scan this notebook for leaked secrets, or the notebooks at PATH. Values are never shown.

        It asks the front end for the notebook as it is, else reads the file of this session, else what this kernel ran,
        and says which. ``report = %mlsec`` keeps the result: ``report.report``, ``report.frame``.
        """
        try:
            options = parse_argstring(self.mlsec, line)
        except SystemExit:  # --help was printed
            return None
        try:
            result = self._scan_paths(options.paths) if options.paths else self._scan_here()
        except MlsecError as error:
            print(f"mlsec: {error}")
            return None
        return self._show(result, plain=options.plain)

    def _scan_paths(self, paths: list[str]) -> ScanResult:
        policy = load_policy([Path(path) for path in paths if Path(path).exists()])
        return ScanResult(scan_paths(paths, policy).to_dict(), ", ".join(paths))

    def _scan_here(self) -> ScanResult:
        copy = find_copy(self.shell)
        result = ScanResult(self._scan_copy(copy), copy.about)
        self._ask_front_end(result)
        return result

    def _scan_copy(self, copy: Copy) -> dict[str, Any]:
        policy = load_policy()
        if copy.path is not None:
            scan = self._worker.scan_file(str(copy.path), copy.path.name, policy)
        else:
            scan = self._worker.scan_bytes(json.dumps(copy.notebook).encode(), "history.ipynb", policy)
        return merge([scan], policy, 0.0).to_dict()

    def _ask_front_end(self, result: ScanResult) -> None:
        """Ask for the notebook as it is on screen. The answer comes after this cell and then updates the view."""
        if getattr(self.shell, "kernel", None) is None:
            return
        from comm import create_comm

        comm = create_comm(target_name=_COMM_TARGET, data={"want": "notebook"})

        def receive(message: dict[str, Any]) -> None:
            notebook = message["content"]["data"].get("notebook")
            if isinstance(notebook, dict):
                copy = Copy("the notebook as it is on screen", notebook=notebook)
                result.update(self._scan_copy(copy), copy.about)
            comm.close()

        comm.on_msg(receive)

    def _show(self, result: ScanResult, *, plain: bool) -> ScanResult | None:
        if getattr(self.shell, "kernel", None) is None:
            return result
        if plain:
            print(repr(result))
            return None
        try:
            display(result.widget())
        except ImportError:
            display(result)
        return None
