"""A feeder on real parts for tests: spool and journal of our own disk, and a database somewhere."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
from fakes import FindingBook
from small_mine import small_mine
from store_samples import frames

from minesafe.links.backoff import Backoff
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.store.feeder import Disk, Feeder, Progress
from minesafe.store.feeds import Writer
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.store.watch import DiskWatch

ALWAYS = (0, 1 << 62)
DOWN = (FindingKind.DATABASE_DOWN, "history")


async def until(
    true: Callable[[], bool] | Callable[[], Awaitable[bool]], within_s: float = 20.0
) -> None:
    deadline = time.monotonic() + within_s
    while not await _answer(true()):
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


async def _answer(answer: bool | Awaitable[bool]) -> bool:
    return answer if isinstance(answer, bool) else await answer


@asynccontextmanager
async def disk_at(folder: Path) -> AsyncIterator[Disk]:
    """A spool of 4 MB and a journal."""
    thread = DiskThread()
    spool = await thread.run(SqliteSpool, folder / "spool.db", cap_mb=4, ballast_mb=1)
    journal = await thread.run(SqliteJournal, folder / "journal.db", ballast_mb=1)
    try:
        yield Disk(thread, spool, journal)
    finally:
        await thread.run(spool.close)
        await thread.run(journal.close)
        thread.close()


@asynccontextmanager
async def running(feeder: Feeder | DiskWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(feeder.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Line:
    """A feeder on real parts, and what it says."""

    def __init__(
        self,
        disk: Disk,
        dsn: str,
        backoff: Backoff | None = None,
        writer: Writer | None = None,
    ) -> None:
        self.disk, self.findings, self.covered = disk, FindingBook(), 1 << 60
        self.dsn = dsn
        self.progress = Progress()
        identities = {"spool": disk.spool.identity, "journal": disk.journal.identity}
        self.history = PostgresHistory(dsn, small_mine(), **identities, writer=writer)
        self.feeder = Feeder(
            disk,
            self.history,
            self.findings,
            lambda: self.covered,
            progress=self.progress,
            idle_s=0.02,
            backoff=backoff or Backoff(0.1, 0.5),
        )

    async def commit(self, first: int, last: int) -> None:
        await self.disk.thread.run(self.disk.spool.commit, frames(first, last))

    async def held(self) -> int:
        return len(await self.disk.thread.run(self.disk.spool.after, 0, 1_000_000))

    async def stored(self, last: int, within_s: float = 20.0) -> None:
        """Everything up to `last`, each once."""
        await until(lambda: self.reaches(last), within_s)
        values = (await self.history.values(0, *ALWAYS, 1_000_000)).value.tolist()
        assert values == list(range(1, last + 1))

    async def counted(self, last: int) -> None:
        """Every row up to `last`, by its number: of each point, of the person, and added up."""
        every = range(1, last + 1)
        for point in range(4):
            values = (await self.history.values(point, *ALWAYS, 1_000_000)).value.tolist()
            assert values == [seq + point / 10 for seq in every]
            hours = await self.history.trend(point, *ALWAYS, 3600)
            assert int(hours.samples.sum()) == last, "what is added up is added once"
        track = await self.history.track(0, *ALWAYS, 1_000_000)
        assert track.chainage.tolist() == [float(seq % 100) for seq in every]
        query = "SELECT array_agg(seq ORDER BY seq) FROM frames"
        assert await ask(self.dsn, query) == list(every)

    async def reaches(self, last: int) -> bool:
        with suppress(StoreUnavailable):
            return await self.history.stored_through() >= last
        return False

    async def projects(self, position: int) -> bool:
        with suppress(StoreUnavailable):
            return await self.history.projected_through() >= position
        return False

    async def holds_at_most(self, frames: int) -> bool:
        return await self.held() <= frames


async def ask(dsn: str, query: str) -> object:
    """One value, by a connection of its own."""
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def do(dsn: str, commands: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    try:
        await connection.execute(commands)
    finally:
        await connection.close()
