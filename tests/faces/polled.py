"""Substations: heard by being asked, on three kinds of wire, with numbers in every form."""

import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fakes import FindingBook, HandClock, Inbox
from field import RawSubstation, listening, substation
from pty_line import Bus, cable
from serial_line import SerialServer

from faces.device import Device, Face, Told, mine_of
from minesafe.links.modbus import devices_of
from minesafe.model.mine import Mine, Point, Serial, Substation
from minesafe.model.quality import Quality
from minesafe.sources.modbus import SubstationPoller

WORDS: Mapping[Quality, int] = {
    Quality.GOOD: 0, Quality.UNDER_VOLTAGE: 1, Quality.FAULT: 2, Quality.CALIBRATING: 3,
    Quality.WARMING_UP: 4, Quality.COMMS_LOST: 5,
}  # fmt: skip
"""Status words of the map `plain` (docs/wire.md)."""

FORMS: Mapping[str, Callable[[int], bytes]] = {
    "int16": lambda n: struct.pack(">h", n),
    "uint16": lambda n: struct.pack(">H", n),
    "int32": lambda n: struct.pack(">i", n),
    "uint32": lambda n: struct.pack(">I", n),
    "bcd": lambda n: bytes.fromhex(f"{n:04d}"),
    "bcd32": lambda n: bytes.fromhex(f"{n:08d}"),
}
"""Whole numbers as they lie in registers."""


@dataclass(frozen=True)
class Wiring:
    """In which form a substation holds its numbers."""

    function: int = 3
    encoding: str = "float32"
    order: str = "ABCD"
    decimals: int = 0
    bits: tuple[int, int] | None = None

    def point(self, row: int, point: Point, value: float) -> Point:
        """A point of the mine, in this form; what a coil is worth is its scale."""
        of_bits = self.function < 3
        return replace(
            point, address=10 * row, status_address=10 * row + 2, function=self.function,
            encoding=self.encoding, order=self.order, decimals=self.decimals, bits=self.bits,
            scale=value if of_bits and value else 1.0,
        )  # fmt: skip

    def lay(self, raw: RawSubstation, row: int, value: float, status: int) -> None:
        """One number, and its status word."""
        raw.registers[10 * row + 2] = status
        if self.function < 3:
            raw.coils[10 * row] = bool(value)
            return
        for i, word in enumerate(self._registers(value)):
            raw.registers[10 * row + i] = word

    def _registers(self, value: float) -> tuple[int, ...]:
        if self.encoding == "float32":
            high_first = struct.pack(">f", value)
        else:
            whole = round(value * 10**self.decimals)
            high_first = FORMS[self.encoding](whole << self.bits[0] if self.bits else whole)
        letters = [c for c in self.order if c in "ABCD"[-len(high_first) :]]
        wire = bytes(high_first["ABCD"[-len(high_first) :].index(c)] for c in letters)
        return struct.unpack(f">{len(wire) // 2}H", wire)


@dataclass
class Polled:
    """A substation."""

    mine: Mine
    raw: RawSubstation
    wiring: Wiring
    poller: SubstationPoller
    inbox: Inbox
    book: FindingBook
    clock: HandClock
    hush: Callable[[], None]
    speak: Callable[[], None]
    name: str = "D"

    async def says(self, told: Told) -> None:
        self.speak()
        for row, point in enumerate(self.mine.points):
            value, quality = told[point.id]
            self.wiring.lay(self.raw, row, value, WORDS[quality])
        await self.poller.poll()

    async def falls_silent(self) -> None:
        self.hush()
        await self.poller.poll()


@asynccontextmanager
async def asked(
    raw: RawSubstation,
    unit: Substation,
    wiring: Wiring,
    told: Told,
    hush: Callable[[], None],
    speak: Callable[[], None],
) -> AsyncIterator[Device]:
    mine = mine_of("D", told, substations=(unit,))
    wired = zip(mine.points, told.values(), strict=True)
    points = tuple(wiring.point(row, p, value) for row, (p, (value, _)) in enumerate(wired))
    mine, inbox, book, clock = replace(mine, points=points), Inbox(), FindingBook(), HandClock()
    [device] = devices_of(mine).values()
    poller = SubstationPoller(mine, unit, device, inbox, clock, book)
    yield Polled(mine, raw, wiring, poller, inbox, book, clock, hush, speak)
    await device.close()


async def nothing(*_: object) -> None:
    """A manner: it takes the request and says nothing."""


@asynccontextmanager
async def over_tcp(wiring: Wiring, told: Told, _home: Path) -> AsyncIterator[Device]:
    async with listening(RawSubstation()) as raw:
        unit = substation("D", port=raw.port, period_s=1.0, timeout_s=0.2)

        def hush() -> None:
            raw.manner = nothing

        def speak() -> None:
            raw.manner = None

        async with asked(raw, unit, wiring, told, hush, speak) as device:
            yield device


@asynccontextmanager
async def rtu_over_tcp(told: Told, _home: Path) -> AsyncIterator[Device]:
    server = SerialServer()
    async with listening(server):
        unit = substation("D", port=server.port, period_s=2.0, timeout_s=0.2, framing="rtu")

        def hush() -> None:
            server.rtu_manner = nothing

        def speak() -> None:
            server.rtu_manner = None

        async with asked(server, unit, Wiring(), told, hush, speak) as device:
            yield device


@asynccontextmanager
async def serial_port(told: Told, _home: Path) -> AsyncIterator[Device]:
    with cable() as wires:
        bus = Bus(wires.ends[1])
        unit = substation(
            "D", host="", serial=Serial(wires.ends[0]), framing="rtu", period_s=2.0, timeout_s=0.2
        )

        def hush() -> None:
            bus.silent = {1}

        def speak() -> None:
            bus.silent = set()

        async with asked(bus, unit, Wiring(), told, hush, speak) as device:
            yield device
        bus.close()


NO_NAN = frozenset({"NO-NUMBER"})
"""Whole numbers have no word for it."""


def wired(wiring: Wiring) -> Face:
    """Over TCP, in a form."""
    wordless = frozenset() if wiring.encoding == "float32" and wiring.function > 2 else NO_NAN
    return Face(partial(over_tcp, wiring), wordless)


FACES: Mapping[str, Face] = {
    "modbus_tcp": wired(Wiring()),
    "modbus_rtu_over_tcp": Face(rtu_over_tcp),
    "modbus_serial": Face(serial_port),
    "modbus_coils": wired(Wiring(function=1)),
    "modbus_contacts": wired(Wiring(function=2)),
    "modbus_input_registers": wired(Wiring(function=4, order="CDAB")),
    "modbus_int16": wired(Wiring(function=4, encoding="int16", order="BADC", decimals=1)),
    "modbus_int32": wired(Wiring(encoding="int32", order="DCBA", decimals=2)),
    "modbus_uint32": wired(Wiring(encoding="uint32", order="BADC", decimals=3)),
    "modbus_bcd": wired(Wiring(encoding="bcd", decimals=1)),
    "modbus_bcd32": wired(Wiring(encoding="bcd32", order="CDAB", decimals=2)),
    "modbus_bit_field": wired(Wiring(encoding="uint16", decimals=1, bits=(4, 7))),
}
