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


RegisterMap = Callable[[Sensor], Sequence[Cell]]
"""The cells of a sensor; several sensors may share one, such as a word of status bits."""


def value(sensor: Sensor) -> Sequence[Cell]:
    """The cell every map has: the point's value as the configuration wires it."""
    point = sensor.point
    if point.address is None:
        return ()
    return (Cell(point.address, lambda s: s.shown.value, point.encoding, point.scale),)


def status(sensor: Sensor, tells: Tells) -> Sequence[Cell]:
    """The status word, where the point has one."""
    at = sensor.point.status_address
    return () if at is None else (Cell(at, tells),)


def bits(sensor: Sensor, table: dict[int, int]) -> int:
    """The bit a map has for a status code; good has none."""
    return 0 if sensor.shown.status == GOOD else 1 << table.get(sensor.shown.status, table[FAULT])


def _bcd(raw: float) -> bytes:
    return int(f"{min(max(round(raw), 0), 9999):04d}", 16).to_bytes(2, "big")


RAW: dict[str, Callable[[float], bytes]] = {
    "float32": lambda raw: struct.pack(">f", raw),
    "uint16": lambda raw: struct.pack(">H", min(max(round(raw), 0), 0xFFFF)),
    "int16": lambda raw: struct.pack(">h", min(max(round(raw), -0x8000), 0x7FFF)),
    "bcd": _bcd,
}
"""How an encoding lays a raw value into registers, high word first."""
