"""On a plain PostgreSQL: what goes from rows to chunks is there once, and answers as it did."""

from collections.abc import Callable, Sequence

import asyncpg
import pytest
from store_samples import START, frames

from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND
from minesafe.store import minutes
from minesafe.store.history import PostgresHistory

MINUTE = 60 * SECOND
OpenHistory = Callable[..., PostgresHistory]
Row = tuple[int, float, int, int, int]


async def ask(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=5)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def in_batches(every: Sequence[Frame], size: int) -> list[list[Frame]]:
    return [list(every[at : at + size]) for at in range(0, len(every), size)]


async def test_ten_minutes_lie_in_chunks_and_the_newest_in_rows(
    open_history: OpenHistory, dsn: str
) -> None:
    history, every = open_history(), frames(1, 630)
    for batch in in_batches(every, 50):
        await history.write(batch)
    found = await history.values(1, START, START + 631 * SECOND, 10_000)
    assert found == Readings.of([f.readings.rows()[1] for f in every])
    rows = await ask(dsn, "SELECT count(*) FROM readings")
    assert rows == 4 * 31
    packed = await ask(dsn, "SELECT sum(rows) FROM reading_chunks")
    assert int(str(packed)) + int(str(rows)) == 4 * 630
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
