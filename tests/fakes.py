"""Fakes, one per port, named for what they are."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from minesafe.model.commands import Command
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import CardsRead, FindingKind, Noted, ReceiptStatus
from minesafe.model.frame import Batch
from minesafe.model.time import SECOND, Micros


class HandClock:
    """A clock turned by hand. Sleepers wake when the hand passes their time."""

    def __init__(self, start: Micros = 1_764_000_000 * SECOND) -> None:
        self._now = start
        self._set_back: Micros = 0
        self._sleepers: list[tuple[Micros, asyncio.Future[None]]] = []

    def now(self) -> Micros:
        return self._now - self._set_back

    def elapsed(self) -> float:
        return self._now / SECOND

    def set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock back; what `elapsed` counts goes on. Negative: forward."""
        self._set_back += int(seconds * SECOND)

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + int(seconds * SECOND), future))
        await future

    def turn(self, seconds: float) -> None:
        """Move the hand forward and wake whoever was due."""
        self._now += int(seconds * SECOND)
        due = [s for s in self._sleepers if s[0] <= self._now]
        self._sleepers = [s for s in self._sleepers if s[0] > self._now]
        for _, future in sorted(due, key=lambda s: s[0]):
            if not future.done():
                future.set_result(None)


@dataclass
class FindingBook:
    """Remembers what is wrong now and everything that ever began."""

    now: dict[tuple[FindingKind, str], str] = field(default_factory=dict)
    began_ever: list[tuple[FindingKind, str, str]] = field(default_factory=list)
    repeats: int = 0

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        if (kind, subject) not in self.now:
            self.began_ever.append((kind, subject, detail))
        self.now[kind, subject] = detail

    def ended(self, kind: FindingKind, subject: str) -> None:
        self.now.pop((kind, subject), None)

    def repeated(self, messages: int = 1) -> None:
        self.repeats += messages


@dataclass
class Inbox:
    """An intake that keeps every batch; `gate` cleared means the disk is slow."""

    batches: list[Batch] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def hear(self, batch: Batch) -> None:
        await self.gate.wait()
        self.batches.append(batch)

    def readings(self) -> list[tuple[int, float, int, int, int]]:
        return [row for b in self.batches for row in b.readings.rows()]  # type: ignore[misc]  # rows are untyped

    def sightings(self) -> list[tuple[int, ...]]:
        return [row for b in self.batches for row in b.sightings.rows()]


class PaperOutbox:
    """An outbox in memory that keeps the rules of the real one, and every receipt in order."""

    def __init__(self, *commands: Command) -> None:
        self.rows: dict[str, tuple[Command, int]] = {c.key: (c, 0) for c in commands}
        self.done: set[str] = set()
        self.receipts: list[Noted] = []
        self.began: list[tuple[str, int]] = []
        self.broken = False
        """The disk refuses."""
        self._news = asyncio.Event()
        self._turned = asyncio.Condition()

    def put(self, *commands: Command) -> None:
        for command in commands:
            self.rows.setdefault(command.key, (command, 0))
        self._news.set()

    async def pending(self) -> list[tuple[Command, int]]:
        return [row for key, row in self.rows.items() if key not in self.done]

    async def sending(self, key: str, attempt: int) -> None:
        self._refuse_if_broken()
        self.began.append((key, attempt))
        self.rows[key] = (self.rows[key][0], attempt)

    async def receipt(self, noted: Noted) -> None:
        self._refuse_if_broken()
        newest = [n.status for n in self.receipts if n.key == noted.key][-1:]
        self.receipts.append(noted)
        if noted.status is not ReceiptStatus.FAILED or noted.final:
            self.done.add(noted.key)
        elif newest == [ReceiptStatus.ACCEPTED]:
            self.done.discard(noted.key)
            self._news.set()
        async with self._turned:
            self._turned.notify_all()

    async def by_carrier_id(self, channel: str, carrier_id: str) -> Command | None:
        keys = [n.key for n in self.receipts if (n.channel, n.carrier_id) == (channel, carrier_id)]
        return self.rows[keys[-1]][0] if keys else None

    async def wait(self) -> None:
        await self._news.wait()
        self._news.clear()

    async def until(self, receipts: int, within_s: float = 10.0) -> list[Noted]:
        async with asyncio.timeout(within_s), self._turned:
            await self._turned.wait_for(lambda: len(self.receipts) >= receipts)
        return self.receipts

    def _refuse_if_broken(self) -> None:
        if self.broken:
            raise StoreUnavailable("no space left")


class QuickClock:
    """The mine's time at so many times the speed of ours, as the demo's clock runs."""

    def __init__(self, speed: float = 20.0, start: Micros = 1_764_000_000 * SECOND) -> None:
        self._speed = speed
        self._start = start
        self._began = time.monotonic()

    def now(self) -> Micros:
        return self._start + int((time.monotonic() - self._began) * self._speed * SECOND)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


@dataclass
class Notes:
    """A notebook in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, str]] = {}

    def notes(self, owner: str) -> dict[str, str]:
        return dict(self.kept.get(owner, {}))

    def put(self, owner: str, notes: Mapping[str, str]) -> None:
        self.kept.setdefault(owner, {}).update(notes)

    def forget(self, owner: str, keys: Collection[str]) -> None:
        for key in keys:
            self.kept.get(owner, {}).pop(key, None)


@dataclass
class Doors:
    """Where cards read at doors go: a list."""

    told: list[CardsRead] = field(default_factory=list)

    async def passed(self, told: CardsRead) -> None:
        self.told.append(told)
