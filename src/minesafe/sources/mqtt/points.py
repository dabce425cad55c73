"""The points a gateway may report, by what it calls them."""

from collections.abc import Mapping
from typing import NamedTuple

from minesafe.model.mine import Gateway, Mine
from minesafe.model.units import SAME, Line, between


class Spot(NamedTuple):
    """One point, and how what is sent of it becomes a value in the unit of its kind."""

    row: int
    ident: str
    unit: str
    """Of its kind."""
    line: Line
    low: float
    """Measuring range of its kind."""
    high: float


class PointTable(NamedTuple):
    """Spots by name."""

    gateway: str
    spots: Mapping[str, Spot]

    @classmethod
    def of(cls, mine: Mine, gateway: Gateway) -> "PointTable":
        """The points whose device it is, each under the name it has there."""
        theirs = {ident: name for name, ident in gateway.names}
        units = dict(gateway.units)
        spots = {}
        for row in mine.points_of_device.get(gateway.id, ()):
            point = mine.points[row]
            kind = mine.kind[point.kind]
            ours = kind.unit
            line = between(units.get(point.kind, ours), ours) or SAME
            name = theirs.get(point.id, point.id)
            spots[name] = Spot(row, point.id, ours, line, kind.low, kind.high)
        return cls(gateway.id, spots)
