"""What nobody foresaw: one line, no traceback, and not a word of the error's text."""

from __future__ import annotations

import pytest

from mlsec_lab.cli import scan as scan_module

from .support import KEY, Mlsec


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
    def scan_paths(*_: object, **__: object) -> None:
        raise RuntimeError(KEY)

    monkeypatch.setattr(scan_module, "scan_paths", scan_paths)
    return RuntimeError


def test_a_defect_is_one_line(mlsec: Mlsec, fails: type[BaseException]) -> None:
    run = mlsec("scan")
    assert (run.status, run.out) == (2, "")
    assert run.err == (f"mlsec: internal error ({fails.__name__}). Please report it with the output of 'mlsec --debug ...'.\n")


def test_debug_says_where_and_not_what(mlsec: Mlsec, fails: type[BaseException]) -> None:
    run = mlsec("--debug", "scan")
    assert run.status == 2
    assert "test_main.py" in run.err.splitlines()[-1]
    assert run.err.splitlines()[-1].endswith(" in scan_paths")
    assert KEY not in run.err


def test_ctrl_c_is_130(mlsec: Mlsec, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan_paths(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scan_module, "scan_paths", scan_paths)
    run = mlsec("scan")
    assert (run.status, run.out, run.err) == (130, "", "mlsec: stopped.\n")
