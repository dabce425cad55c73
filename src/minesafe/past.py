"""The past: journal and history of a data directory, whether its server runs or not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from minesafe.embedded.child import holder
from minesafe.embedded.cluster import Cluster
from minesafe.embedded.postgres import Postgres
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.mine import Mine
from minesafe.ports import History
from minesafe.store.following import JournalReader
from minesafe.store.history import PostgresHistory

log = logging.getLogger(__name__)

READER = "reports"
"""Who reads; it writes no frames and projects no events."""


def records(path: Path) -> Iterator[Event]:
    """Every record of a journal, in order."""
    position = 0
    with closing(JournalReader(path)) as reader:
        while more := reader.read(position, 10_000):
            yield from more
            position = more[-1].position


@asynccontextmanager
async def history(mine: Mine, data: Path) -> AsyncIterator[History | None]:
    """The history, None where its database cannot be reached: a report is made all the same."""
    try:
        async with database(mine, data / "postgres") as dsn:
            history = PostgresHistory(dsn, mine, spool=READER, journal=READER)
            try:
                yield history
            finally:
                await history.close()
    except StoreUnavailable as error:
        log.warning("no curves: %s", error)
        yield None


@asynccontextmanager
async def database(mine: Mine, folder: Path) -> AsyncIterator[str]:
    """The mine's own, or ours: that of the running server, else started for as long as it takes."""
    if mine.database.dsn:
        yield mine.database.dsn
    elif not (folder / "lock").exists():
        raise StoreUnavailable(f"{folder}: there is none")
    elif holder(folder) is not None:
        yield await asyncio.to_thread(Cluster(folder, mine.database.archive).start)
    else:
        async with Postgres(folder, archive=mine.database.archive) as dsn:
            yield dsn
