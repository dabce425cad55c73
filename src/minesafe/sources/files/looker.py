"""Looks done in a thread of their own, for a share that hangs must stop nobody else.

The thread is not waited for: a process ends though a look of it never returns.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

Job = tuple[Callable[[], T], asyncio.AbstractEventLoop, "asyncio.Future[T]"]


class Looker(Generic[T]):
    """One thread that does one thing after the other."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Job[T] | None] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def ask(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """What the work brings, once it is its turn and it has come back."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._jobs.put((work, loop, answer))
        return answer

    def close(self) -> None:
        """Do nothing more; what hangs is left to itself."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, loop, answer = job
            try:
                brought = work()
            except Exception as error:  # of any kind: it belongs to whoever asked
                _tell(loop, answer.set_exception, error, answer)
            else:
                _tell(loop, answer.set_result, brought, answer)


V = TypeVar("V")


def _tell(
    loop: asyncio.AbstractEventLoop,
    tell: Callable[[V], None],
    what: V,
    answer: "asyncio.Future[T]",
) -> None:
    """In the loop's own thread; nobody is told who has gone, nor a loop that has ended."""

    def told() -> None:
        if not answer.done():
            tell(what)

    if not loop.is_closed():
        try:
            loop.call_soon_threadsafe(told)
        except RuntimeError:  # closed since we looked
            return
