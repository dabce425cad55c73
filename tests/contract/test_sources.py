"""What every source of readings promises, whatever its device speaks: one of everything each.

Four points, each with the quality the device tells of it; then silence; then the device is back. A
dialect is a row of `FACES`. Positioning has its own contract (test_positioning_faces.py).
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import pytest
from fakes import FindingBook, HandClock, Inbox
from field import RawSubstation, field_mine, listening, on_register, substation, words_of
from pty_line import Bus, cable
from serial_line import SerialServer

from minesafe.links.messages import Message
from minesafe.links.modbus import devices_of
from minesafe.model.events import FindingKind
from minesafe.model.mine import Mine, Serial, Substation
from minesafe.model.quality import Quality
from minesafe.sources.modbus import SubstationPoller
from minesafe.sources.mqtt.gateway import GatewayEars

Told = Mapping[str, tuple[float, int]]
"""Value and status word (docs/wire.md, `plain`) of each point."""

ONE_OF_EVERYTHING: Told = {
    "WELL": (0.5, 0),
    "SUPPLY": (0.6, 1),
    "CALIBRATED": (2.0, 3),
    "WARMING": (0.1, 4),
    "BROKEN": (0.7, 2),
    "GONE": (0.0, 5),
    "BEYOND": (9.0, 0),
    "NO-NUMBER": (math.nan, 0),
}

MEANT: Mapping[str, tuple[float, Quality]] = {
    "WELL": (0.5, Quality.GOOD),
    "SUPPLY": (0.6, Quality.UNDER_VOLTAGE),
    "CALIBRATED": (2.0, Quality.CALIBRATING),
    "WARMING": (0.1, Quality.WARMING_UP),
    "BROKEN": (0.7, Quality.FAULT),
    "GONE": (math.nan, Quality.COMMS_LOST),
    "BEYOND": (9.0, Quality.OUT_OF_RANGE),
    "NO-NUMBER": (math.nan, Quality.FAULT),
}
"""What must be heard of it."""


class Device(Protocol):
    """A device of some dialect, and the source that hears it."""

    mine: Mine
    name: str
    inbox: Inbox
    book: FindingBook

    async def says(self, told: Told) -> None:
        """It tells, and is heard once."""

    async def falls_silent(self) -> None:
        """It is cut off, as far as the source can know."""


@dataclass
class Polled:
    """A substation; it is heard by being asked."""

    mine: Mine
    name: str
    raw: RawSubstation
    poller: SubstationPoller
    inbox: Inbox
    book: FindingBook
    hush: Callable[[], None]
    speak: Callable[[], None]

    async def says(self, told: Told) -> None:
        self.speak()
        for row, point in enumerate(self.mine.points):
            value, status = told[point.id]
            high, low = words_of(value)
            self.raw.registers |= {10 * row: high, 10 * row + 1: low, 10 * row + 2: status}
        await self.poller.poll()

    async def falls_silent(self) -> None:
        self.hush()
        await self.poller.poll()


def polled_mine(unit: Substation) -> Mine:
    points = (on_register(name, 10 * i, 10 * i + 2) for i, name in enumerate(ONE_OF_EVERYTHING))
    return field_mine(
        substations=(unit,), points=tuple(replace(p, device=unit.id) for p in points), outputs=()
    )


@asynccontextmanager
async def asked(
    raw: RawSubstation, unit: Substation, hush: Callable[[], None], speak: Callable[[], None]
) -> AsyncIterator[Polled]:
    mine, inbox, book = polled_mine(unit), Inbox(), FindingBook()
    [device] = devices_of(mine).values()
    poller = SubstationPoller(mine, unit, device, inbox, HandClock(), book)
    yield Polled(mine, unit.id, raw, poller, inbox, book, hush, speak)
    await device.close()


async def nothing(*_: object) -> None:
    """A manner: it takes the request and says nothing."""


@asynccontextmanager
async def modbus_tcp() -> AsyncIterator[Device]:
    async with listening(RawSubstation()) as raw:
        unit = substation("D", port=raw.port, period_s=1.0, timeout_s=0.2)

        def hush() -> None:
            raw.manner = nothing

        def speak() -> None:
            raw.manner = None

        async with asked(raw, unit, hush, speak) as device:
            yield device


@asynccontextmanager
async def modbus_rtu_over_tcp() -> AsyncIterator[Device]:
    server = SerialServer()
    async with listening(server):
        unit = substation("D", port=server.port, period_s=2.0, timeout_s=0.2, framing="rtu")

        def hush() -> None:
            server.rtu_manner = nothing

        def speak() -> None:
            server.rtu_manner = None

        async with asked(server, unit, hush, speak) as device:
            yield device


@asynccontextmanager
async def modbus_serial() -> AsyncIterator[Device]:
    with cable() as wires:
        bus = Bus(wires.ends[1])
        unit = substation(
            "D", host="", serial=Serial(wires.ends[0]), framing="rtu", period_s=2.0, timeout_s=0.2
        )

        def hush() -> None:
            bus.silent = {1}

        def speak() -> None:
            bus.silent = set()

        async with asked(bus, unit, hush, speak) as device:
            yield device
        bus.close()


@dataclass
class Published:
    """A gateway; it is heard when it publishes, and its last will when it does not."""

    mine: Mine
    name: str
    ears: GatewayEars
    inbox: Inbox
    book: FindingBook
    clock: HandClock
    seq: int = 0

    async def says(self, told: Told) -> None:
        self.seq += 1
        if self.book.now:
            await self._hear(self.ears.state, {"online": True, "boot": 1})
        values = {p: None if math.isnan(v) else v for p, (v, _) in told.items()}
        readings = [{"p": p, "v": values[p], "s": status} for p, (_, status) in told.items()]
        head = {"gateway": self.name, "boot": 1, "seq": self.seq, "t": self.clock.now() // 1000}
        await self._hear(self.ears.report, head | {"readings": readings})

    async def falls_silent(self) -> None:
        await self._hear(self.ears.state, {"online": False})

    async def _hear(self, ears: Callable[[Message], object], said: object) -> None:
        heard = ears(Message("", json.dumps(said).encode(), retained=False))
        assert asyncio.iscoroutine(heard)
        await heard


@asynccontextmanager
async def gateway_json() -> AsyncIterator[Device]:
    base = field_mine(substations=(), outputs=())
    points = tuple(replace(base.points[0], id=p, device="GW1") for p in ONE_OF_EVERYTHING)
    mine = replace(base, points=tuple(replace(p, address=None) for p in points))
    inbox, book, clock = Inbox(), FindingBook(), HandClock()
    ears = GatewayEars(mine, mine.gateways[0], inbox, clock, book)
    yield Published(mine, "GW1", ears, inbox, book, clock)


FACES: Mapping[str, Callable[[], AbstractAsyncContextManager[Device]]] = {
    "modbus_tcp": modbus_tcp,
    "modbus_rtu_over_tcp": modbus_rtu_over_tcp,
    "modbus_serial": modbus_serial,
    "gateway_json": gateway_json,
}


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Device]:
    return FACES[request.param]()


def last(device: Device) -> dict[str, tuple[float, Quality]]:
    """The newest reading of each point."""
    rows = device.inbox.readings()
    return {device.mine.points[row].id: (value, Quality(q)) for row, value, q, _, _ in rows}


async def test_every_point_is_heard_with_the_quality_its_device_tells(
    face: AbstractAsyncContextManager[Device],
) -> None:
    async with face as device:
        await device.says(ONE_OF_EVERYTHING)
        told = last(device)
        assert told.keys() == MEANT.keys()
        for name, (value, quality) in MEANT.items():
            assert told[name][0] == pytest.approx(value, rel=1e-6, nan_ok=True), name
            assert told[name][1] is quality, name
        assert not device.book.now


async def test_every_reading_has_both_its_times(
    face: AbstractAsyncContextManager[Device],
) -> None:
    async with face as device:
        await device.says(ONE_OF_EVERYTHING)
        for _, _, _, sampled, received in device.inbox.readings():
            assert received == HandClock().now()
            assert 0 <= received - sampled < 1_000


async def test_silence_is_the_loss_of_every_point_at_once_and_a_finding_of_the_device(
    face: AbstractAsyncContextManager[Device],
) -> None:
    async with face as device:
        await device.says(ONE_OF_EVERYTHING)
        await device.falls_silent()
        assert all(quality is Quality.COMMS_LOST for _, quality in last(device).values())
        assert all(math.isnan(value) for value, _ in last(device).values())
        assert device.book.now.keys() == {(FindingKind.LINK_DOWN, device.name)}


async def test_a_device_that_is_back_is_heard_as_before_and_its_finding_ends(
    face: AbstractAsyncContextManager[Device],
) -> None:
    async with face as device:
        await device.falls_silent()
        await asyncio.sleep(0.25)  # a unit in doubt rests for its time-out
        await device.says(ONE_OF_EVERYTHING)
        await device.says(ONE_OF_EVERYTHING)
        assert last(device)["WELL"] == pytest.approx((0.5, Quality.GOOD))
        assert not device.book.now
