"""Whatever happens to the database or to our own disk, every row is stored once: counted by number.

Further ones stand in test_history_feeding.py (stopped, frozen, not there yet), in
contract/test_history.py (late, doubled, out of order) and in test_trouble.py (alarms meanwhile).
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from history_line import ALWAYS, DOWN, Line, ask, disk_at, do, running, until
from small_mine import small_mine
from store_samples import START, finding, frame, frames, large_frame
from system.parts import new_database, open_folder, proxied

from minesafe.embedded.cluster import Cluster
from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Frame
from minesafe.model.time import SECOND
from minesafe.store import history as rooms
from minesafe.store.feeder import Disk
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal
from minesafe.store.migrations import shipped

YEAR = 365 * 86_400 * SECOND


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    async with disk_at(tmp_path) as disk:
        yield disk


# --- killed --------------------------------------------------------------------------------


def copying(postmaster: int) -> int:
    """The backend that is in the middle of a COPY, 0 where none is; PostgreSQL titles them so."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title = (folder / "cmdline").read_bytes()
            parent = int((folder / "stat").read_text("ascii").rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):  # it has ended meanwhile
            continue
        if parent == postmaster and b" COPY" in title:
            return int(folder.name)
    return 0


async def started(cluster: Cluster) -> bool:
    """What a killed postmaster leaves running may be in the way for a moment."""
    with suppress(StoreUnavailable):
        await asyncio.to_thread(cluster.start)
        return True
    return False


async def test_a_server_killed_in_the_middle_of_a_copy_has_all_of_it_or_nothing(
    disk: Disk,
) -> None:
    cluster = Cluster(open_folder())
    dsn = await asyncio.to_thread(cluster.start)
    async with proxied(dsn) as (proxy, through):
        line = Line(disk, through)
        async with running(line.feeder):
            await line.commit(1, 20)
            await line.stored(20)
            proxy.swallow_copy(after=1)
            await line.commit(21, 220)
            postmaster = cluster.postmaster()
            await until(lambda: copying(postmaster) > 0)
            for process in (copying(postmaster), postmaster):
                os.kill(process, signal.SIGKILL)
            proxy.heal()
            await until(lambda: DOWN in line.findings.now)
            await until(lambda: started(cluster))
            await until(lambda: line.reaches(220))
        await line.counted(220)
        await line.history.close()
    await asyncio.to_thread(cluster.stop)


# --- full ----------------------------------------------------------------------------------

_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device'
  USING ERRCODE = '53100'; END $$
"""

WRITTEN = {
    "frames": "INSERT",
    "readings_0, readings_1, readings_2, readings_3": "INSERT",
    "sightings_0, sightings_1, sightings_2, sightings_3": "INSERT",
    "reading_chunks": "INSERT",
    "sighting_chunks": "INSERT",
    "reading_steps": "INSERT OR UPDATE",
    "slots": "UPDATE",
    "feeds": "UPDATE",
}
"""Every table a write touches."""


async def test_a_full_disk_of_the_database_at_any_table_leaves_nothing_half_stored(
    disk: Disk,
) -> None:
    """A minute and a half of frames at a time: each write opens slots, packs and adds steps."""
    dsn = new_database()
    line, last = Line(disk, dsn), 0
    async with running(line.feeder):
        await line.commit(1, 1)
        await line.stored(1)
        last = 1
        await do(dsn, _FULL)
        for tables, act in WRITTEN.items():
            for table in tables.split(", "):
                trigger = f"CREATE TRIGGER full_disk BEFORE {act} ON {table}"
                await do(dsn, f"{trigger} FOR EACH ROW EXECUTE FUNCTION full_disk()")
            while DOWN not in line.findings.now:
                await line.commit(last + 1, last + 90)
                last += 90
                await asyncio.sleep(0.05)
            assert "No space left" in line.findings.now[DOWN]
            for table in tables.split(", "):
                await do(dsn, f"DROP TRIGGER full_disk ON {table}")
            await until(lambda: DOWN not in line.findings.now)
        await until(lambda: line.reaches(last))
    await line.counted(last)
    await line.history.close()


async def refused(disk: Disk, frame: Frame) -> bool:
    try:
        await disk.thread.run(disk.spool.commit, [frame])
    except StoreUnavailable:
        return True
    return False


async def test_a_spool_that_fills_while_the_database_is_away_keeps_what_it_acknowledged(
    disk: Disk,
) -> None:
    """Whoever was refused sends again; nothing it was told is on disk is missing or there twice."""
    dsn, acknowledged = new_database(), 0
    while not await refused(disk, large_frame(acknowledged + 1, 2000)):
        acknowledged += 1
    line = Line(disk, dsn)
    async with running(line.feeder):
        again = large_frame(acknowledged + 1, 2000)
        await until(lambda: line.holds_at_most(acknowledged // 2))
        await disk.thread.run(disk.spool.commit, [again])
        await until(lambda: line.reaches(again.seq))
    query = "SELECT array_agg(seq ORDER BY seq) FROM frames"
    assert await ask(dsn, query) == list(range(1, again.seq + 1))
    in_rows = await ask(dsn, "SELECT count(*) FROM readings")
    in_chunks = await ask(dsn, "SELECT coalesce(sum(rows), 0) FROM reading_chunks")
    assert int(str(in_rows)) + int(str(in_chunks)) == 2000 * again.seq
    await line.history.close()


# --- slow ----------------------------------------------------------------------------------

_SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_sleep(0.002); RETURN NEW; END $$;
"""


async def test_a_database_too_slow_for_large_writes_is_given_small_ones(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty frames of four readings would take 0.4 s; it is given 0.3 for each write."""
    dsn = new_database()
    line = Line(disk, dsn)
    await line.history.stored_through()
    await do(dsn, _SLOW)
    for slot in range(4):
        trigger = f"CREATE TRIGGER slow BEFORE INSERT ON readings_{slot}"
        await do(dsn, f"{trigger} FOR EACH ROW EXECUTE FUNCTION slow()")
    monkeypatch.setattr(rooms, "WRITE_S", 0.3)
    await line.commit(1, 100)
    async with running(line.feeder):
        await until(lambda: line.reaches(100))
    await line.counted(100)
    await line.history.close()


# --- another shape ---------------------------------------------------------------------------


BOOK = """
CREATE TABLE migrations (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                         applied timestamptz NOT NULL DEFAULT now())
"""


async def test_a_database_of_a_version_before_is_brought_up_and_one_of_a_later_is_left_alone(
    disk: Disk,
) -> None:
    dsn = new_database()
    line = Line(disk, dsn)
    await do(dsn, BOOK)
    for m in (m for m in shipped("plain") if m.number < 100):
        known = f"INSERT INTO migrations VALUES ({m.number}, '{m.name}', '{m.checksum}')"
        await do(dsn, f"{m.sql}; {known}")
    await line.commit(1, 30)
    async with running(line.feeder):
        await line.stored(30)
    await line.history.close()
    await do(dsn, "INSERT INTO migrations VALUES (999, '999_later.sql', 'x')")
    older = Line(disk, dsn)
    await older.commit(31, 60)
    async with running(older.feeder):
        await until(lambda: "newer program" in older.findings.now.get(DOWN, ""))
        assert await older.held() == 30, "what is not stored waits for the newer program"
        await do(dsn, "DELETE FROM migrations WHERE number = 999")
        await older.stored(60)
    await older.counted(60)
    await older.history.close()


# --- clocks ----------------------------------------------------------------------------------


async def test_a_clock_that_jumps_a_year_and_devices_that_do_not_lose_nothing(disk: Disk) -> None:
    """The server's clock is set ahead; what devices label stays where it is, and one is ahead."""
    line = Line(disk, new_database())
    every = [replace(f, now=f.now + YEAR) if f.seq > 100 else f for f in frames(1, 200)]
    every += [shifted(seq, YEAR if seq % 2 else 0) for seq in range(201, 301)]
    async with running(line.feeder):
        for at in range(0, 300, 30):
            await disk.thread.run(disk.spool.commit, every[at : at + 30])
            await until(lambda to=at: line.reaches(to + 30))  # type: ignore[misc]  # as above
    values = await line.history.values(2, *ALWAYS, 1000)
    assert sorted(values.value.tolist()) == [seq + 0.2 for seq in range(1, 301)]
    hours = await line.history.trend(2, *ALWAYS, 3600)
    assert int(hours.samples.sum()) == 300
    await line.history.close()


def shifted(seq: int, by: int) -> Frame:
    whole = frame(seq)
    readings = replace(whole.readings, sampled=whole.readings.sampled + by)
    return replace(whole, now=whole.now + YEAR, readings=readings)


# --- two writers -----------------------------------------------------------------------------


async def test_two_feeders_of_one_spool_store_everything_once(disk: Disk) -> None:
    dsn = new_database()
    one, other = Line(disk, dsn), Line(disk, dsn)
    async with running(one.feeder), running(other.feeder):
        for first in range(1, 400, 40):
            await one.commit(first, first + 39)
            await asyncio.sleep(0.01)
        await until(lambda: one.reaches(400))
    await one.counted(400)
    for line in (one, other):
        await line.history.close()


async def test_a_copied_data_directory_is_found_out_and_loses_nothing(
    disk: Disk, tmp_path: Path
) -> None:
    """Both count on from the same number; what the later one has to say must not be dropped."""
    dsn = new_database()
    await Line(disk, dsn).commit(1, 10)
    (tmp_path / "copy").mkdir()
    for name in ("spool.db", "spool.db-wal", "journal.db", "journal.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / "copy" / name)
    first = Line(disk, dsn)
    async with running(first.feeder):
        await first.commit(11, 20)
        await first.stored(20)
    async with disk_at(tmp_path / "copy") as copy:
        second = Line(copy, dsn)
        theirs = [replace(f, now=f.now + SECOND) for f in frames(11, 40)]
        async with running(second.feeder):
            await until(lambda: "older copy" in second.findings.now.get(DOWN, ""))
            await copy.thread.run(copy.spool.commit, theirs)
            await until(lambda: "somebody else" in second.findings.now.get(DOWN, ""))
        assert await second.held() == 40
        await second.history.close()
    await first.counted(20)
    await first.history.close()


async def test_a_copied_journal_is_found_out(tmp_path: Path) -> None:
    dsn = new_database()
    one, other = (SqliteJournal(tmp_path / name, ballast_mb=1) for name in ("a.db", "b.db"))
    one.append([(finding(1), START)], now=START)
    other.append([(finding(2), START)], now=START)
    history = PostgresHistory(dsn, small_mine(), spool="a", journal="a")
    await history.project(one.read(0, 10))
    await history.project(one.read(0, 10))
    with pytest.raises(StoreUnavailable, match="record 1 is stored as another"):
        await history.project(other.read(0, 10))
    await history.close()
    one.close()
    other.close()
