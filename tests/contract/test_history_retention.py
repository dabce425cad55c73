"""What is over is cleared away, by our writer and by TimescaleDB's policies: the same is left."""

import time
from collections.abc import Callable, Iterator

import asyncpg
import pytest
from small_mine import REVISION
from timescale_server import TimescaleServer, timescale_server

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.store.history import PostgresHistory
from minesafe.store.retention import DAY, Retention

TODAY = time.time_ns() // 1000 // DAY * DAY
"""The database's own clock counts, too."""

OpenHistory = Callable[[], PostgresHistory]


@pytest.fixture(scope="module")
def timescale() -> Iterator[TimescaleServer]:
    with timescale_server() as server:
        yield server


@pytest.fixture
def dsn(either_dsn: str) -> str:
    return either_dsn


def minute_of(seq: int, at: Micros, value: float) -> Frame:
    """A minute's samples of the first point, as they came, and the first person walking."""
    readings = Readings.of([(0, value, 0, at + n * SECOND, at) for n in range(60)])
    place = (0, 1, 0, 5.0, 0, 5.0, 0.0, 0.0, 2.0, 0, 0, at, at)
    return Frame(seq, at, REVISION, readings, Sightings.of([place]))


async def cleared(dsn: str, now: Micros = TODAY, *, at_once: Micros = 30 * DAY) -> int:
    """As the server and the database do in the course of time; how many of our turns it took."""
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    query = "SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'"
    try:
        if await connection.fetchval("SELECT to_regclass('timescaledb_information.jobs')"):
            for view in ("reading_60", "reading_300", "reading_3600", "sighting_60"):
                await connection.execute(f"CALL refresh_continuous_aggregate('{view}', NULL, NULL)")
            for (job,) in await connection.fetch(query):
                await connection.execute(f"CALL run_job({job})")
    finally:
        await connection.close()
    retention, turns = Retention(dsn, lambda: now, rest_s=0, at_once=at_once), 0
    while await retention.turn():
        turns += 1
    await retention.close()
    return turns


async def test_samples_stay_400_days_their_minutes_800_and_hours_for_ever(
    history: PostgresHistory, dsn: str
) -> None:
    ages = (820, 401, 399, 0)
    every = [minute_of(n, TODAY - age * DAY, n / 2) for n, age in enumerate(ages, 1)]
    for whole in every:
        await history.write([whole])
    await cleared(dsn)
    left = await history.values(0, 0, 1 << 62, 1000)
    assert left.value.tolist() == [1.5] * 60 + [2.0] * 60
    assert len(await history.track(0, 0, 1 << 62, 100)) == 2
    for width_s, steps in ((60, [0, 60]), (300, [60, 60]), (3600, [60, 60])):
        old = [
            await history.trend(0, TODAY - age * DAY, TODAY - age * DAY + DAY, width_s)
            for age in (820, 401)
        ]
        assert [int(found.samples.sum()) for found in old] == steps, width_s
    minute = await history.trend(0, TODAY - 401 * DAY, TODAY - 400 * DAY, 60)
    assert minute.rows()[0][1:6] == (60, 60, 1.0, 1.0, 60.0)
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    assert await connection.fetchval("SELECT count(*) FROM frames") == 2
    await connection.close()


@pytest.mark.parametrize("either_dsn", ["plain"], indirect=True)
async def test_a_turn_clears_a_day_and_a_clock_a_year_ahead_nothing_the_database_disowns(
    history: PostgresHistory, dsn: str
) -> None:
    for seq, age in enumerate((404, 402, 30), 1):
        await history.write([minute_of(seq, TODAY - age * DAY, 1.0)])
    turns = await cleared(dsn, TODAY + 370 * DAY, at_once=DAY)
    assert turns in (4, 5), "the database says what day it is"
    assert len(await history.values(0, 0, 1 << 62, 1000)) == 60
    assert await cleared(dsn) == 0


@pytest.mark.parametrize("either_dsn", ["plain"], indirect=True)
async def test_what_is_old_by_a_wrong_clock_only_stays_as_long_as_what_came_with_it(
    history: PostgresHistory, dsn: str
) -> None:
    """A sensor that takes it for 1970 since its battery was changed, last year and last month."""
    for seq, age in ((1, 401), (2, 30)):
        at = TODAY - age * DAY
        rows = [(0, float(seq), int(Quality.CLOCK), seq * SECOND, at), (1, 7.0, 0, at, at)]
        await history.write([Frame(seq, at, REVISION, Readings.of(rows), Sightings.none())])
    newest = TODAY - 29 * DAY
    await history.write([minute_of(3, newest, 3.0)])
    await cleared(dsn)
    left = await history.values(0, 0, DAY, 10)
    assert left.value.tolist() == [1.0, 2.0], "of one minute and one hour: both, for one is young"
    assert len(await history.values(1, 0, 1 << 62, 10)) == 1


@pytest.mark.parametrize("either_dsn", ["plain"], indirect=True)
async def test_what_was_noted_of_samples_that_are_gone_goes_too(
    history: PostgresHistory, dsn: str
) -> None:
    """A sensor that was in fault, and one whose clock was a day behind: three years of it."""
    for seq, age in enumerate((1000, 801, 700, 30), 1):
        at = TODAY - age * DAY
        rows = [(0, 1.0, int(Quality.FAULT), at, at), (1, 7.0, int(Quality.CLOCK), at - DAY, at)]
        await history.write([Frame(seq, at, REVISION, Readings.of(rows), Sightings.none())])
    await history.write([minute_of(5, TODAY, 1.0)])
    await cleared(dsn)
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    spells = await connection.fetch("SELECT minute FROM reading_spells ORDER BY minute")
    late = await connection.fetch("SELECT seq_to FROM late_hours")
    await connection.close()
    assert [row["minute"] for row in spells] == [
        (TODAY - age * DAY) // (60 * SECOND) for age in (700, 30)
    ]
    assert [row["seq_to"] for row in late] == [4]


@pytest.mark.parametrize("either_dsn", ["plain"], indirect=True)
async def test_writing_goes_on_while_a_turn_is_under_way(
    history: PostgresHistory, dsn: str
) -> None:
    """A bite that is held open keeps no write waiting."""
    await history.write([minute_of(1, TODAY - 401 * DAY, 1.0)])
    await history.write([minute_of(2, TODAY - 30 * DAY, 1.0)])
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    async with connection.transaction():
        await connection.execute("DELETE FROM reading_chunks WHERE minute < 30000000")
        await history.write([minute_of(3, TODAY, 2.0)])
        assert await history.stored_through() == 3
    await connection.close()
