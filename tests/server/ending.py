"""Run by ``test_process``: a server that is told to end while a scan of a saved notebook runs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient

from mlsec_lab.core.policy import Policy
from mlsec_lab.engine.scan import NotebookScan
from mlsec_lab.server.service import ScanService
from tests.server.support import FakeWorker, notebook


class Slow(FakeWorker):
    """Scans until it is closed."""

    def scan_bytes(self, data: bytes, shown: str, policy: Policy) -> NotebookScan:
        self.started.set()
        self.gate.wait()
        return super().scan_bytes(data, shown, policy)

    def close(self) -> None:
        os.write(1, b"closed\n")
        super().close()


async def scan_and_end(worker: Slow, port: int) -> None:
    asked = AsyncHTTPClient().fetch(
        f"http://127.0.0.1:{port}/mlsec-lab/scan",
        method="POST",
        body=json.dumps({"path": "saved.ipynb"}),
        headers={"Authorization": "token here"},
        raise_error=False,
    )
    await asyncio.to_thread(worker.started.wait, 30)
    os.write(1, f"scanning {asked.done()}\n".encode())
    os.kill(os.getpid(), signal.SIGTERM)


def main(folder: Path) -> None:
    (folder / "saved.ipynb").write_text(json.dumps(notebook()), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config: dict[str, Any] = {
        "root_dir": str(folder),
        "port": port,
        "port_retries": 0,
        "ip": "127.0.0.1",
        "open_browser": False,
        "allow_root": True,
        "jpserver_extensions": {"mlsec_lab": True, "jupyter_server_terminals": False},
    }
    app = ServerApp.instance(**config)
    app.initialize(argv=["--IdentityProvider.token=here"])
    worker = Slow()
    worker.gate.clear()
    service = app.web_app.settings["mlsec_service"]
    service._make_worker = lambda: worker
    assert isinstance(service, ScanService)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    app.io_loop.add_callback(scan_and_end, worker, port)
    app.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
