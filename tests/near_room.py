"""A control room near at hand: the real line and the real server, in a thread beside a browser.

Engine, alarms, orders, journal and pages are those of a mine; what devices would say is what a test
lets the mine show. Each second of the wall is one of the mine, and a test may let an hour pass at
once. A demo in a process of its own costs ten times as much, and shows only what it plays.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from control_room import STATIC
from fakes import HandClock
from line_on_disk import Line, line
from story import Story
from tcp_peer import tcp_peer
from web_reporter import PlainReporter
from web_site import AROUND, SECRET, book_of, caught_up, well

from minesafe.clock import wall
from minesafe.memory import Memory
from minesafe.model.machine import Machine
from minesafe.model.mine import Mine
from minesafe.model.order import Order
from minesafe.model.signing import link_token
from minesafe.model.time import SECOND, Micros
from minesafe.proof import Proven
from minesafe.store.accounts import Accounts
from minesafe.web.context import Around
from minesafe.web.server import WebServer
from minesafe.web.site import Site, create_app

A = TypeVar("A")

WITHIN_S = 30.0
"""For anything a test asks of the room."""

STEP_S = 15.0
"""Of time that passes at once: nothing is silent for so long, and nobody out of contact."""

CALM = {
    **dict.fromkeys(("CH4-T0", "CH4-T1", "CH4-T2", "CH4-H1", "CH4-H2", "CH4-MR"), 0.31),
    **{"FAN-MAIN": 1.0, "FAN-LOCAL": 1.0, "FEED-1201": 1.0, "CO-01": 4.0, "CO-02": 3.0},
    **{"WIND-01": 1.4, "NP-01": 1800.0, "TEMP-01": 23.0, "SMOKE-01": 0.0, "O2-01": 20.8},
    **{"CO2-01": 0.06, "AIR-01": 0.62, "WATER-01": 0.8, "BC-01": 1.0},
}
"""What the points of the first mine show while all is well."""

PLACES = {"P03": ("W01", 60.0), "P04": ("W01", 80.0), "P09": ("H01", 200.0), "P01": ("A03", 60.0)}
"""Where four people of the first mine are; nobody else has gone in."""


@dataclass
class NearRoom:
    """What a test does to the mine, and where its pages are."""

    url: str
    passwords: dict[str, str]
    line: Line
    accounts: Accounts
    loop: asyncio.AbstractEventLoop
    let_pass_s: float = 0.0
    """What a test let pass at once: so far the mine is ahead of the wall."""

    def does(self, work: Callable[[], Coroutine[Any, Any, A]]) -> A:
        """Something of the room's own loop, and what came of it."""
        return done(self.loop, work())

    def shows(self, **values: float) -> None:
        """From the next second on these points show this; `_` in a name stands for `-`."""
        for point, value in values.items():
            self.line.shown.reads(point.replace("_", "-"), value)
        self.does(self.second)

    async def second(self) -> None:
        """What has passed on the wall passes here; what was to be told is told."""
        clock = self.line.clock
        clock.turn((wall() - clock.now()) / SECOND + self.let_pass_s)
        await self.line.hears(self.line.batch())
        await self.line.couriers("sms", "horn", "console")

    def passes(self, seconds: float) -> None:
        """So much at once, and everything is heard of meanwhile."""

        async def work() -> None:
            for _ in range(round(seconds / STEP_S)):
                self.let_pass_s += STEP_S
                await self.second()

        self.does(work)

    @property
    def order(self) -> Order:
        """The newest."""
        return self.line.order

    def link(self, person: str) -> str:
        """The address in the message to somebody who is asked about the newest order."""
        return f"{self.url}/a/{link_token(SECRET, self.order.order, person)}"


@dataclass
class Wire:
    """Between pages and their server.

    Once mute it carries nothing and closes nothing, as a switch without power does; what is opened
    after it was mended is carried again.
    """

    target: int
    url: str = ""
    passwords: dict[str, str] = field(default_factory=dict)
    mute: bool = False
    _cut: int = 0

    def goes_mute(self) -> None:
        self.mute = True
        self._cut += 1

    def is_mended(self) -> None:
        self.mute = False

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, both ways."""
        far, on = await asyncio.open_connection("127.0.0.1", self.target)
        born = -1 if self.mute else self._cut
        try:
            await asyncio.gather(self._pass(near, on, born), self._pass(far, back, born))
        finally:
            on.close()

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, born: int
    ) -> None:
        while data := await source.read(65_536):
            if born == self._cut:
                sink.write(data)
                await sink.drain()


@contextmanager
def wire_to(room: NearRoom) -> Iterator[Wire]:
    """Another address of the same pages, until the context is left."""
    stack = AsyncExitStack()
    wire = Wire(urlsplit(room.url).port or 0, passwords=room.passwords)
    port = room.does(lambda: stack.enter_async_context(tcp_peer(wire.carry)))
    wire.url = f"http://127.0.0.1:{port}"
    try:
        yield wire
    finally:
        room.does(stack.aclose)


def done(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, A]) -> A:
    """What came of it in a loop of another thread."""
    return asyncio.run_coroutine_threadsafe(work, loop).result(WITHIN_S)


@contextmanager
def near_room(mine: Mine, folder: Path) -> Iterator[NearRoom]:
    """A room whose mine is well, until the context is left."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="near room")
    thread.start()
    stack = AsyncExitStack()
    try:
        yield done(loop, _opened(mine, folder, stack, loop))
    finally:
        done(loop, stack.aclose())
        done(loop, _emptied())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WITHIN_S)
        loop.close()


async def _emptied() -> None:
    """Nothing is left to a loop that ends: a transport that was closed goes in its next rounds."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for _ in range(3):
        await asyncio.sleep(0)


async def _opened(
    mine: Mine, folder: Path, stack: AsyncExitStack, loop: asyncio.AbstractEventLoop
) -> NearRoom:
    mine = replace(mine, demo=False)  # nothing of it plays scenarios
    shown = Story(mine)
    here = await stack.enter_async_context(
        line(folder, mine=mine, clock=HandClock(wall()), shown=shown)
    )
    for point, value in CALM.items():
        shown.reads(point, value)
    for person, (roadway, chainage) in PLACES.items():
        shown.at(person, roadway, chainage)
    accounts = Accounts(_users_book(mine, folder), wall)
    stack.callback(accounts.close)
    server = WebServer(_app(here, accounts, folder), "127.0.0.1", 0)
    await server.start()
    stack.push_async_callback(server.stop)
    passwords = {u.name: u.demo_password for u in mine.users}
    room = NearRoom(f"http://127.0.0.1:{server.port}", passwords, here, accounts, loop)
    await room.second()
    living = loop.create_task(_lives(room))
    stack.push_async_callback(_ends, living)
    return room


def _users_book(mine: Mine, folder: Path) -> Path:
    path = folder / "accounts.db"
    path.write_bytes(book_of(mine.users))
    return path


def _around(now: Callable[[], Micros]) -> Around:
    """A server whose last proof was twelve seconds ago, on a machine that is well."""
    return replace(
        AROUND,
        proven=lambda: Proven(now() - 12 * SECOND, 0.08),
        machine=lambda: Machine(now(), True, False, None, ()),
        wall=now,
    )


def _app(here: Line, accounts: Accounts, folder: Path) -> Site:
    return create_app(
        *(here.desk, accounts, None, Memory(folder, lambda: here.mine), SECRET, STATIC),
        reporter=PlainReporter(),
        vital=well,
        backlog=caught_up,
        around=_around(here.clock.now),
        recheck_s=1.0,
    )


async def _lives(room: NearRoom) -> None:
    while True:
        await asyncio.sleep(1.0)
        await room.second()


async def _ends(living: "asyncio.Task[None]") -> None:
    living.cancel()
    with suppress(asyncio.CancelledError):
        await living
