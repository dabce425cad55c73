"""Where the devices stand that a map shows.

A loudspeaker and a telephone have a place of their own in the files. A substation, gateway or base
station has none: it is shown at that point or reader of its own that lies nearest to the middle of
them all, so it stands on a roadway, amid what falls silent with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import dist

from minesafe.model.device import What
from minesafe.model.mine import Mine, Name, along
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
        _placed(mine, device.id, device.name, what, (device.roadway, device.chainage_m))
        for what, devices in (
            (What.BROADCASTER, mine.broadcasters),
            (What.TELEPHONE, mine.telephones),
        )
        for device in devices
    ]


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


def _placed(mine: Mine, device: str, name: Name, what: What, spot: Spot) -> PlacedDeviceOut:
    x, y, z = _at(mine, spot)
    level = mine.roadways[mine.roadway_row[spot[0]]].level
    own = Words(zh=name.zh, en=name.en)
    return PlacedDeviceOut(id=device, name=own, what=what, level=level, x=x, y=y, z=z)
