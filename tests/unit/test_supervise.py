"""A source that breaks is started again, alone, and said so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from fakes import FindingBook
from field import until

from minesafe.links.backoff import Backoff
from minesafe.model.events import FindingKind
from minesafe.sources import supervise
from minesafe.sources.supervise import RESTARTS, Supervisor, _Pauses

CRASHED = FindingKind.TASK_CRASHED


class Part:
    def __init__(self, name: str, work: Callable[[int], Awaitable[None]]) -> None:
        self.name, self._work = name, work
        self.starts = 0
        self.ended = 0

    async def run(self) -> None:
        self.starts += 1
        try:
            await self._work(self.starts)
        finally:
            self.ended += 1


async def listens(_: int) -> None:
    await asyncio.Event().wait()


async def breaks(_: int) -> None:
    raise ZeroDivisionError("ours")


async def returns(_: int) -> None:
    return


async def is_cancelled_from_within(_: int) -> None:
    raise asyncio.CancelledError


async def breaks_once(start: int) -> None:
    if start == 1:
        raise ValueError("first")
    await listens(start)


@contextlib.asynccontextmanager
async def supervised(book: FindingBook, *parts: Part) -> AsyncIterator[None]:
    short = Backoff(0.001, 0.001)
    task = asyncio.create_task(Supervisor(parts, book, short=lambda: short).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_one_breaks_and_the_other_goes_on() -> None:
    book, good, bad = FindingBook(), Part("good", listens), Part("bad", breaks)
    async with supervised(book, good, bad):
        await until(lambda: bad.starts >= 3)
        assert good.starts == 1
        assert good.ended == 0
        assert book.now == {(CRASHED, "bad"): "ZeroDivisionError: ours"}
    assert good.ended == 1
    assert len(book.began_ever) == 1, "told at the change"


async def test_returning_is_no_crash() -> None:
    book, part = FindingBook(), Part("part", returns)
    async with supervised(book, part):
        await until(lambda: part.starts >= 3)
    assert not book.began_ever


async def test_a_stray_cancellation_is_a_crash_and_not_the_end() -> None:
    book, part = FindingBook(), Part("part", is_cancelled_from_within)
    async with supervised(book, part):
        await until(lambda: part.starts >= 3)
        assert book.now == {(CRASHED, "part"): "CancelledError"}


async def test_a_part_that_keeps_breaking_is_started_ever_more_slowly() -> None:
    pauses = _Pauses(lambda: Backoff(0.5, 2.0, chance=lambda: 1.0))
    taken = [pauses.next_s() for _ in range(RESTARTS + 7)]
    assert max(taken[:RESTARTS]) <= 2.0
    assert min(taken[RESTARTS + 1 :]) >= 2.0
    assert taken[-1] >= 30.0
    pauses.reset()
    assert pauses.next_s() == 0.5


async def test_a_part_that_runs_long_enough_has_recovered() -> None:
    book, part = FindingBook(), Part("part", breaks_once)
    supervisor = Supervisor([part], book, short=lambda: Backoff(0.001, 0.001))
    task = asyncio.create_task(supervisor.run())
    await until(lambda: part.starts == 2)
    assert (CRASHED, "part") in book.now
    assert supervise.WELL_AFTER_S <= 60
    supervisor._recovered(part, _Pauses(lambda: Backoff(0.1, 0.1)))
    assert not book.now
    task.cancel()
    await asyncio.wait([task])


async def test_stopping_leaves_no_task_behind() -> None:
    before = len(asyncio.all_tasks())
    async with supervised(FindingBook(), *(Part(f"p{n}", listens) for n in range(50))):
        await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) == before
