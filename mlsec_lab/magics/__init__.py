"""``%mlsec``: the notebook's own scan, anywhere IPython runs. Loads nothing heavy; scanning happens in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Add ``%mlsec`` to a shell."""
    from .magic import MlsecMagics

    shell.register_magics(MlsecMagics(shell))
