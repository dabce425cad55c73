"""What the history promises: everything once, and answers in the words of the revision in force."""

import asyncio
import inspect
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import asyncpg
import pytest
from small_mine import REVISION, small_mine
from store_samples import START, finding, frame, frames

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import LoginRefused
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.store.database import FOREIGN, Database
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal
from minesafe.store.migrations import Migration, migrate, shipped

ALWAYS = (0, 1 << 62)

OpenHistory = Callable[..., PostgresHistory]


@pytest.fixture
async def open_history(dsn: str) -> AsyncIterator[OpenHistory]:
    """Opens the history of one database; each call is a start of the server."""
    opened: list[PostgresHistory] = []

    def open_it(mine: Mine | None = None, spool: str = "a") -> PostgresHistory:
        opened.append(PostgresHistory(dsn, mine or small_mine(), spool=spool, journal=spool))
        return opened[-1]

    yield open_it
    for history in opened:
        await history.close()


async def ask(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=5)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_points_values_come_back_between_two_times(open_history: OpenHistory) -> None:
    history = open_history()
    await history.write(frames(1, 20))
    values = await history.values(2, START + 5 * SECOND, START + 8 * SECOND, 100)
    assert values == Readings.of([frame(n).readings.rows()[2] for n in (5, 6, 7)])
    assert len(await history.values(2, *ALWAYS, 4)) == 4
    assert await history.values(2, 0, START, 100) == Readings.none()


async def test_a_persons_track_comes_back_as_it_was(open_history: OpenHistory) -> None:
    history = open_history()
    await history.write(frames(1, 9))
    track = await history.track(0, START + 2 * SECOND, START + 5 * SECOND, 100)
    assert track == Sightings.joined([frame(n).sightings for n in (2, 3, 4)])
    assert await history.track(1, *ALWAYS, 100) == Sightings.none()


async def test_frames_are_stored_once_however_often_they_are_written(
    open_history: OpenHistory,
) -> None:
    history = open_history()
    assert await history.stored_through() == 0
    await history.write(frames(1, 5))
    await history.write(frames(3, 8))
    await open_history().write(frames(1, 9))
    assert await history.stored_through() == 9
    assert (await history.values(0, *ALWAYS, 100)).value.tolist() == list(range(1, 10))


async def test_two_writers_at_once_store_everything_once(open_history: OpenHistory) -> None:
    one, other = open_history(), open_history()
    await asyncio.gather(*(h.write(frames(1, 50)) for h in (one, other, one, other)))
    assert len(await one.values(0, *ALWAYS, 1000)) == 50


async def test_a_new_data_directory_is_not_taken_for_the_old_one(
    open_history: OpenHistory,
) -> None:
    await open_history(spool="old").write(frames(1, 5))
    new = open_history(spool="new")
    assert await new.stored_through() == 0
    await new.write(frames(1, 5))
    assert len(await new.values(0, *ALWAYS, 100)) == 10


async def test_sweeps_and_readers_that_see_nobody_are_stored_too(
    open_history: OpenHistory, dsn: str
) -> None:
    nobody = Sightings.of([(-1, 2, 0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, 0, 0, START, START)])
    sweep = Frame(1, START, REVISION, Readings.none(), Sightings.none())
    history = open_history()
    await history.write([sweep, Frame(2, START, REVISION, Readings.none(), nobody)])
    assert await history.stored_through() == 2
    assert await ask(dsn, "SELECT count(*) FROM frames") == 2
    assert await ask(dsn, "SELECT tag FROM sightings") == 0


async def test_whatever_a_device_claims_can_be_stored(open_history: OpenHistory) -> None:
    wild = (math.nan, math.inf, -0.0, 1e308, 5e-324)
    times = (0, -1, 1 << 62, -(1 << 63), (1 << 63) - 1)
    rows = [(0, v, 7, t, START) for v, t in zip(wild, times, strict=True)]
    history = open_history()
    await history.write([Frame(1, START, REVISION, Readings.of(rows), Sightings.none())])
    kept = await history.values(0, -(1 << 63), (1 << 63) - 1, 10)
    expected = Readings.of(sorted((r for r in rows if r[3] < (1 << 63) - 1), key=lambda r: r[3]))
    assert kept == expected


async def test_a_later_revision_reads_the_same_points_at_other_rows(
    open_history: OpenHistory,
) -> None:
    await open_history().write(frames(1, 3))
    old = small_mine()
    later = replace(
        old,
        revision="fedcba9876543210",
        points=old.points[::-1],
        people=old.people[1:] + old.people[:1],
        readers=(old.readers[1], old.readers[2]),
        roadways=old.roadways[::-1],
    )
    history = open_history(later)
    await history.write([frame(4, revision=later.revision)])
    fan = await history.values(0, *ALWAYS, 100)
    assert fan.value.tolist() == pytest.approx([1.3, 2.3, 3.3, 4.0])
    assert set(fan.point.tolist()) == {0}
    track = await history.track(3, *ALWAYS, 100)
    assert track.tag.tolist() == [3, 3, 3]
    assert (track.station.tolist(), track.roadway.tolist()) == ([0, 0, 0], [1, 1, 1])
    assert (await open_history(old).track(1, *ALWAYS, 100)).tag.tolist() == [1]


async def test_what_the_revision_no_longer_has_is_no_row(open_history: OpenHistory) -> None:
    await open_history().write(frames(1, 1))
    old = small_mine()
    later = replace(old, revision="fedcba9876543210", readers=old.readers[:1])
    assert (await open_history(later).track(0, *ALWAYS, 10)).station.tolist() == [-1]


async def test_frames_of_a_revision_never_told_of_are_kept_under_what_is_known(
    open_history: OpenHistory, dsn: str
) -> None:
    history = open_history()
    await history.write([frame(1, revision="aaaaaaaaaaaaaaaa"), frame(2)])
    await history.write([frame(3, points=9, revision="aaaaaaaaaaaaaaaa")])
    assert await history.stored_through() == 3
    assert len(await history.values(0, *ALWAYS, 10)) == 1
    query = "SELECT count(*) FROM named_readings WHERE point = 'aaaaaaaaaaaaaaaa/0'"
    assert await ask(dsn, query) == 2


async def test_the_journals_events_are_there_once_and_can_be_asked(
    open_history: OpenHistory, journal: SqliteJournal, dsn: str
) -> None:
    refused = LoginRefused(user="a\x00b\\u0000", address="10.0.0.9", reason="wrong_password")
    journal.append([(finding(n), START) for n in range(5)], now=START, frame=3)
    journal.append([(refused, START)], now=START)
    history, events = open_history(), journal.read(0, 100)
    await history.project(events[:4])
    await history.project(events)
    assert await history.projected_through() == 6
    assert await ask(dsn, "SELECT count(*) FROM events") == 6
    assert await ask(dsn, "SELECT body->>'subject' FROM events WHERE position = 2") == "S1"
    named = "SELECT body->>'user' FROM events WHERE kind = 'login_refused'"
    assert await ask(dsn, named) == "a\ufffdb\\u0000"


# --- the shape ------------------------------------------------------------------------------


async def test_a_migration_runs_once_and_must_not_change_afterwards(dsn: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    await migrate(connection, shipped("plain"))
    await migrate(connection, shipped("plain"))
    assert await connection.fetchval("SELECT count(*) FROM migrations") == len(shipped("plain"))
    changed = [replace(shipped("plain")[0], sql="SELECT 1"), *shipped("plain")[1:]]
    with pytest.raises(StoreUnavailable, match=r"001_samples\.sql was changed"):
        await migrate(connection, changed)
    with pytest.raises(StoreUnavailable, match="newer program"):
        await migrate(connection, shipped("plain")[:1])
    await connection.close()


async def test_a_migration_that_fails_leaves_nothing_behind(dsn: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=30)
    bad = Migration(103, "103_bad.sql", "CREATE TABLE half (a int); SELECT nonsense;")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(connection, [*shipped("plain"), bad])
    assert await connection.fetchval("SELECT to_regclass('readings')") is None
    await connection.close()


async def test_servers_that_start_together_make_one_shape(open_history: OpenHistory) -> None:
    starts = [open_history() for _ in range(4)]
    assert await asyncio.gather(*(h.stored_through() for h in starts)) == [0, 0, 0, 0]


# --- trouble --------------------------------------------------------------------------------


def test_every_error_of_asyncpg_is_known_at_the_rim() -> None:
    errors = [
        kind
        for module in (asyncpg, asyncpg.exceptions)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, Warning)
    ]
    assert len(errors) > 250
    assert [kind for kind in errors if not issubclass(kind, FOREIGN)] == []


@pytest.mark.parametrize("error", [asyncpg.TooManyConnectionsError("x"), OSError(), EOFError()])
async def test_an_error_of_the_database_is_told_as_ours(dsn: str, error: Exception) -> None:
    database = Database(dsn)

    async def fail(connection: object) -> None:
        raise error

    with pytest.raises(StoreUnavailable, match=type(error).__name__):
        await database.run(fail, 5)
    await database.close()


async def test_nobody_there_is_told_at_once() -> None:
    history = PostgresHistory(
        "postgresql:///t?host=/nowhere&user=minesafe", small_mine(), spool="a", journal="a"
    )
    with pytest.raises(StoreUnavailable):
        await history.stored_through()
    await history.close()


async def test_work_that_is_late_is_left_and_the_next_goes_on(dsn: str) -> None:
    database = Database(dsn, connections=1)
    with pytest.raises(StoreUnavailable, match="did not answer"):
        await database.run(lambda c: c.execute("SELECT pg_sleep(60)"), 0.3)
    assert await database.run(lambda c: c.fetchval("SELECT 7"), 5) == 7
    await database.close()


async def test_a_caller_that_is_cancelled_leaves_no_connection_busy(dsn: str) -> None:
    database = Database(dsn, connections=1)
    task = asyncio.create_task(database.run(lambda c: c.execute("SELECT pg_sleep(60)"), 30))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.run(lambda c: c.fetchval("SELECT 8"), 5) == 8
    await database.close()
