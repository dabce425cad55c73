"""The pipeline's time: the clock's, never back, and never ahead because much is done."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes import HandClock
from small_mine import small_mine

from minesafe.model.events import ServerStopped
from minesafe.model.time import SECOND
from minesafe.pipeline import Pipeline
from minesafe.recorder import Recorder
from minesafe.store.journal import SqliteJournal
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.watch import Watch


class SteppedClock(HandClock):
    """A wall clock somebody can set, over seconds that nobody can."""

    off = 0

    def now(self) -> int:
        return super().now() + self.off

    def elapsed(self) -> float:
        return super().now() / SECOND


@pytest.fixture
async def pipeline(tmp_path: Path) -> AsyncIterator[Pipeline]:
    disk = DiskThread()
    journal = await disk.run(SqliteJournal, tmp_path / "journal.db")
    spool = await disk.run(SqliteSpool, tmp_path / "spool.db", cap_mb=16)
    yield Pipeline(
        Watch(small_mine()),
        spool=spool,
        snapshots=Snapshots(tmp_path / "snapshots"),
        recorder=Recorder(journal, disk),
        disk=disk,
        clock=SteppedClock(),
    )
    await disk.run(spool.close)
    await disk.run(journal.close)
    disk.close()


def clock_of(pipeline: Pipeline) -> SteppedClock:
    clock = pipeline._clock
    assert isinstance(clock, SteppedClock)
    return clock


async def test_acts_before_the_next_frame_do_not_hurry_the_time(pipeline: Pipeline) -> None:
    clock_of(pipeline).turn(3)
    for _ in range(20):
        await pipeline.act(lambda _now: [ServerStopped(epoch=1)])
    assert pipeline.now() == clock_of(pipeline).now()


async def test_a_clock_set_back_slows_the_time_and_does_not_stop_it(pipeline: Pipeline) -> None:
    clock = clock_of(pipeline)
    await pipeline._turn()
    before = pipeline.now()
    clock.off = -60 * SECOND
    clock.turn(10)
    assert before + 8 * SECOND <= pipeline.now() < before + 10 * SECOND
    for _ in range(20):
        await pipeline.act(lambda _now: [ServerStopped(epoch=1)])
    assert pipeline.now() < before + 10 * SECOND
