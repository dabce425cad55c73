"""A disk that does not answer at all: nobody waits for it, and it is told nothing twice."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from line_on_disk import Line, line

from minesafe.model.errors import DiskHangs, StoreUnavailable
from minesafe.model.events import (
    AlarmMoved,
    Event,
    FindingBegan,
    FindingEnded,
    FindingKind,
    Noted,
    OrderIssued,
    Origin,
)
from minesafe.ports import Journal
from minesafe.recorder import PATIENCE_S
from minesafe.store.chain import verify
from minesafe.store.thread import DiskThread


class Slow:
    """A journal whose writes end when `answers` is set."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()
        self.journal: Journal

    def __call__(self, journal: Journal) -> Journal:
        self.journal = journal
        return self  # type: ignore[return-value]  # passes everything else on

    def append(self, *bodies: Any, **more: Any) -> list[Event]:
        self.answers.wait()
        return self.journal.append(*bodies, **more)

    def receipt(self, noted: Noted, *, now: int) -> Event:
        self.answers.wait()
        return self.journal.receipt(noted, now=now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.journal, name)


@asynccontextmanager
async def mine_on(disk: Slow, folder: Path) -> AsyncIterator[Line]:
    async with line(folder, wrap=disk) as mine:
        try:
            yield mine
        finally:
            disk.answers.set()


async def test_a_disk_that_hangs_stands_between_nobody_and_the_siren(tmp_path: Path) -> None:
    disk, screens = Slow(), list[str]()
    async with mine_on(disk, tmp_path) as mine:
        await mine.all_is_well()
        mine.desk.on_events(lambda _: screens.append(mine.order.order))
        disk.answers.clear()
        mine.shown.reads("CH4", 1.7)
        async with asyncio.timeout(3 * PATIENCE_S):
            await mine.passes()
            await mine.couriers()
        assert screens
        assert {key.split("/")[2] for key in mine.told} >= {"HORN", "P4", "DESK"}

        async with asyncio.timeout(PATIENCE_S):  # once it is known to hang, nobody waits at all
            for _ in range(5):
                await mine.couriers()
                await mine.passes()
            await mine.desk.acknowledge_order(mine.order.order, "P4", Origin.LINK)
        assert mine.order.acknowledged_by == "P4"
        assert set(mine.told.values()) == {1}


async def test_once_it_answers_everything_is_recorded_once_and_nobody_told_again(
    tmp_path: Path,
) -> None:
    disk = Slow()
    async with mine_on(disk, tmp_path) as mine:
        await mine.all_is_well()
        disk.answers.clear()
        mine.shown.reads("CH4", 1.7)
        for _ in range(3):
            await mine.passes()
            await mine.couriers()
        disk.answers.set()
        await mine.disk.run(lambda: None)  # behind whatever it still had to answer
        await mine.passes(3)
        await mine.couriers()
        assert len(mine.bodies(OrderIssued)) == 1
        raised = [b for b in mine.bodies(AlarmMoved) if b.subject == "CH4"]
        assert len(raised) == len({(b.episode, b.move) for b in raised})
        assert set(mine.told.values()) == {1}
        assert await mine.outbox.pending() == []
        assert verify(tmp_path / "journal.db") == len(mine.events())
        hung = [b for b in mine.bodies(FindingBegan, FindingEnded) if b.subject == "journal"]
        assert [b.finding for b in hung] == [FindingKind.DISK_HANGS] * 2


async def test_a_sender_is_told_to_keep_its_own_while_the_spool_hangs(tmp_path: Path) -> None:
    """The frame is judged all the same, and written when the disk comes round."""
    disk, hold = Slow(), threading.Event()
    async with mine_on(disk, tmp_path) as mine:
        await mine.all_is_well()
        seq = mine.pipeline.watch.seq
        stuck = asyncio.ensure_future(mine.disk.run(hold.wait))
        mine.shown.reads("CH4", 1.7)
        mine.clock.turn(1)
        try:
            (answer,) = await mine.hears(mine.batch())
            assert isinstance(answer, StoreUnavailable)
            assert mine.order.subject == "CH4"
        finally:
            hold.set()
        await stuck
        await mine.disk.run(lambda: None)  # behind what it still had to answer
        await mine.passes(2)
        stored = await mine.disk.run(mine.spool.after, seq, 100)
        assert [frame.seq for frame in stored] == [seq + 1, seq + 2, seq + 3]


async def test_a_disk_that_hangs_is_asked_one_thing_and_no_more() -> None:
    disk, hold, asked = DiskThread(), threading.Event(), list[int]()
    patience, pending = 0.02, list[bool]()
    for number in range(100):
        with pytest.raises(DiskHangs) as hangs:
            await disk.within(patience, lambda n=number: (asked.append(n), hold.wait()))
        pending.append(hangs.value.call is not None)
    assert pending == [True] + [False] * 99
    hold.set()
    await disk.run(lambda: None)
    assert asked == [0]
    assert await disk.within(patience, lambda: "well again") == "well again"
    disk.close()
