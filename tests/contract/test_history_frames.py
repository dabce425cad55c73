"""What is read again is what was judged: frame by frame, row by row, to the byte."""

from collections.abc import Callable, Collection, Sequence

import pytest
from small_mine import REVISION
from store_samples import START, a_shift_of_trouble, frame, frames

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND
from minesafe.store import past
from minesafe.store.history import PostgresHistory

MINUTE = 60 * SECOND
EVER = (0, 1 << 62)

OpenHistory = Callable[..., PostgresHistory]


@pytest.fixture
def dsn(either_dsn: str) -> str:
    return either_dsn


async def read(
    history: PostgresHistory,
    start: int = EVER[0],
    end: int = EVER[1],
    points: Collection[int] | None = None,
) -> list[Frame]:
    return [frame async for frame in history.frames(start, end, points=points)]


def as_bytes(every: Sequence[Frame]) -> list[bytes]:
    return [frame.to_bytes() for frame in every]


@pytest.mark.parametrize(("seed", "size"), [(1, 200), (2, 17)])
async def test_frames_come_back_to_the_byte_late_rows_and_sweeps_among_them(
    open_history: OpenHistory, monkeypatch: pytest.MonkeyPatch, seed: int, size: int
) -> None:
    """Beside another data directory that writes into the same minutes."""
    monkeypatch.setattr(past, "PAGE_ROWS", 90)
    every, others = a_shift_of_trouble(seed), a_shift_of_trouble(seed + 50, first=90)
    history, other = open_history(), open_history(spool="b")
    for at in range(0, 200, size):
        await history.write(every[at : at + size])
        await other.write(others[at : at + size])
    assert as_bytes(await read(history)) == as_bytes(every)
    assert as_bytes(await read(other)) == as_bytes(others)
    low, high = START + 4 * MINUTE, START + 7 * MINUTE
    inside = [frame for frame in every if low <= frame.now < high]
    assert as_bytes(await read(history, low, high)) == as_bytes(inside)


async def test_of_some_points_only_their_readings_come_and_no_frame_turns_into_a_sweep(
    open_history: OpenHistory,
) -> None:
    every = [*frames(1, 150), Frame(151, START + 200 * SECOND, REVISION, *nothing())]
    history = open_history()
    await history.write(every)
    found = await read(history, points=[2])
    assert [frame.readings.rows() for frame in found[:150]] == [
        frame.readings.rows()[2:3] for frame in every[:150]
    ]
    assert not any(len(frame.sightings) for frame in found)
    alone = await read(history, points=[])
    assert [frame.is_sweep for frame in alone] == [frame.is_sweep for frame in every]


def nothing() -> tuple[Readings, Sightings]:
    return Readings.none(), Sightings.none()


async def test_what_was_never_stored_is_no_frame(open_history: OpenHistory) -> None:
    history = open_history()
    assert await read(history) == []
    await history.write([frame(3), frame(9)])
    assert [f.seq for f in await read(history)] == [3, 9]
    assert await read(history, START + 10 * SECOND, EVER[1]) == []
    assert [f.seq for f in await read(history, START + 4 * SECOND, START + 10 * SECOND)] == [9]
