"""The mine's zones as people meet them: where they lie, their borders, who may not enter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from device_sims.errors import ScenarioUnknown
from device_sims.mine import Interval, Mine, Zone
from device_sims.world.roadways import Spot

STEP_OVER_M = 8.0
"""How far to either side of a border somebody goes who swings over it."""


@dataclass(frozen=True, slots=True)
class Zones:
    """Every zone, and which stretches of each roadway belong to which."""

    mine: Mine
    on: Mapping[str, tuple[tuple[str, float, float], ...]]
    """(zone, from, to) of each roadway."""

    @classmethod
    def of(cls, mine: Mine) -> "Zones":
        """Lay them out."""
        on: dict[str, tuple[tuple[str, float, float], ...]] = {}
        for z in mine.zones:
            for i in z.intervals:
                on[i.roadway] = (*on.get(i.roadway, ()), (z.id, i.from_m, i.to_m))
        return cls(mine, on)

    def at(self, spot: Spot) -> frozenset[str]:
        """The zones a spot lies in."""
        near = self.on.get(spot.roadway, ())
        return frozenset(zone for zone, a, b in near if a <= spot.chainage_m <= b)

    def named(self, name: str) -> Zone:
        """A zone by its id or kind: then the first of that kind.

        Raises:
            ScenarioUnknown: there is none.
        """
        fitting = [z for z in self.mine.zones if name in (z.id, z.kind) and z.intervals]
        if not fitting:
            raise ScenarioUnknown(f"the mine has no zone {name}, neither as id nor as kind")
        return fitting[0]

    def closed_to(self, trade: str) -> frozenset[str]:
        """Restricted zones that do not name the trade."""
        restricted = (z for z in self.mine.zones if z.kind == "restricted")
        return frozenset(z.id for z in restricted if trade not in z.permitted)


def middle(zone: Zone) -> Spot:
    """A place well inside a zone."""
    return next(iter(spread_over(zone, 1)))


def spread_over(zone: Zone, count: int) -> Iterable[Spot]:
    """So many places, evenly over a zone's roadways."""
    whole = sum(_length(i) for i in zone.intervals)
    for n in range(count):
        left = (n + 0.5) / count * whole
        for i in zone.intervals:
            if left <= _length(i):
                yield Spot(i.roadway, i.from_m + left)
                break
            left -= _length(i)


def border(zone: Zone, mine: Mine) -> tuple[Spot, Spot]:
    """A place just inside a zone and one just outside, on one roadway if it has such a border.

    Raises:
        ScenarioUnknown: the zone has no border that can be walked over.
    """
    for i in zone.intervals:
        length = mine.roadway[i.roadway].length_m
        if i.from_m >= STEP_OVER_M:
            return _at(i, i.from_m + _in(i)), _at(i, i.from_m - STEP_OVER_M)
        if i.to_m <= length - STEP_OVER_M:
            return _at(i, i.to_m - _in(i)), _at(i, i.to_m + STEP_OVER_M)
    return _over_a_node(zone, mine)


def _over_a_node(zone: Zone, mine: Mine) -> tuple[Spot, Spot]:
    own = {i.roadway for i in zone.intervals}
    for i in zone.intervals:
        r = mine.roadway[i.roadway]
        for node, inside in ((r.start, STEP_OVER_M), (r.end, r.length_m - STEP_OVER_M)):
            for other in mine.roadways:
                if other.walkable and other.id not in own and node in (other.start, other.end):
                    off = STEP_OVER_M if node == other.start else other.length_m - STEP_OVER_M
                    return Spot(r.id, inside), Spot(other.id, off)
    raise ScenarioUnknown(f"zone {zone.id} has no border that can be walked over")


def _at(i: Interval, chainage_m: float) -> Spot:
    return Spot(i.roadway, chainage_m)


def _in(i: Interval) -> float:
    return min(STEP_OVER_M, _length(i) / 2)


def _length(i: Interval) -> float:
    return i.to_m - i.from_m
