"""What the history promises: everything once, and answers in the words of the revision in force."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import asyncpg
import pytest
from small_mine import REVISION, small_mine
from store_samples import START, finding, frame, frames

from minesafe.model.events import LoginRefused
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND
from minesafe.model.trend import Trend
from minesafe.store.history import PostgresHistory
from minesafe.store.journal import SqliteJournal

ALWAYS = (0, 1 << 62)

OpenHistory = Callable[..., PostgresHistory]
Row = tuple[int, float, int, int, int]


@pytest.fixture
def dsn(either_dsn: str) -> str:
    return either_dsn


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


# --- steps ------------------------------------------------------------------------------


def in_batches(every: Sequence[Frame], size: int) -> list[list[Frame]]:
    return [list(every[at : at + size]) for at in range(0, len(every), size)]


def wild(seed: int) -> list[Frame]:
    """Frames over eight minutes whose samples come late, doubled, out of order and spoilt."""
    hand = random.Random(seed)
    every, now = [], START
    for seq in range(1, 240):
        now += hand.choice([0, 1, 2, 5]) * SECOND
        rows: list[Row] = []
        for _ in range(hand.randrange(6)):
            late = hand.choice([0, 0, 0, 3 * SECOND, 100 * SECOND, 7200 * SECOND, -4 * SECOND])
            value = hand.choice([round(hand.uniform(0, 2), 2), hand.random(), float("nan"), 1e300])
            quality = hand.choice([*BELIEVED, Quality.FAULT, Quality.CALIBRATING])
            rows.append((hand.randrange(4), value, int(quality), now - late, now))
        rows += rows[: hand.randrange(2)]
        every.append(Frame(seq, now, REVISION, Readings.of(rows), Sightings.none()))
    return every


def expected(every: Sequence[Frame], point: int) -> list[Row]:
    """In order of time, and then as they came."""
    rows = [row for frame in every for row in frame.readings.rows() if row[0] == point]
    return sorted(rows, key=lambda row: row[3])


class Any:
    """Equal to any of these: TimescaleDB takes any of several samples at one time."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        return other in self.values

    def __hash__(self) -> int:
        return 0


def stepped(rows: Sequence[Row], width: int, *, exact: bool) -> list[tuple[object, ...]]:
    """A trend as one writes it first."""
    steps: dict[int, list[Row]] = {}
    for row in rows:
        steps.setdefault(row[3] // width * width, []).append(row)
    return [_step(start, steps[start], exact) for start in sorted(steps)]


def _step(start: int, rows: Sequence[Row], exact: bool) -> tuple[object, ...]:
    good = [(v, t) for _, v, q, t, _ in rows if q in BELIEVED and abs(v) < float("inf")]
    values = [v for v, _ in good]
    if not good:
        return (start, len(rows), 0)
    numbers = (min(values), max(values), pytest.approx(sum(values)))
    first, last = good[0][1], good[-1][1]
    opening = values[:1] if exact else [v for v, t in good if t == first]
    closing = values[-1:] if exact else [v for v, t in good if t == last]
    return (start, len(rows), len(good), *numbers, first, Any(opening), last, Any(closing))


def told(trend: Trend) -> list[tuple[object, ...]]:
    return [row if row[2] else row[:3] for row in trend.rows()]


@pytest.mark.parametrize(("seed", "size"), [(1, 3), (2, 17), (3, 60), (4, 240)])
async def test_however_late_and_doubled_samples_come_the_answers_are_those_of_a_plain_list(
    open_history: OpenHistory, dsn: str, seed: int, size: int
) -> None:
    exact = "postgres@" not in dsn
    history, every = open_history(), wild(seed)
    for batch in in_batches(every, size):
        await history.write(batch)
    hand = random.Random(seed)
    for point in range(4):
        rows = expected(every, point)
        low = START - hand.choice([0, 8000]) * SECOND
        span = (low, START + hand.randrange(100, 700) * SECOND)
        inside = [row for row in rows if span[0] <= row[3] < span[1]]
        limit = hand.choice([5, 10_000])
        found = (await history.values(point, *span, limit)).rows()
        assert repr(found) == repr(inside[:limit])
        for width_s in (60, 300, 3600):
            width = width_s * SECOND
            whole = (START - START % width - 10_800 * SECOND, START + 3600 * SECOND)
            trend = await history.trend(point, *whole, width_s)
            assert told(trend) == stepped(rows, width, exact=exact)


async def test_two_data_directories_at_once_share_the_slots_and_lose_nothing(
    open_history: OpenHistory,
) -> None:
    """A demo at sixty times beside a server of the day: their minutes are not the same."""
    one, other = open_history(spool="one"), open_history(spool="other")
    for batch, later in zip(
        in_batches(frames(1, 300), 20), in_batches(frames(5000, 5299), 20), strict=True
    ):
        await one.write(batch)
        await other.write(later)
    found = await one.values(0, START, START + 6000 * SECOND, 10_000)
    assert found.sampled.tolist() == [f.now for f in (*frames(1, 300), *frames(5000, 5299))]


# --- what TimescaleDB does by itself -----------------------------------------------------------


async def run_jobs(dsn: str, kind: str) -> int:
    """Run the policies of a kind now, as its background worker does; returns how many."""
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    query = "SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = $1 ORDER BY job_id"
    try:
        jobs = await connection.fetch(query, kind)
        for (job,) in jobs:
            await connection.execute(f"CALL run_job({job})")
        return len(jobs)
    finally:
        await connection.close()


@pytest.mark.parametrize("either_dsn", ["timescale"], indirect=True)
async def test_what_is_packed_and_added_up_by_policy_answers_as_before_and_takes_late_samples(
    open_history: OpenHistory, dsn: str
) -> None:
    """Samples of the day before yesterday: their chunk is older than a day."""
    day = 86_400 * SECOND
    before = time.time_ns() // 1000 // day * day - 2 * day
    history = open_history()
    rows = [[(0, round(0.5 + (n % 7) / 10, 1), 0, before + n * SECOND, 0)] for n in range(300)]
    every = [
        Frame(n, before + n * SECOND, REVISION, Readings.of(row), Sightings.none())
        for n, row in enumerate(rows, 1)
    ]
    await history.write(every)
    span = (before, before + 3600 * SECOND)
    samples, minutes = await history.values(0, *span, 10_000), await history.trend(0, *span, 60)
    assert len(minutes) == 5
    assert await run_jobs(dsn, "policy_refresh_continuous_aggregate") == 4
    assert await run_jobs(dsn, "policy_compression") == 2
    packed = "SELECT count(*) FROM timescaledb_information.chunks WHERE is_compressed"
    assert int(str(await ask(dsn, packed))) >= 1
    assert await history.values(0, *span, 10_000) == samples
    assert await history.trend(0, *span, 60) == minutes

    late = Readings.of([(0, 9.0, 0, before + 90 * SECOND + 1, 0)])
    await history.write([Frame(4000, before + day, REVISION, late, Sightings.none())])
    assert len(await history.values(0, *span, 10_000)) == 301
    await run_jobs(dsn, "policy_refresh_continuous_aggregate")
    after = await history.trend(0, *span, 60)
    assert after.highest.tolist() == [*minutes.highest[:1], 9.0, *minutes.highest[2:]]
    assert (await history.trend(0, *span, 3600)).highest.tolist() == [9.0]


async def execute(dsn: str, command: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
