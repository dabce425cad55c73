"""The line on real files, its clock turned by hand: pipeline, recorder, journal, spool, snapshots.

Nothing runs by itself: `passes` lets a second go by in one turn of the loop, with what the mine
shows at that moment. A copy of the folder between two turns is what kill -9 would have left.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fakes import HandClock
from story import START, Story, story_mine

from minesafe.desk import ControlDesk
from minesafe.model.commands import Command
from minesafe.model.events import AnyBody, Body, Event, Noted, ReceiptStatus
from minesafe.model.frame import Batch
from minesafe.model.mine import Mine
from minesafe.model.order import Order
from minesafe.model.time import SECOND
from minesafe.notify.receipt import noted
from minesafe.out_tray import OutTray
from minesafe.pipeline import Pipeline
from minesafe.ports import Journal
from minesafe.recorder import Recorder
from minesafe.store.following import JournalReader
from minesafe.store.journal import SqliteJournal
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.watch import Watch

B = TypeVar("B", bound=Body)

POINTS = ("CH4", "CH4-SLOW", "WIND", "FAN")


@dataclass
class Line:
    """One server's line, and what the mine shows it."""

    mine: Mine
    clock: HandClock
    disk: DiskThread
    journal: SqliteJournal
    spool: SqliteSpool
    recorder: Recorder
    pipeline: Pipeline
    shown: Story
    """Only what the mine shows: where people are and what points read."""
    told: Counter[str] = field(default_factory=Counter)
    """How often each command was handed over."""

    @property
    def desk(self) -> ControlDesk:
        return ControlDesk(self.pipeline, self.journal.epoch)

    @property
    def outbox(self) -> OutTray:
        return OutTray(self.pipeline)

    @property
    def order(self) -> Order:
        return max(self.pipeline.watch.evacuation.orders.all(), key=lambda o: o.number)

    async def all_is_well(self) -> None:
        """P1 at the face, P4 (the leader) near the portal, every point at 0.5."""
        self.shown.at("P1", "A", 70)
        self.shown.at("P4", "A", 20)
        for point in POINTS:
            self.shown.reads(point, 0.5)
        await self.passes(2)

    async def passes(self, seconds: int = 1) -> None:
        """Each second every point and tag reports once, and the loop turns once."""
        for _ in range(seconds):
            self.clock.turn(1)
            await self.hears(self.batch())

    async def hears(self, *batches: Batch) -> list[BaseException | None]:
        """One turn of the loop over these; what each sender was answered."""
        senders = [asyncio.ensure_future(self.pipeline.hear(b)) for b in batches]
        await asyncio.sleep(0)
        await self.pipeline._turn()
        await self.settled()
        return list(await asyncio.gather(*senders, return_exceptions=True))

    async def settled(self) -> None:
        """Findings that were reported on the way are written."""
        while self.pipeline._reports:
            await asyncio.gather(*self.pipeline._reports)

    async def written(self) -> None:
        """Nothing waits in memory any more for a disk that took longer than the recorder waits."""
        await self.settled()
        while self.pipeline.recorder._in_memory:
            await self.pipeline.recorder.retry()
            await asyncio.sleep(0.01)

    def batch(self) -> Batch:
        """What the mine shows now."""
        self.shown.second = (self.clock.now() - START) / SECOND
        return Batch(self.shown.readings(), self.shown.sightings())

    async def couriers(self, *channels: str) -> None:
        """Hand over what waits: phones take messages, horns sound, other channels fail."""
        for command, attempts in await self.outbox.pending():
            if not channels or command.channel in channels:
                await self.outbox.sending(command.key, attempts + 1)
                self.told[command.key] += 1
                await self.outbox.receipt(came_of(command))

    def events(self) -> list[Event]:
        """The journal, read as another process would."""
        with closing(JournalReader(self.journal.path)) as reader:
            return reader.read(0, 1_000_000)

    def bodies(self, *kinds: type[B]) -> list[B]:
        """Of these kinds; of every kind without one."""
        return [e.body for e in self.events() if isinstance(e.body, kinds or Body)]  # type: ignore[misc]  # kinds or all


def came_of(command: Command) -> Noted:
    """What a channel of the tests answers."""
    if command.channel in ("sms", "horn", "console"):
        return noted(command, ReceiptStatus.ACCEPTED, attempt=1)
    return noted(command, ReceiptStatus.FAILED, attempt=1, detail="no_such_channel", final=True)


def as_it_is(journal: Journal) -> Journal:
    return journal


@asynccontextmanager
async def line(
    folder: Path,
    *,
    mine: Mine | None = None,
    clock: HandClock | None = None,
    shown: Story | None = None,
    wrap: Callable[[Journal], Journal] = as_it_is,
    cap_mb: int = 64,
) -> AsyncIterator[Line]:
    """Open the files, take up where they leave off, and close them at the end.

    `wrap` stands between recorder and journal, for a disk with a will of its own.
    """
    mine = mine or story_mine()
    clock = clock or HandClock(START)
    disk = DiskThread()
    journal = await disk.run(SqliteJournal, folder / "journal.db", ballast_mb=0)
    spool = await disk.run(
        SqliteSpool, folder / "spool.db", cap_mb=cap_mb, ballast_mb=0, reserve_mb=0
    )
    recorder = Recorder(wrap(journal), disk)
    pipeline = Pipeline(
        Watch(mine),
        spool=spool,
        snapshots=Snapshots(folder / "snapshots"),
        recorder=recorder,
        disk=disk,
        clock=clock,
        folds=Snapshots(folder / "folds"),
    )
    try:
        await pipeline.recover(journal)
        yield Line(mine, clock, disk, journal, spool, recorder, pipeline, shown or Story(mine))
    finally:
        await asyncio.gather(*pipeline._reports, return_exceptions=True)
        await disk.run(journal.close)
        await disk.run(spool.close)
        disk.close()


def left_by_kill_nine(folder: Path, copy: Path) -> Path:
    """A copy of the files as they are this moment, never closed."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*-shm"))
    return copy


def kinds(bodies: Sequence[AnyBody]) -> list[str]:
    return [str(b.__struct_config__.tag) for b in bodies]
