"""Where the devices stand that a map shows.

A loudspeaker and a telephone have a place of their own in the files. A substation, gateway or base
station has none: it is shown at that point or reader of its own that lies nearest to the middle of
them all, so it stands on a roadway, amid what falls silent with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import dist

from minesafe.model.device import What
from minesafe.model.mine import Broadcaster, Mine, Name, Telephone, along
from minesafe.web.models import PlacedDeviceOut, Words

Spot = tuple[str, float]
"""Roadway and chainage, metres."""
XYZ = tuple[float, float, float]


def placed_devices(mine: Mine) -> list[PlacedDeviceOut]:
    """Every device with a place; one that nothing hangs on has none."""
    hung = _hung(mine)
    return [
        _placed(mine, device, name, what, spot)
        for device, name, what in _hubs(mine)
        if (spot := _amid(mine, hung.get(device, ()))) is not None
    ] + [
        *(_speaker(mine, one) for one in mine.broadcasters),
        *(_telephone(mine, one) for one in mine.telephones),
    ]


def _speaker(mine: Mine, one: Broadcaster) -> PlacedDeviceOut:
    spot = (one.roadway, one.chainage_m)
    return _placed(mine, one.id, one.name, What.BROADCASTER, spot, zones=one.zones)


def _telephone(mine: Mine, one: Telephone) -> PlacedDeviceOut:
    spot = (one.roadway, one.chainage_m)
    return _placed(mine, one.id, one.name, What.TELEPHONE, spot, number=one.number)


def _hubs(mine: Mine) -> Iterator[tuple[str, Name, What]]:
    yield from ((d.id, d.name, What.SUBSTATION) for d in mine.substations)
    yield from ((d.id, d.name, What.GATEWAY) for d in mine.gateways)
    yield from ((d.id, d.name, What.STATION) for d in mine.stations)


def _hung(mine: Mine) -> Mapping[str, list[Spot]]:
    """By device, where its points and readers are."""
    found: dict[str, list[Spot]] = defaultdict(list)
    for point in mine.points:
        found[point.device].append((point.roadway, point.chainage_m))
    for reader in mine.readers:
        found[reader.station].append((reader.roadway, reader.chainage_m))
    return found


def _amid(mine: Mine, spots: Iterable[Spot]) -> Spot | None:
    """The one nearest to the middle of all."""
    at = {spot: _at(mine, spot) for spot in spots}
    if not at:
        return None
    middle = [sum(axis) / len(at) for axis in zip(*at.values(), strict=True)]
    return min(at, key=lambda spot: (dist(at[spot], middle), spot))


def _at(mine: Mine, spot: Spot) -> XYZ:
    return along(mine.roadways[mine.roadway_row[spot[0]]], spot[1])


def _placed(
    mine: Mine,
    device: str,
    name: Name,
    what: What,
    spot: Spot,
    *,
    number: str = "",
    zones: Sequence[str] = (),
) -> PlacedDeviceOut:
    x, y, z = _at(mine, spot)
    return PlacedDeviceOut(
        id=device,
        name=Words(zh=name.zh, en=name.en),
        what=what,
        level=mine.roadways[mine.roadway_row[spot[0]]].level,
        roadway=spot[0],
        chainage_m=spot[1],
        x=x,
        y=y,
        z=z,
        number=number,
        zones=list(zones),
    )
