"""A sensor on a substation, and how a register of its map is filled (docs/wire.md)."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from device_sims.clock import SECOND, Micros
from device_sims.faults.values import CALIBRATING, GOOD, Shown
from device_sims.mine import Kind, Point

UNDER_VOLTAGE, FAULT, WARMING_UP, LOST = 1, 2, 4, 5
"""Status codes of docs/wire.md besides good and calibrating."""


NOTHING_YET = Shown(0.0)


@dataclass(slots=True)
class Sensor:
    """What one sensor shows now, and what it remembers of what it has shown."""

    row: int
    point: Point
    kind: Kind
    unit: int
    """Of the device it is on."""
    shown: Shown = NOTHING_YET
    now: Micros = 0
    lowest: float = float("inf")
    highest: float = float("-inf")
    total: float = 0.0
    looks: int = 0
    calibrating_since: Micros | None = None
    calibrated: Micros | None = None
    latched: set[float] = field(default_factory=set)
    """Set points that were reached since they were last reset."""

    def sees(self, shown: Shown, now: Micros) -> None:
        """A new moment."""
        if shown.status == CALIBRATING and self.shown.status != CALIBRATING:
            self.calibrating_since = now
        if shown.status != CALIBRATING and self.shown.status == CALIBRATING:
            self.calibrated = now
        self.shown, self.now = shown, now
        self.lowest = min(self.lowest, shown.value)
        self.highest = max(self.highest, shown.value)
        self.total, self.looks = self.total + shown.value, self.looks + 1
        reached = [s for s in self.set_points if shown.value >= s]
        self.latched.update(reached)

    @property
    def set_points(self) -> list[float]:
        """Alarm 1 and alarm 2 of a device that knows two; none where the mine has none."""
        limits = self.point.limits
        return [x for x in (limits.alarm_high, limits.cut_high) if x is not None]

    @property
    def mean(self) -> float:
        """Of everything shown since it was switched on."""
        return self.total / self.looks if self.looks else 0.0

    @property
    def calibration_step(self) -> int:
        """1 … 6 while it runs, a step each ten seconds; 7 completed; 0 never since power-up."""
        if self.shown.status == CALIBRATING and self.calibrating_since is not None:
            return min(6, 1 + (self.now - self.calibrating_since) // (10 * SECOND))
        return 7 if self.calibrated is not None else 0

    def is_lost(self) -> bool:
        """Whether the device has lost it."""
        return self.shown.status == LOST


Tells = Callable[[Sensor], float]


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of a map: what stands at an address."""

    address: int
    tells: Tells
    encoding: str = "uint16"
    scale: float = 1.0
    function: int = 3
    """Which memory: 1 coils · 2 contacts · 3 holding registers · 4 input registers."""
    order: str = "ABCD"
    decimals: int = 0
    offset: float = 0.0
    bits: tuple[int, int] | None = None

    def raw(self, sensor: Sensor) -> float:
        """The number on the wire: the value before scale and offset."""
        return float((self.tells(sensor) - self.offset) / self.scale * 10.0**self.decimals)

    def words(self, sensor: Sensor) -> bytes:
        """What stands there; a field of bits leaves the others of its register 0."""
        raw = self.raw(sensor)
        if self.bits is not None:
            low, count = self.bits
            field = min(max(round(raw), 0), (1 << count) - 1)
            return (field << low).to_bytes(2, "big")
        wire = RAW[self.encoding](raw)
        if len(wire) == 2:
            return wire[::-1] if self.order in SWAPPED else wire
        return bytes(wire[b] for b in ORDERS[self.order])

    @property
    def last(self) -> int:
        """The last address it uses."""
        return self.address + (self.function in REGISTERS and self.encoding in WIDE)


RegisterMap = Callable[[Sensor], Sequence[Cell]]
"""The cells of a sensor; several sensors may share one, such as a word of status bits."""


def value(sensor: Sensor) -> Sequence[Cell]:
    """The cell every map has: the point's value as the configuration wires it."""
    point = sensor.point
    if point.address is None:
        return ()
    cell = Cell(
        point.address,
        lambda s: s.shown.value,
        point.encoding,
        point.scale,
        point.function,
        point.order,
        point.decimals,
        point.offset,
        point.bits,
    )
    return (cell,)


def status(sensor: Sensor, tells: Tells) -> Sequence[Cell]:
    """The status word, where the point has one."""
    at = sensor.point.status_address
    return () if at is None else (Cell(at, tells, function=sensor.point.status_function),)


def bits(sensor: Sensor, table: dict[int, int]) -> int:
    """The bit a map has for a status code; good has none."""
    return 0 if sensor.shown.status == GOOD else 1 << table.get(sensor.shown.status, table[FAULT])


def _bcd(raw: float, digits: int = 4) -> bytes:
    number = min(max(round(raw), 0), 10**digits - 1)
    return int(f"{number:0{digits}d}", 16).to_bytes(digits // 2, "big")


def _whole(form: str, low: int, high: int) -> Callable[[float], bytes]:
    return lambda raw: struct.pack(form, min(max(round(raw), low), high))


RAW: dict[str, Callable[[float], bytes]] = {
    "float32": lambda raw: struct.pack(">f", raw),
    "int32": _whole(">i", -(1 << 31), (1 << 31) - 1),
    "uint32": _whole(">I", 0, (1 << 32) - 1),
    "bcd32": lambda raw: _bcd(raw, 8),
    "uint16": _whole(">H", 0, 0xFFFF),
    "int16": _whole(">h", -0x8000, 0x7FFF),
    "bcd": _bcd,
}
"""How an encoding lays a raw value into registers, high word first."""

WIDE = frozenset({"float32", "int32", "uint32", "bcd32"})
"""Encodings of two registers."""

REGISTERS = frozenset({3, 4})
"""Functions that read registers; the others read bits."""

ORDERS = {
    "ABCD": (0, 1, 2, 3),
    "CDAB": (2, 3, 0, 1),
    "BADC": (1, 0, 3, 2),
    "DCBA": (3, 2, 1, 0),
}
"""Which byte of the number each byte on the wire is."""

SWAPPED = frozenset({"BADC", "DCBA"})
"""Orders in which the bytes of one register change places."""
