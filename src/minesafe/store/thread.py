"""One thread for the disk, so that an fsync never stops the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

from minesafe.model.errors import DiskHangs, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")


class DiskThread:
    """Runs blocking calls one after the other in a single thread of its own.

    SQLite connections belong to the thread that opened them: open them through `run`, use them
    through `run`, close them through `run`.
    """

    def __init__(self, name: str = "disk") -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._hanging: asyncio.Future[Any] | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call in the thread and wait for the answer.

        A cancelled caller stops waiting, but a call that has begun is finished: nothing on disk
        is ever half done because somebody lost patience.

        Raises:
            StoreUnavailable: the thread has been closed.
        """
        call = partial(function, *args, **kwargs)
        try:
            future = asyncio.wrap_future(self._executor.submit(call))
        except RuntimeError as error:
            raise StoreUnavailable("the disk's thread has ended") from error
        return await future

    async def within(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """See `ports.Disk.within`."""
        if self._hanging is not None and not self._hanging.done():
            raise DiskHangs
        call = asyncio.ensure_future(self.run(function, *args, **kwargs))
        call.add_done_callback(_look_at)
        await asyncio.wait({call}, timeout=seconds)
        if call.done():
            return call.result()
        self._hanging = call
        raise DiskHangs(call)

    def close(self, last: Callable[[], object] = lambda: None) -> None:
        """Finish what is queued, then `last`, and end the thread."""
        self._executor.submit(last).result()
        self._executor.shutdown(wait=True)


class Closing(Protocol):
    """Whatever is closed where it was opened."""

    def close(self) -> None:
        """Let go of it."""


C = TypeVar("C", bound=Closing)


@asynccontextmanager
async def thread_of(name: str, make: Callable[[], C]) -> AsyncIterator[tuple[DiskThread, C]]:
    """A thread of its own with something that lives in it, for as long as somebody works with it.

    Both are gone afterwards, also where it could not be made, or nobody waited until it was: a task
    that is begun again each minute would else leave a thread behind each time.
    """
    thread, made = DiskThread(name), list[C]()
    try:
        await thread.run(lambda: made.append(make()))
        yield thread, made[0]
    finally:
        thread.close(lambda: [one.close() for one in made])


def _look_at(call: "asyncio.Future[Any]") -> None:
    """Whoever asked may have gone; what it failed with is then nobody's, and no surprise."""
    if not call.cancelled():
        call.exception()
