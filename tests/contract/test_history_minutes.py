"""What goes from rows to chunks answers as it did; steps are what a loop over samples makes."""

import random
from collections.abc import AsyncIterator, Callable, Sequence

import asyncpg
import pytest
from small_mine import REVISION, small_mine
from store_samples import START, frames

from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND
from minesafe.model.trend import Trend
from minesafe.store import minutes
from minesafe.store.history import PostgresHistory

MINUTE = 60 * SECOND
OpenHistory = Callable[..., PostgresHistory]
Row = tuple[int, float, int, int, int]


@pytest.fixture
async def open_history(dsn: str) -> AsyncIterator[OpenHistory]:
    opened: list[PostgresHistory] = []

    def open_it(spool: str = "a") -> PostgresHistory:
        opened.append(PostgresHistory(dsn, small_mine(), spool=spool, journal=spool))
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


def in_batches(every: Sequence[Frame], size: int) -> list[list[Frame]]:
    return [list(every[at : at + size]) for at in range(0, len(every), size)]


async def test_ten_minutes_lie_in_chunks_but_for_the_last_two(
    open_history: OpenHistory, dsn: str
) -> None:
    history, every = open_history(), frames(1, 600)
    for batch in in_batches(every, 50):
        await history.write(batch)
    found = await history.values(1, START, START + 601 * SECOND, 10_000)
    assert found == Readings.of([f.readings.rows()[1] for f in every])
    rows = await ask(dsn, "SELECT count(*) FROM readings")
    assert 4 * 60 <= int(str(rows)) <= 4 * 121
    packed = await ask(dsn, "SELECT sum(rows) FROM reading_chunks")
    assert int(str(packed)) + int(str(rows)) == 4 * 600
    track = await history.track(0, START + 100 * SECOND, START + 500 * SECOND, 10_000)
    assert track == Sightings.joined([f.sightings for f in every[99:499]])
    assert len(await history.track(0, START, START + 601 * SECOND, 7)) == 7


async def test_a_backlog_of_an_hour_goes_into_chunks_at_once_and_answers_the_same(
    open_history: OpenHistory, dsn: str
) -> None:
    history, every = open_history(), frames(1, 3600)
    for batch in in_batches(every, 500):
        await history.write(batch)
    found = await history.values(2, START + 10 * SECOND, START + 3590 * SECOND, 10_000)
    assert found.sampled.tolist() == [f.now for f in every[9:3589]]
    hour = await history.trend(2, START - START % (3600 * SECOND), START + 3601 * SECOND, 3600)
    assert int(hour.samples.sum()) == 3600


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


def stepped(rows: Sequence[Row], width: int) -> list[tuple[object, ...]]:
    """A trend as one writes it first."""
    steps: dict[int, list[Row]] = {}
    for row in rows:
        steps.setdefault(row[3] // width * width, []).append(row)
    return [_step(start, steps[start]) for start in sorted(steps)]


def _step(start: int, rows: Sequence[Row]) -> tuple[object, ...]:
    good = [(v, t) for _, v, q, t, _ in rows if q in BELIEVED and abs(v) < float("inf")]
    values = [v for v, _ in good]
    if not good:
        return (start, len(rows), 0)
    numbers = (min(values), max(values), pytest.approx(sum(values)))
    return (start, len(rows), len(good), *numbers, good[0][1], good[0][0], good[-1][1], good[-1][0])


def told(trend: Trend) -> list[tuple[object, ...]]:
    return [row if row[2] else row[:3] for row in trend.rows()]


@pytest.mark.parametrize(("seed", "size"), [(1, 3), (2, 17), (3, 60), (4, 240)])
async def test_however_late_and_doubled_samples_come_the_answers_are_those_of_a_plain_list(
    open_history: OpenHistory, seed: int, size: int
) -> None:
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
            assert told(trend) == stepped(rows, width)


async def test_two_data_directories_at_once_share_the_slots_and_lose_nothing(
    open_history: OpenHistory,
) -> None:
    """A demo at sixty times beside a server of the day: their minutes are not the same."""
    one, other = open_history("one"), open_history("other")
    for batch, later in zip(
        in_batches(frames(1, 300), 20), in_batches(frames(5000, 5299), 20), strict=True
    ):
        await one.write(batch)
        await other.write(later)
    found = await one.values(0, START, START + 6000 * SECOND, 10_000)
    assert found.sampled.tolist() == [f.now for f in (*frames(1, 300), *frames(5000, 5299))]


async def test_a_write_that_fails_half_way_is_repeated_and_doubles_nothing(
    open_history: OpenHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, batches = open_history(), in_batches(frames(1, 400), 40)
    real, calls = minutes._pack, 0

    async def cut(*words: object) -> None:
        nonlocal calls
        await real(*words)  # type: ignore[arg-type]  # what it was given
        calls += 1
        if calls % 5 == 1:
            raise OSError("the connection is gone")

    monkeypatch.setattr(minutes, "_pack", cut)
    for batch in batches:
        while True:
            try:
                await history.write(batch)
                break
            except StoreUnavailable:
                continue
    assert calls > 4
    found = await history.values(3, START, START + 401 * SECOND, 10_000)
    assert found.sampled.tolist() == [f.now for f in frames(1, 400)]
    minute = await history.trend(3, START, START + 401 * SECOND, 60)
    assert int(minute.samples.sum()) == 400
