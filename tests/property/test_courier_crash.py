"""The courier dies at any step, any number of times: a plain count of who is told, and how often.

The outbox is the real journal on disk. Each look at it, mark, hand-over and receipt is a step at
which the server may die; what a channel was given before that has been given.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fakes import FindingBook, HandClock
from hypothesis import given, settings
from hypothesis import strategies as st
from notify_mine import horn, sms

from minesafe.model.commands import Command
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.notify.deliver import Courier
from minesafe.notify.receipt import noted
from minesafe.store.journal import SqliteJournal

COMMANDS: tuple[Command, ...] = (sms("P1"), sms("P2", phone="13800000002"), horn("H1"))


class World:
    """What outlives a server: its disk, and what people were told."""

    def __init__(self, path: Path, deaths: Sequence[int], refusals: Sequence[int]) -> None:
        self.path = path
        self.told: Counter[str] = Counter()
        self.uncertain: Counter[str] = Counter()
        """Hand-overs after which the server died before it knew of them on disk."""
        self._deaths = list(deaths)
        self._refusals = set(refusals)
        self._steps = 0
        self._attempts = 0
        self.dead = asyncio.Event()
        self.done = asyncio.Event()

    async def step(self) -> None:
        """One more step; at some the server dies, and nothing after it happens."""
        self._steps += 1
        if self._deaths and self._steps >= self._deaths[0]:
            self._deaths.pop(0)
            self._steps = 0
            self.dead.set()
        if self.dead.is_set():
            await asyncio.Event().wait()

    def refuses(self) -> bool:
        """Whether the carrier takes this one."""
        self._attempts += 1
        return self._attempts in self._refusals


class Server:
    """One life of the courier: its outbox, and its only channel under two names."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = SqliteJournal(world.path)
        self._news = asyncio.Event()

    async def pending(self) -> list[tuple[Command, int]]:
        await self.world.step()
        return self.journal.pending()

    async def sending(self, key: str, attempt: int) -> None:
        await self.world.step()
        self.journal.sending(key, attempt)
        await self.world.step()

    async def receipt(self, came: Noted) -> None:
        await self.world.step()
        self.journal.receipt(came, now=1)
        if came.status is not ReceiptStatus.FAILED:
            self.world.uncertain[came.key] -= 1
        if not self.journal.pending():
            self.world.done.set()
        await self.world.step()

    async def by_carrier_id(self, _channel: str, _carrier_id: str) -> Command | None:
        return None

    async def wait(self) -> None:
        await self._news.wait()


class Line:
    """Tells, or refuses."""

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self._world = world

    async def deliver(self, command: Command, attempt: int) -> Noted:
        if self._world.refuses():
            return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail="link_down")
        self._world.told[command.key] += 1
        self._world.uncertain[command.key] += 1
        await self._world.step()
        return noted(command, ReceiptStatus.ACCEPTED, attempt=attempt)


async def until_all_are_told(world: World) -> None:
    """One server after the other, each until it dies."""
    first = SqliteJournal(world.path)
    first.append([], now=1, commands=COMMANDS)
    first.close()
    while not world.done.is_set():
        world.dead.clear()
        server, clock = Server(world), HandClock()
        lines = [Line(name, world) for name in ("sms", "horn")]
        life = asyncio.create_task(Courier(server, lines, clock, FindingBook(), {}.get).run())
        for _ in range(400):
            await asyncio.sleep(0)
            clock.turn(1.0)
            if world.dead.is_set() or world.done.is_set():
                break
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        server.journal.close()


@given(
    deaths=st.lists(st.integers(1, 14), max_size=6),
    refusals=st.lists(st.integers(1, 8), max_size=4),
)
@settings(deadline=None, max_examples=12)
def test_everybody_is_told_and_twice_only_where_the_server_died_before_it_knew(
    deaths: list[int], refusals: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "journal.db", deaths, refusals)
        asyncio.run(asyncio.wait_for(until_all_are_told(world), 60))
    for command in COMMANDS:
        times = world.told[command.key]
        assert times >= 1, "nobody is left out"
        assert times == 1 + world.uncertain[command.key], "twice only in doubt"
