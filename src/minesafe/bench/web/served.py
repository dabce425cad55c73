"""The web server in a process of its own: the real line from sightings to the wire.

Pipeline, spool, journal, engine, desk, accounts and the web application are those of a server;
what is not there is the database, the broker and the devices: everybody's places come from
`crowd`, in this process, as a source would hand them in.
"""

import asyncio
import multiprocessing
import random
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop

from minesafe.app import BUILT_PAGES
from minesafe.bench.web.crowd import Crowd
from minesafe.clock import MineClock, wall
from minesafe.desk import ControlDesk
from minesafe.embedded.broker import free_port
from minesafe.memory import Memory
from minesafe.model.backlog import Backlog
from minesafe.model.errors import LinkDown, StoreUnavailable
from minesafe.model.frame import Batch
from minesafe.model.mine import Mine
from minesafe.out_tray import OutTray
from minesafe.pipeline import Pipeline
from minesafe.recorder import Recorder
from minesafe.scribe import Scribe
from minesafe.store.accounts import Accounts
from minesafe.store.journal import SqliteJournal
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.thread import DiskThread
from minesafe.vitals import Vital, Vitals
from minesafe.watch import Watch
from minesafe.web.context import Around
from minesafe.web.live import READINGS_S, Hub
from minesafe.web.server import WebServer
from minesafe.web.site import create_app

START_S = 60.0
EACH_S = 1.0
"""Everybody is heard as often, the mine's seconds."""
CROSSED_S = (0.7, 1.2)
"""Real seconds between two steps through the refuge's door, by chance within these."""
KEPT = 100
"""Frames the spool keeps: no database takes them."""
NO_HISTORY = Backlog(0, None, None, 0.0, 0.0, 1 << 40, 0, 0, 0)


@dataclass(frozen=True)
class Usage:
    """What the server has needed and done so far."""

    cpu_s: float
    frames: int
    """Looks at the picture that found it newer: so many were told."""
    pages: int
    evicted: int


@dataclass(frozen=True)
class Served:
    """A server somebody can ask."""

    url: str
    refuge: str
    """The id of the zone one person goes in and out of."""
    wire: Connection

    def usage(self) -> Usage:
        """Up to now."""
        answer: Usage = self._asked("usage")
        return answer

    def crossings(self) -> list[tuple[float, int]]:
        """Wall seconds at which the one crossed the door, and how many were inside then."""
        answer: list[tuple[float, int]] = self._asked("crossings")
        return answer

    def _asked(self, question: str) -> Any:
        self.wire.send(question)
        return self.wire.recv()


@asynccontextmanager
async def served(mine: Mine, data: Path, seed: int, speed: float = 1.0) -> AsyncIterator[Served]:
    """Run one until the context is left.

    Args:
        mine: whose people walk.
        data: an empty directory.
        seed: of their ways.
        speed: seconds of the mine in a real one; pages are told so many times as often.

    Raises:
        LinkDown: it did not start.
    """
    port = free_port("127.0.0.1")
    url = f"http://127.0.0.1:{port}"
    mine = replace(mine, server=replace(mine.server, port=port, public_url=url))
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(mine, data, seed, speed, theirs), name="minesafe"
    )
    await asyncio.to_thread(process.start)
    try:
        theirs.close()
        yield Served(url, await asyncio.to_thread(_begun, ours), ours)
    finally:
        process.terminate()
        await asyncio.to_thread(process.join, 30)


def _begun(wire: Connection) -> str:
    try:
        if wire.poll(START_S):
            refuge: str = wire.recv()
            return refuge
    except EOFError as error:
        raise LinkDown("the bench's server ended while it started") from error
    raise LinkDown("the bench's server did not start")


def serve(mine: Mine, data: Path, seed: int, speed: float, wire: Connection) -> None:
    """The server's process: until SIGTERM."""
    uvloop.run(_serve(mine, data, Crowd(mine, seed), MineClock.since(wall(), speed), wire))


async def _serve(mine: Mine, data: Path, crowd: Crowd, clock: MineClock, wire: Connection) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(15, stop.set)
    async with AsyncExitStack() as stack:
        disk = DiskThread()
        stack.callback(disk.close)
        journal = await disk.run(SqliteJournal, data / "journal.db")
        stack.push_async_callback(disk.run, journal.close)
        spool = await disk.run(SqliteSpool, data / "spool.db", cap_mb=mine.server.spool_mb)
        stack.push_async_callback(disk.run, spool.close)
        pipeline = Pipeline(
            Watch(mine),
            spool=spool,
            snapshots=Snapshots(data / "snapshots"),
            recorder=Recorder(journal, disk),
            disk=disk,
            clock=clock,
        )
        desk = ControlDesk(pipeline, journal.epoch)
        web = await _web(stack, desk, pipeline, data, clock.speed)
        walk = _Walk(crowd, pipeline, clock)
        works = (pipeline.run(), walk.everybody(), walk.one(), _forget(spool, disk, pipeline))
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(work) for work in works]
        _answer(wire, web.hub, walk)
        wire.send(crowd.refuge.id)
        tasks += [asyncio.create_task(web.server.wait()), asyncio.create_task(stop.wait())]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()


@dataclass(frozen=True)
class _Web:
    server: WebServer
    hub: Hub


async def _web(
    stack: AsyncExitStack, desk: ControlDesk, pipeline: Pipeline, data: Path, speed: float
) -> _Web:
    """The web application with everything it asks, and its server."""
    accounts = Accounts(data / "accounts.db", wall)
    stack.callback(accounts.close)
    await asyncio.to_thread(accounts.seed, desk.mine.users)
    scribe = Scribe(lambda: desk.mine, data, desk.now)
    stack.push_async_callback(scribe.close)
    vitals = Vitals(pipeline, OutTray(pipeline), lambda: 0.0, lambda: None, _unwritten)
    hub = Hub(desk, readings_s=READINGS_S / speed)
    site = create_app(
        *(desk, accounts, None, Memory(data, lambda: desk.mine), accounts.secret, BUILT_PAGES),
        reporter=scribe,
        vital=vitals.taken,
        backlog=lambda: NO_HISTORY,
        around=Around(lambda: None, dict, lambda: None, wall),
        hub=hub,
    )
    server = WebServer(site, desk.mine.server.host, desk.mine.server.port)
    await server.start()
    stack.push_async_callback(server.stop)
    return _Web(server, hub)


async def _unwritten(_vital: Vital) -> None:
    """No watchdog looks at a bench."""


async def _forget(spool: SqliteSpool, disk: DiskThread, pipeline: Pipeline) -> None:
    """What a database would have taken."""
    while True:
        await asyncio.sleep(1.0)
        await disk.run(spool.drop_through, pipeline.watch.seq - KEPT)


class _Walk:
    """Hands in where everybody is, as a source does."""

    def __init__(self, crowd: Crowd, pipeline: Pipeline, clock: MineClock) -> None:
        self._crowd, self._pipeline, self._clock = crowd, pipeline, clock
        self.crossings: list[tuple[float, int]] = []

    async def everybody(self) -> None:
        """Each second; who is late is late."""
        due = self._clock.elapsed()
        while True:
            due = max(due + EACH_S, self._clock.elapsed())
            await self._clock.sleep(due - self._clock.elapsed())
            self._crowd.walk(EACH_S)
            await self._hear(self._crowd.all(self._clock.now()))

    async def one(self) -> None:
        """Through the door, now and then."""
        chance = random.Random(1)  # noqa: S311  jitter against the sweep, no secret
        while True:
            await asyncio.sleep(chance.uniform(*CROSSED_S))
            batch = self._crowd.one(self._clock.now())
            self.crossings.append((time.time(), int(self._crowd.inside)))
            await self._hear(batch)

    async def _hear(self, batch: Batch) -> None:
        """A frame that a slow disk refuses is judged and shown all the same."""
        with suppress(StoreUnavailable):
            await self._pipeline.hear(batch)


def _answer(wire: Connection, hub: Hub, walk: _Walk) -> None:
    """Answer each question in the loop."""

    def usage() -> Usage:
        spent = resource.getrusage(resource.RUSAGE_SELF)
        return Usage(spent.ru_utime + spent.ru_stime, hub.frames_seen, hub.pages, hub.evicted)

    answers: dict[str, Callable[[], object]] = {
        "usage": usage,
        "crossings": lambda: walk.crossings,
    }

    def answer() -> None:
        wire.send(answers[wire.recv()]())

    asyncio.get_running_loop().add_reader(wire.fileno(), answer)
