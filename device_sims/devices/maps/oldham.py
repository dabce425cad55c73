"""A two-channel head after Oldham's iTrans 2: no bit for faults, none for calibration."""

from collections.abc import Sequence

from device_sims.devices.maps.sensor import FAULT, LOST, Cell, Sensor, status, value

TYPES = {"methane": 7, "ch4": 7, "o2": 5, "oxygen": 5}
"""IR 3, TOX 4, OXY 5, AAW 6, CAT 7: methane is burnt at a catalyst, what is poisonous is TOX."""
TOX = 4


def cells(sensor: Sensor) -> Sequence[Cell]:
    """The value, and the word with type and unit id; a sensor that is broken shows no type."""
    return (*value(sensor), *status(sensor, _word))


def _word(sensor: Sensor) -> int:
    gone = sensor.shown.status in (FAULT, LOST)
    return (0 if gone else TYPES.get(sensor.kind.id, TOX)) << 8 | sensor.unit
