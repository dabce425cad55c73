"""Units of measure, and how a value of one is said in another of the same quantity.

`%CH4` and `%O2` are both parts of a volume, and ppm is either; one is never the other.
Between parts and mg/m³ there is no row, for that needs the gas, its temperature and its pressure.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Unit(NamedTuple):
    """`base = value × factor + offset`, in the base unit of its quantity."""

    quantity: str
    factor: float
    offset: float = 0.0


def _rows() -> Iterable[tuple[str, Unit]]:
    for quantity, units in _SCALES.items():
        for names, factor in units.items():
            for name in names.split():
                yield name, Unit(quantity, factor)


_GASES = ("%CH4", "%CO2", "%H2", "%O2")
"""Parts of a volume that name their gas: one is never said in another."""

_SCALES: Mapping[str, Mapping[str, float]] = {
    "parts": {" ".join(("% %vol vol%", *_GASES)): 1e-2, "‰": 1e-3, "ppm": 1e-6, "ppb": 1e-9},
    "relative humidity": {"%RH": 1.0},
    "pressure": {"Pa": 1.0, "hPa mbar": 1e2, "kPa": 1e3, "MPa": 1e6, "bar": 1e5, "mmH2O": 9.80665},
    "speed": {"m/s": 1.0, "cm/s": 1e-2, "m/min": 1 / 60, "km/h": 1 / 3.6, "ft/min": 0.00508},
    "length": {"m": 1.0, "dm": 1e-1, "cm": 1e-2, "mm": 1e-3, "km": 1e3},
    "volume": {"m³ m3": 1.0, "L l": 1e-3},
    "flow": {"m³/s m3/s": 1.0, "m³/min m3/min": 1 / 60, "m³/h m3/h": 1 / 3600, "L/min": 1e-3 / 60},
    "mass in a volume": {"mg/m³ mg/m3": 1.0, "µg/m³ μg/m³ ug/m3": 1e-3, "g/m³ g/m3": 1e3},
    "activity in a volume": {"Bq/m³ Bq/m3": 1.0, "kBq/m³ kBq/m3": 1e3},
    "duration": {"h": 3600.0, "min": 60.0, "s": 1.0, "ms": 1e-3, "d": 86_400.0},
    "voltage": {"V": 1.0, "mV": 1e-3, "kV": 1e3},
    "current": {"A": 1.0, "mA": 1e-3},
}

UNITS: Mapping[str, Unit] = {
    **dict(_rows()),
    "K": Unit("temperature", 1.0),
    "℃": Unit("temperature", 1.0, 273.15),
    "°C": Unit("temperature", 1.0, 273.15),
    "°F": Unit("temperature", 5 / 9, 273.15 - 32 * 5 / 9),
}
"""By every way of writing them that is understood."""


class Line(NamedTuple):
    """`value × factor + offset`: from one unit to another."""

    factor: float = 1.0
    offset: float = 0.0


SAME = Line()


def between(theirs: str, ours: str) -> Line | None:
    """How a value in `theirs` is said in `ours`; None where it cannot be.

    >>> between("ppm", "%CH4"), between("m/min", "m/s") == Line(1 / 60)
    (Line(factor=0.0001, offset=0.0), True)
    >>> between("mg/m³", "ppm"), between("furlong", "m"), between("", "")
    (None, None, Line(factor=1.0, offset=0.0))
    >>> between("%O2", "%CH4") is None
    True
    """
    if theirs == ours:
        return SAME
    a, b = UNITS.get(theirs), UNITS.get(ours)
    other_gas = theirs in _GASES and ours in _GASES
    if a is None or b is None or a.quantity != b.quantity or other_gas:
        return None
    return Line(_plain(a.factor / b.factor), (a.offset - b.offset) / b.factor)


def _plain(factor: float) -> float:
    """1e-6 / 1e-2 is 1e-4, and not the number beside it."""
    rounded = float(f"{factor:.12g}")
    return rounded if abs(rounded - factor) <= 1e-12 * abs(factor) else factor


def alike(ours: str) -> list[str]:
    """Units a value of which can be said in `ours`."""
    return [name for name in (*UNITS, ours) if between(name, ours) is not None]
