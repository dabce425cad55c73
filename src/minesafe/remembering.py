"""Remembering: the database is started if it is ours, and fed behind everything else."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from minesafe.embedded.outage import Outage
from minesafe.embedded.postgres import Postgres as EmbeddedPostgres
from minesafe.model.mine import Mine
from minesafe.pipeline import Pipeline
from minesafe.sources.supervise import supervise
from minesafe.store.feeder import Disk, Feeder, Progress
from minesafe.store.feeds import Writer
from minesafe.store.history import PostgresHistory
from minesafe.store.late import LateHistory
from minesafe.store.retention import Retention
from minesafe.store.snapshots import Snapshots


@dataclass(frozen=True)
class Database:
    """Where the database is: the mine's, or our own where none is named."""

    mine: Mine
    data: Path
    outage: Outage

    async def found(self, stack: AsyncExitStack) -> str:
        """Its DSN; our own is started, and ends with the stack."""
        archive = self.mine.database.archive
        own = EmbeddedPostgres(self.data / "postgres", self.outage, archive=archive)
        return self.mine.database.dsn or await stack.enter_async_context(own)


async def remember(
    database: Database,
    disk: Disk,
    snapshots: Snapshots,
    history: LateHistory,
    pipeline: Pipeline,
    progress: Progress,
) -> None:
    """Start the database if it is ours, and feed it until cancelled."""
    async with AsyncExitStack() as stack:
        dsn = await database.found(stack)
        spool, journal = disk.spool, disk.journal
        own = PostgresHistory(
            dsn,
            history.mine,
            spool=spool.identity,
            journal=journal.identity,
            writer=Writer(journal.epoch, journal.opening),
        )
        stack.push_async_callback(own.close)
        history.there = own
        await supervise(stack, [Retention(dsn, pipeline.now)], pipeline)
        await Feeder(disk, own, pipeline, lambda: snapshots.covered, progress=progress).run()
