"""Whatever happens while the journal is put into the database, each record is there once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from history_line import Line, ask, disk_at, do, running, until
from small_mine import small_mine
from store_samples import START, finding, frames
from system.parts import new_database, open_folder

from minesafe.embedded.cluster import Cluster
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.store import projection
from minesafe.store.feeder import Disk
from minesafe.store.feeds import Writer
from minesafe.store.history import PostgresHistory

RECORDS = 2_000
BACKENDS = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
SECOND_WRITER = (FindingKind.SECOND_WRITER, "history")


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    async with disk_at(tmp_path) as disk:
        yield disk


async def started(cluster: Cluster) -> bool:
    with suppress(StoreUnavailable):
        await asyncio.to_thread(cluster.start)
        return True
    return False


async def far(dsn: str, condition: str) -> bool:
    feed = "FROM feeds WHERE identity LIKE 'journal:%'"
    with suppress(asyncpg.PostgresError, OSError):  # not made yet; or killed, and not up again
        return bool(await ask(dsn, f"SELECT {condition} {feed}"))
    return False


async def killed(cluster: Cluster) -> None:
    os.kill(cluster.postmaster(), signal.SIGKILL)
    await until(lambda: started(cluster))


async def test_a_database_killed_while_records_are_cleared_and_written_has_each_of_them_once(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "CLEARED", 300)
    journal, run = disk.journal, disk.thread.run
    bodies = [(finding(n), START) for n in range(RECORDS - 1)]
    await run(journal.append, bodies, now=START)
    cluster = Cluster(open_folder())
    dsn = await asyncio.to_thread(cluster.start)
    line = Line(disk, dsn)
    async with running(line.feeder):
        await until(lambda: far(dsn, f"through = {RECORDS - 1}"))
        await line.history.project_anew()
        await run(journal.append, [(finding(RECORDS), START)], now=START)
        await until(lambda: far(dsn, "through < 1800"))
        await do(dsn, f"SELECT pg_terminate_backend(pid) {BACKENDS}")
        await until(lambda: far(dsn, "NOT clearing AND through BETWEEN 400 AND 1600"))
        await killed(cluster)
        await until(lambda: far(dsn, f"through = {RECORDS}"))
    assert await ask(dsn, "SELECT array_agg(position ORDER BY position) FROM events") == [
        *range(1, RECORDS + 1)
    ]
    hashes = [event.hash for event in await run(journal.read, 0, RECORDS)]
    assert await ask(dsn, "SELECT array_agg(hash ORDER BY position) FROM events") == hashes
    await line.history.close()
    await asyncio.to_thread(cluster.stop)


async def test_a_server_whose_place_another_has_taken_says_so_and_keeps_what_it_heard(
    disk: Disk,
) -> None:
    dsn = new_database()
    names = {"spool": disk.spool.identity, "journal": disk.journal.identity}
    later = PostgresHistory(dsn, small_mine(), **names, writer=Writer(2, "later"))
    line = Line(disk, dsn, writer=Writer(1, "earlier"))
    async with running(line.feeder):
        await line.commit(1, 5)
        await line.stored(5)
        await later.write(frames(1, 6))
        await line.commit(6, 9)
        await until(lambda: SECOND_WRITER in line.findings.now)
        assert "we are start 1" in line.findings.now[SECOND_WRITER]
        assert await line.held() >= 4
    assert await later.stored_through() == 6
    await later.close()
    await line.history.close()
