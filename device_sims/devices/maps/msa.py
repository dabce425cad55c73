"""A three-gas head after MSA's Ultima X (base 0); bits marked as the simulator's in wire.md."""

from collections.abc import Sequence
from datetime import UTC, datetime

from device_sims.clock import SECOND
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

STATUS, FAULTS, FIRST_LEVEL = 201, 202, 207
BIT = {FAULT: 0, LOST: 0, CALIBRATING: 1, WARMING_UP: 2, UNDER_VOLTAGE: 3}
FAULT_BITS = 0b0001
FIRST_ALARM_BIT = 8
GASES = {"methane": 1, "ch4": 1, "co": 2, "o2": 3, "h2s": 4}
"""Gas types and units are the simulator's numbers; 0 is none of these."""
INSIDE_C = 24
"""Temperature in the head's housing, ℃."""


def cells(sensor: Sensor) -> Sequence[Cell]:
    """The rows of gas n = 0 … 2, found by where its level lies."""
    n = ((sensor.point.address or FIRST_LEVEL) - FIRST_LEVEL) // 2
    gas = GASES.get(sensor.kind.id, 0)
    rows: tuple[tuple[int, Tells, str], ...] = (
        (FAULTS, lambda s: _word(s, n) & FAULT_BITS, "uint16"),
        (204 + n, lambda _: gas, "uint16"),
        (213 + n, lambda _: gas, "uint16"),
        (216, lambda s: s.calibration_step, "uint16"),
        (217 + n, lambda _: INSIDE_C, "int16"),
        (220 + 2 * n, lambda s: s.lowest, "float32"),
        (226 + 2 * n, lambda s: s.highest, "float32"),
        (232 + 2 * n, lambda s: s.mean, "float32"),
        (238, _calibrated_in, "uint16"),
    )
    own = [Cell(address, tells, encoding) for address, tells, encoding in rows]
    return (*value(sensor), *status(sensor, lambda s: _word(s, n)), *own)


def _word(sensor: Sensor, n: int) -> int:
    alarms = any(sensor.shown.value >= s for s in sensor.set_points)
    return bits(sensor, BIT) | alarms << (FIRST_ALARM_BIT + n)


def _calibrated_in(sensor: Sensor) -> int:
    """The year; a head is calibrated before it is hung up."""
    last = sensor.calibrated or sensor.now
    return datetime.fromtimestamp(last / SECOND, UTC).year
