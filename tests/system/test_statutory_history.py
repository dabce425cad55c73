"""Statutory reports on a real database: the same bytes as from a plain count of the frames."""

from collections.abc import AsyncIterator

import pytest
from recorded_day import Day, FrameHistory, outburst
from system.parts import new_database

from minesafe import paperwork
from minesafe.model.filing import Series
from minesafe.model.frame import Frame
from minesafe.reports.statutory.happened import happened
from minesafe.reports.statutory.span import day_of
from minesafe.store.history import PostgresHistory


@pytest.fixture(scope="module")
def day() -> Day:
    return outburst()


@pytest.fixture
async def history(day: Day) -> AsyncIterator[PostgresHistory]:
    opened = PostgresHistory(new_database(), day.mine, spool="a", journal="a")
    frames = [
        Frame(seq, int(readings.received[0]), day.mine.revision, readings, sightings)
        for seq, (readings, sightings) in enumerate(day.frames, 1)
    ]
    await opened.write(frames)
    yield opened
    await opened.close()


async def test_the_database_tells_the_day_as_a_plain_count_does(
    day: Day, history: PostgresHistory
) -> None:
    span = day_of(day.mine, "2025-11-25", day.now)
    found = happened(day.mine, day.events(), span)
    for series in (Series.DAILY, Series.PEOPLE, Series.ATTENDANCE):
        stored = await paperwork.of(day.mine, history, series, span, found)
        counted = await paperwork.of(day.mine, FrameHistory(day.frames), series, span, found)
        assert stored.facts == counted.facts
        assert stored.data == counted.data
