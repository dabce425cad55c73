"""The alarm book in a storm: ten thousand alarms in one second, on disk, with a page open.

Everything but the sensors is real: spool, engine, book, journal and the live wire's hub on one
loop. The obvious alternative writes each alarm for itself, in a transaction of its own.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
import uvloop

from minesafe.alarms import AlarmBody, Book
from minesafe.clock import WallClock
from minesafe.config import load, shipped
from minesafe.desk import ControlDesk
from minesafe.model.events import AlarmMoved, Event
from minesafe.model.frame import Batch, Readings, Sightings
from minesafe.model.mine import Limits, Mine
from minesafe.model.verdict import Condition, Transitions, Verdict
from minesafe.pipeline import Pipeline
from minesafe.recorder import Outcome, Recorder
from minesafe.store.journal import SqliteJournal
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.watch import Watch
from minesafe.web.client import Client
from minesafe.web.live import Hub

ALARMS = 10_000
ONE_BY_ONE = 500
"""So many of them are written each for itself; the rest would only take longer."""

LOOK_S = 0.005
"""How often the loop is asked whether it lets others run."""

SETTLE_S = 2.0
"""After the first samples, until they are judged."""

WELL, OVER = 0.2, 1.2
LIMITS = Limits(alarm_high=1.0, restore_high=1.0)


def run(seed: int) -> dict[str, float]:
    """Measure.

    Returns:
        `book_transitions_per_s` of the process's own time, from the samples' receipt to every alarm
        on disk; `book_lost`, alarms the journal, or a book made of it, does not hold; by the
        clock, whoever else is on the machine: `book_on_disk_ms`, `book_page_ms` until the page
        has all of them, and `book_loop_ms`, the longest the loop kept everything else waiting;
        `book_cpu_ms`, what all of it cost; `book_vs_one_by_one`, how many times faster by the
        clock than a transaction for each.
    """
    return uvloop.run(_measure(seed))


@dataclass(frozen=True)
class _Spent:
    """A moment: by the clock, and by what the processor has done for this process, seconds."""

    clock_s: float
    own_s: float

    @classmethod
    def now(cls) -> Self:
        return cls(time.perf_counter(), time.process_time())

    def since(self, begin: "_Spent") -> "_Spent":
        return _Spent(self.clock_s - begin.clock_s, self.own_s - begin.own_s)


@dataclass
class _Room:
    """A server's line on disk, and one open page."""

    mine: Mine
    journal: SqliteJournal
    disk: DiskThread
    pipeline: Pipeline
    hub: Hub
    page: Client

    async def hears(self, values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> None:
        """One sample of every point, in one batch."""
        now = np.full(len(values), self.pipeline.now())
        rows = np.arange(len(values))
        told = Readings(rows, values, np.zeros(len(values)), now, now)
        await self.pipeline.hear(Batch(told, Sightings.none()))

    def written(self, moves: int) -> "asyncio.Future[_Spent]":
        """When so many moves of alarms are on disk from now on."""
        done: asyncio.Future[_Spent] = asyncio.get_running_loop().create_future()
        seen = 0

        def count(events: Sequence[Event]) -> None:
            nonlocal seen
            seen += sum(isinstance(event.body, AlarmMoved) for event in events)
            if seen >= moves and not done.done():
                done.set_result(_Spent.now())

        self.pipeline.recorder.on_events(count)
        return done


@dataclass
class _Lag:
    """How long the loop lets others wait."""

    longest_s: float = 0.0
    task: "asyncio.Task[None]" = field(init=False)

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LOOK_S)
            self.longest_s = max(self.longest_s, time.perf_counter() - before - LOOK_S)


async def _measure(seed: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="minesafe-bench-") as folder:
        async with _room(_wide(load(shipped("demo"))), Path(folder)) as room:
            random = np.random.default_rng(seed)
            await room.hears(random.uniform(0.1, WELL, ALARMS))
            await asyncio.sleep(SETTLE_S)
            lag, written = _Lag(), room.written(ALARMS)
            lag.task = asyncio.create_task(lag.watch())
            began = _Spent.now()
            await room.hears(random.uniform(OVER, 2 * OVER, ALARMS))
            on_disk = (await written).since(began)
            await _shown(room.page)
            shown = _Spent.now().since(began)
            lag.task.cancel()
            lost = await room.disk.run(_lost, room)
            slow = await _one_by_one(room)
    return {
        "book_transitions_per_s": round(ALARMS / on_disk.own_s),
        "book_lost": lost,
        "book_on_disk_ms": round(on_disk.clock_s * 1000),
        "book_page_ms": round(shown.clock_s * 1000),
        "book_cpu_ms": round(shown.own_s * 1000),
        "book_loop_ms": round(lag.longest_s * 1000),
        "book_vs_one_by_one": round(slow * ALARMS / on_disk.clock_s, 1),
    }


def _wide(mine: Mine) -> Mine:
    """Ten thousand points of one kind that stop nobody's work."""
    like = next(p for p in mine.points if p.kind == "methane")
    points = (replace(like, id=f"P{i}", rule=None, limits=LIMITS) for i in range(ALARMS))
    return replace(mine, points=tuple(points), windows=(), logic=())


@asynccontextmanager
async def _room(mine: Mine, folder: Path) -> AsyncIterator[_Room]:
    disk, clock = DiskThread(), WallClock()
    journal = await disk.run(SqliteJournal, folder / "journal.db")
    spool = await disk.run(partial(SqliteSpool, folder / "spool.db", cap_mb=256))
    pipeline = Pipeline(
        Watch(mine),
        spool=spool,
        snapshots=Snapshots(folder / "snapshots"),
        recorder=Recorder(journal, disk),
        disk=disk,
        clock=clock,
    )
    hub = Hub(ControlDesk(pipeline, journal.epoch))
    page = hub.join("bench")
    assert page is not None
    tasks = [asyncio.create_task(pipeline.run()), asyncio.create_task(hub.run())]
    try:
        yield _Room(mine, journal, disk, pipeline, hub, page)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await disk.run(journal.close)
        await disk.run(spool.close)
        disk.close()


async def _shown(page: Client) -> None:
    """Until all of them wait to be sent to the page."""
    while sum(str(body).count('"episode"') for body in page.urgent) < ALARMS:
        page.something.clear()
        await page.something.wait()


def _lost(room: _Room) -> int:
    """What neither the journal nor a book made of it knows of."""
    again = Book(room.mine)
    moves = 0
    for event in room.journal.read(0, 10 * ALARMS):
        if isinstance(event.body, AlarmBody):
            moves += isinstance(event.body, AlarmMoved)
            again.apply(event.body, event.valid)
    held = {alarm.subject for alarm in again.alarms()}
    return ALARMS - min(moves, sum(p.id in held for p in room.mine.points))


async def _one_by_one(room: _Room) -> float:
    """Seconds for one alarm that is decided and written for itself."""
    book, picture = Book(room.mine), room.pipeline.watch.picture()
    recorder = Recorder(room.journal, room.disk)
    began = time.perf_counter()
    for row in range(ONE_BY_ONE):
        risen = (int(Condition.ALARM_HIGH), row, -1, True, OVER, picture.now)
        outcome = Outcome(picture.now)
        for move, at in book.decide(Verdict(1, picture.now, Transitions.of([risen])), picture):
            outcome.add(move, at)
        await recorder.write(outcome)
    return (time.perf_counter() - began) / ONE_BY_ONE
