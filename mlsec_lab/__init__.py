"""mlsec-lab keeps machine-learning notebooks safe. Importing this package costs nothing: every front loads on use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from ._version import __version__

        return __version__
    raise AttributeError(name)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "mlsec-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "mlsec_lab.server"}]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%mlsec`` (called by ``%load_ext mlsec_lab``)."""
    from .magics import register

    register(shell)
