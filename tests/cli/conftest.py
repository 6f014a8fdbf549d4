from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlsec_lab.cli import main
from mlsec_lab.core.policy import Policy
from mlsec_lab.engine import Worker, fleet
from mlsec_lab.engine.scan import NotebookScan

from .support import Mlsec, Run


@pytest.fixture(scope="package")
def worker() -> Iterator[Worker]:
    """One process for all tests that run the command in this one."""
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, empty, with a policy file's place of its own."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def mlsec(project: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mlsec:
    """Runs a command line in this process."""

    class Lent:
        def scan_file(self, path: str, shown: str, policy: Policy) -> NotebookScan:
            return worker.scan_file(path, shown, policy)

        def close(self) -> None:
            """It is used again."""

    monkeypatch.setattr(fleet, "Worker", Lent)

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        status = main(arguments)
        said = capsys.readouterr()
        return Run(status, said.out, said.err)

    return run
