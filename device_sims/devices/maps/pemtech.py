"""A gas head after Pemtech's PT495, and the PT2008 gateway that gathers up to 32 of them."""

from collections.abc import Sequence

from device_sims.devices.maps.sensor import (
    FAULT,
    LOST,
    UNDER_VOLTAGE,
    WARMING_UP,
    Cell,
    Sensor,
    Tells,
    bits,
    status,
    value,
)
from device_sims.faults.values import CALIBRATING

TYPES = {"h2s": 1, "methane": 2, "ch4": 2, "so2": 3, "co": 4, "o2": 5, "h2": 6}
"""High byte of the status word."""
LEL = 2
BIT = {FAULT: 7, CALIBRATING: 6, WARMING_UP: 5, UNDER_VOLTAGE: 4}
FULL, LOW = 36, 31
"""A gateway's head runs on a battery: 0.1 V. Below 33 it is low."""
RESET = 6
"""Registers behind the value at which 1 resets the alarms."""


def head(sensor: Sensor) -> Sequence[Cell]:
    """The head on its own: its set points, and whether they latch."""
    at = sensor.point.address or 0
    rows: tuple[tuple[int, Tells, float], ...] = (
        (at + 2, lambda s: _set_point(s, 0), 0.1),
        (at + 3, lambda _: 1, 1.0),
        (at + 4, lambda s: _set_point(s, 1), 0.1),
        (at + 5, lambda _: 1, 1.0),
        (at + RESET, lambda _: 0, 1.0),
    )
    own = [Cell(address, tells, scale=scale) for address, tells, scale in rows]
    return (*value(sensor), *status(sensor, word), *own)


def gateway(sensor: Sensor) -> Sequence[Cell]:
    """Sensor n of a gateway: value, status and battery side by side."""
    battery = Cell((sensor.point.address or 0) + 2, _battery)
    return (*value(sensor), *status(sensor, word), battery)


def word(sensor: Sensor) -> int:
    """Type and bits; a head that is lost has no type."""
    if sensor.shown.status == LOST:
        return 0
    latched = sum(1 << n for n, s in enumerate(sensor.set_points) if s in sensor.latched)
    return TYPES.get(sensor.kind.id, LEL) << 8 | bits(sensor, BIT) | latched


def _set_point(sensor: Sensor, n: int) -> float:
    points = sensor.set_points
    return points[n] if n < len(points) else 0.0


def _battery(sensor: Sensor) -> float:
    return LOW if sensor.shown.status == UNDER_VOLTAGE else FULL
