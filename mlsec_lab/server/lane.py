"""One background thread for the calls that block, which does not keep the server from ending."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Lane(Executor):
    """Runs calls one after the other in a daemon thread that starts with the first.

    The standard pool's threads are joined at exit before any exit handler could end what they wait for: a server that
    stops in mid-scan would hang until the scan's time limit.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call. Raises ``RuntimeError`` after ``shutdown``."""
        if self._closed:
            raise RuntimeError("the lane is closed")
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # Whatever it is, it belongs to whoever waits for the result.
                future.set_exception(error)
            else:
                future.set_result(result)

        self._calls.put(_Call(run, future.cancel))
        if self._thread is None:
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; with ``cancel_futures`` cancel those that wait."""
        self._closed = True
        while cancel_futures:
            try:
                call = self._calls.get_nowait()
            except Empty:
                break
            if call is not None:
                call.cancel()
        self._calls.put(None)
        if wait and self._thread is not None:
            self._thread.join()

    def ended(self, seconds: float) -> bool:
        """Whether the thread ends within ``seconds`` (after ``shutdown``)."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call.run()


class _Call:
    def __init__(self, run: Callable[[], None], cancel: Callable[[], bool]) -> None:
        self.run = run
        self.cancel = cancel
