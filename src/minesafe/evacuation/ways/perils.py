"""What an operator's order says of the ground: he has been told by telephone what no point tells.

He names zones, not the spot. So the whole ground of them counts as foul, and where it burns, as
smoky, with all that lies down-wind; nowhere is the seat of the fire, for then the way against the
air might be the one that is avoided. An order over the whole mine fouls nothing: it would foul
every way alike.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from minesafe.evacuation.scope import down_wind
from minesafe.evacuation.ways.ground import Ground
from minesafe.model.events import Peril
from minesafe.model.mine import Danger, Mine, ZoneKind

SPLASH_M = 1.0
"""Water is taken to stand so much above where it is said to be."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An open order that names its danger."""

    peril: Peril
    zones: tuple[str, ...]
    drill: bool


def ground_of(mine: Mine, ordered: Ordered) -> Ground:
    """The ground as the order has it; what this revision does not know says nothing."""
    return _TELLS.get(ordered.peril, _nothing)(mine, ordered.zones)


def reached(mine: Mine, roadways: Iterable[str]) -> frozenset[str]:
    """Roadways the air carries it along, these included."""
    return frozenset(r for road in roadways for r in down_wind(mine, road))


def _gas(mine: Mine, zones: Iterable[str]) -> Ground:
    return Ground(dangers=frozenset({Danger.GAS}), foul=reached(mine, _roads(mine, zones)))


def _fire(mine: Mine, zones: Iterable[str]) -> Ground:
    bad = reached(mine, _roads(mine, zones))
    return Ground(dangers=frozenset({Danger.FIRE}), foul=bad, smoky=bad)


def _inrush(mine: Mine, zones: Iterable[str]) -> Ground:
    """Water stands at the lowest place of the zones."""
    roads = (mine.roadways[mine.roadway_row[r]] for r in _roads(mine, zones, whole=True))
    low = min((min(mine.node[r.start].z, mine.node[r.end].z) for r in roads), default=None)
    water = None if low is None else low + SPLASH_M
    return Ground(dangers=frozenset({Danger.WATER}), water_m=water)


def _nothing(mine: Mine, zones: Iterable[str]) -> Ground:
    return Ground()


_TELLS: dict[Peril, Callable[[Mine, Iterable[str]], Ground]] = {
    Peril.GAS: _gas,
    Peril.FIRE: _fire,
    Peril.INRUSH: _inrush,
}
"""A fall of roof is where it is, and says nothing of the ways beyond: a roadway nobody gets through
is said by itself."""


def _roads(mine: Mine, zones: Iterable[str], *, whole: bool = False) -> frozenset[str]:
    known = (mine.zones[mine.zone_row[z]] for z in zones if z in mine.zone_row)
    stretches = (s for z in known if whole or z.kind is not ZoneKind.MINE for s in z.intervals)
    return frozenset(stretch.roadway for stretch in stretches)
