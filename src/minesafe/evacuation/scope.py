"""Whom an order is about: the zones of its cause, everything down-wind, and the people there."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from minesafe.evacuation.routes import Ways
from minesafe.model.events import InScope, Place, Whereabouts
from minesafe.model.mine import Interval, Mine, Point, Roadway, ZoneKind
from minesafe.model.picture import Picture

_WORKED = (ZoneKind.FACE, ZoneKind.HEADING, ZoneKind.KEY, ZoneKind.RESTRICTED)
"""Zones an order names; a whole district or mine only where no smaller zone holds the place."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Zones an order names, and roadways the air carries the danger along."""

    zones: tuple[str, ...]
    roadways: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.zones or self.roadways)


def down_wind(mine: Mine, roadway: str) -> tuple[str, ...]:
    """Roadways the air of `roadway` reaches, itself first, until it joins the main return.

    Where its air does not move on its own, the roadway alone.
    """
    reached = {roadway: None}
    queue = deque([mine.roadways[mine.roadway_row[roadway]]])
    while queue:
        for road in _fed_by(mine, queue.popleft()):
            if road.id not in reached and not road.main_return:
                reached[road.id] = None
                queue.append(road)
    return tuple(reached)


def _fed_by(mine: Mine, road: Roadway) -> Iterable[Roadway]:
    if not road.air:
        return ()
    node = road.end if road.air > 0 else road.start
    return (
        r
        for r in mine.roadways
        if r.id != road.id and ((r.start == node and r.air > 0) or (r.end == node and r.air < 0))
    )


def scope_of_point(mine: Mine, row: int) -> Scope:
    """What an alarm of a point endangers."""
    point = mine.points[row]
    rule = mine.rule.get(point.rule or "")
    if rule is not None and rule.scope == "mine":
        return scope_of_mine(mine)
    roadways = down_wind(mine, point.roadway)
    zones = (
        z.id
        for z in mine.zones
        if z.kind in _WORKED and any(_endangers(mine, point, i, roadways) for i in z.intervals)
    )
    return Scope(tuple(zones) or _larger(mine, point.roadway), roadways)


def _endangers(mine: Mine, point: Point, stretch: Interval, roadways: tuple[str, ...]) -> bool:
    """Whether a stretch holds the point or lies down-wind of it."""
    if stretch.roadway != point.roadway:
        return stretch.roadway in roadways
    if stretch.from_m <= point.chainage_m <= stretch.to_m:
        return True
    air = mine.roadways[mine.roadway_row[point.roadway]].air
    return (air > 0 and stretch.from_m >= point.chainage_m) or (
        air < 0 and stretch.to_m <= point.chainage_m
    )


def _larger(mine: Mine, roadway: str) -> tuple[str, ...]:
    for kind in (ZoneKind.DISTRICT, ZoneKind.MINE):
        found = tuple(
            z.id
            for z in mine.zones
            if z.kind is kind and any(i.roadway == roadway for i in z.intervals)
        )
        if found:
            return found
    return ()


def scope_of_mine(mine: Mine) -> Scope:
    """Everyone underground."""
    zones = tuple(z.id for z in mine.zones if z.kind is ZoneKind.MINE)
    return Scope(zones, tuple(r.id for r in mine.roadways))


def smallest(mine: Mine, zones: Sequence[str]) -> tuple[str, ...]:
    """Of the zones somebody is in, those that are worked; else the district, else the mine.

    One call for help stops the work around it, not the whole mine.
    """
    by_kind = {z: mine.zones[mine.zone_row[z]].kind for z in zones}
    for kinds in (_WORKED, (ZoneKind.DISTRICT,), (ZoneKind.MINE,)):
        found = tuple(z for z, kind in by_kind.items() if kind in kinds)
        if found:
            return found
    return ()


def scope_of_zones(zones: Sequence[str]) -> Scope:
    """Zones as named, without the air."""
    return Scope(tuple(zones), ())


def share_ground(mine: Mine, some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any stretch of roadway lies in zones of both."""
    theirs = _stretches(mine, others)
    return any(
        own.roadway == their.roadway and own.from_m <= their.to_m and their.from_m <= own.to_m
        for own in _stretches(mine, some)
        for their in theirs
    )


def _stretches(mine: Mine, zones: Iterable[str]) -> list[Interval]:
    """Of the zones this revision knows; an open order may name one that is gone."""
    known = (mine.zones[mine.zone_row[z]] for z in zones if z in mine.zone_row)
    return [interval for zone in known for interval in zone.intervals]


def people_in(mine: Mine, scope: Scope, picture: Picture) -> list[int]:
    """Row numbers of the people in scope: in a zone of it, or on a roadway down-wind.

    People whose last place was there and who are seen no more are in scope too.
    """
    zones = [mine.zone_row[z] for z in scope.zones if z in mine.zone_row]
    roads = [mine.roadway_row[r] for r in scope.roadways]
    there = picture.inside[:, zones].any(axis=1) | np.isin(picture.roadway, roads)
    return [int(row) for row in np.flatnonzero(there & ~picture.out)]


def in_scope(mine: Mine, row: int, picture: Picture, ways: Ways) -> InScope:
    """A person as the order finds him."""
    place = place_of(mine, row, picture)
    way = ways.out_of(place.roadway, place.chainage_m) if place else None
    return InScope(
        person=mine.people[row].id,
        whereabouts=first_whereabouts(mine, row, picture),
        place=place,
        destination=way.destination if way else "",
        distance_m=way.distance_m if way else None,
    )


def first_whereabouts(mine: Mine, row: int, picture: Picture) -> Whereabouts:
    """Before anybody has moved: unknown, at a refuge, or standing."""
    if picture.lost[row] or picture.roadway[row] < 0:
        return Whereabouts.UNKNOWN
    refuges = [i for i, z in enumerate(mine.zones) if z.kind is ZoneKind.REFUGE]
    if picture.inside[row, refuges].any():
        return Whereabouts.AT_REFUGE
    return Whereabouts.STANDING


def place_of(mine: Mine, row: int, picture: Picture) -> Place | None:
    """Where a person was seen last, None if never."""
    road = int(picture.roadway[row])
    if road < 0:
        return None
    return Place(
        roadway=mine.roadways[road].id,
        chainage_m=round(float(picture.chainage[row]), 1),
        seen=int(picture.seen[row]),
    )
