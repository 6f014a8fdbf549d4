"""``%mlsec`` in IPython and in kernels. Loading it imports nothing beside IPython: the engine comes with the first scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .magic import MlsecMagics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .result import ScanResult as ScanResult

__all__ = ["register"]


def register(shell: InteractiveShell) -> None:
    """Add ``%mlsec`` to a shell; a second call replaces the first one's magic and ends its worker."""
    known = shell.magics_manager.registry.get("MlsecMagics")
    if isinstance(known, MlsecMagics):
        known.close()
    shell.register_magics(MlsecMagics(shell))
