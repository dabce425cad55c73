"""A moment of the history is what a walk over all frames up to it would find, on both shelves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from small_mine import REVISION, small_mine
from store_samples import OLD, START, a_shift_of_trouble, frame, frames

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.moment import Moment
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND
from minesafe.store.history import PostgresHistory

MINUTE = 60 * SECOND
OpenHistory = Callable[..., PostgresHistory]
Row = tuple[Any, ...]


@pytest.fixture
def dsn(either_dsn: str) -> str:
    return either_dsn


async def execute(dsn: str, command: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


# --- a plain reference -------------------------------------------------------------------------


def counts_at(sampled: int, received: int) -> int:
    """The rule of `model.time`, as one writes it first."""
    return sampled if -60 * SECOND <= sampled - received <= 5 * SECOND else received


def walked(every: Sequence[Frame], at: int) -> tuple[list[Row], list[Row]]:
    """The newest of everything, row by row over all frames of that time and before."""
    known = [one for one in every if one.now <= at]
    points: dict[int, tuple[int, Row]] = {}
    for row in (row for one in known for row in one.readings.rows()):
        when = counts_at(row[3], row[4])
        if row[0] not in points or when >= points[row[0]][0]:
            points[row[0]] = when, row
    seen = [row for one in known for row in one.sightings.rows()]
    return [row for _, row in points.values()], people(seen)


def people(seen: list[Row]) -> list[Row]:
    """Of each his last three seconds, and those at a place; of each reader the last, and loss."""
    kept = set()
    numbered = [
        (n, row, counts_at(int(str(row[11])), int(str(row[12])))) for n, row in enumerate(seen)
    ]
    for some in (lambda row: True, lambda row: row[10] in BELIEVED and row[2] >= 0):
        for tag in {row[0] for row in seen if row[0] >= 0}:
            his = [(n, when) for n, row, when in numbered if row[0] == tag and some(row)]
            kept |= {n for n, when in his if when > max(w for _, w in his) - 3 * SECOND}
    for lost in (True, False):
        for station in {row[1] for row in seen}:
            its = [
                (when, n)
                for n, row, when in numbered
                if row[1] == station and (row[10] == Quality.COMMS_LOST) is lost
            ]
            kept |= {max(its)[1]} if its else set()
    return [seen[n] for n in sorted(kept)]


def as_rows(moment: Moment) -> tuple[list[str], list[str]]:
    return sorted(map(repr, moment.readings.rows())), list(map(repr, moment.sightings.rows()))


def as_walked(every: Sequence[Frame], at: int) -> tuple[list[str], list[str]]:
    told, seen = walked(every, at)
    readings, sightings = Readings.of(told), Sightings.of(seen)
    return sorted(map(repr, readings.rows())), list(map(repr, sightings.rows()))


def alike(every: list[Frame]) -> list[Frame]:
    """All of the revision in force."""
    return [replace(frame, revision=REVISION) for frame in every]


@pytest.mark.parametrize(("seed", "size"), [(1, 200), (2, 17)])
async def test_any_moment_is_what_a_walk_over_all_frames_finds(
    open_history: OpenHistory, seed: int, size: int
) -> None:
    """Late rows, clocks that are off and spoilt values among them; another server beside it."""
    every, others = alike(a_shift_of_trouble(seed)), a_shift_of_trouble(seed + 50, first=90)
    history, other = open_history(), open_history(spool="b")
    for at in range(0, 200, size):
        await history.write(every[at : at + size])
        await other.write([replace(f, now=f.now - 40 * MINUTE) for f in others[at : at + size]])
    for n in range(3, 200, 28):
        moment = await history.moment(every[n].now + SECOND // 2)
        assert moment is not None
        assert as_rows(moment) == as_walked(every, every[n].now)
        assert (moment.now, moment.since) == (every[n].now, every[0].now)


async def test_without_snapshots_a_moment_is_the_same_where_clocks_are_right(
    open_history: OpenHistory, dsn: str
) -> None:
    """As in a history of an earlier version; a server that goes on with it keeps them from then."""
    every = frames(1, 500)
    await open_history().write(every[:400])
    await execute(dsn, "TRUNCATE moments")
    history = open_history()
    await history.write(every[400:])
    for at in (0, 61, 250, 398, 450):
        moment = await history.moment(every[at].now)
        assert moment is not None
        assert moment.readings == every[at].readings
        assert moment.sightings.sampled.tolist() == [f.now for f in every[max(0, at - 2) : at + 1]]


async def test_what_came_since_is_added_to_a_moment_while_it_is_played(
    open_history: OpenHistory,
) -> None:
    history, every = open_history(), alike(a_shift_of_trouble(4))
    await history.write(every)
    moment = await history.moment(every[100].now)
    assert moment is not None
    more = await history.since(moment, every[120].now)
    assert more is not None
    assert more.seq >= every[120].seq
    rows = {row[0] for frame in every[101 : more.seq] for row in frame.readings.rows()}
    assert set(more.readings.point.tolist()) == rows
    assert await history.since(more, every[120].now) is None


async def test_nothing_is_known_before_the_first_frame_and_long_after_the_last_it_is_old(
    open_history: OpenHistory,
) -> None:
    history = open_history()
    assert await history.recorded() is None
    assert await history.moment(START) is None
    await history.write(frames(1, 5))
    assert await history.moment(START) is None
    assert await history.recorded() == (START + SECOND, START + 5 * SECOND)
    moment = await history.moment(START + 3600 * SECOND)
    assert moment is not None
    assert (moment.seq, moment.now) == (5, START + 5 * SECOND)


async def test_a_moment_is_told_in_the_rows_of_its_own_revision_or_of_another(
    open_history: OpenHistory,
) -> None:
    await open_history().write([frame(1), frame(2)])
    old = small_mine()
    later = replace(old, revision=OLD, points=old.points[:0:-1])
    history = open_history(later)
    await history.write([frame(3, revision=OLD, points=2)])
    then = await history.moment(START + 2 * SECOND)
    now = await history.moment(START + 2 * SECOND, rows_of=OLD)
    assert then is not None
    assert now is not None
    assert (then.revision, then.rows_of, now.rows_of) == (REVISION, REVISION, OLD)
    assert then.readings.value.tolist() == [2.0, 2.1, 2.2, 2.3]
    assert [row[:2] for row in now.readings.rows()] == [(0, 2.3), (1, 2.2), (2, 2.1)]
