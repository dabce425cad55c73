"""Whom an order is about: the zones of its cause, everything down-wind, and the people there."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from minesafe.alarms.places import zones_at
from minesafe.model.events import Place, Whereabouts
from minesafe.model.mine import Feeder, Interval, Mine, Point, ZoneKind
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
    queue = deque([roadway])
    while queue:
        for road in mine.fed_by[queue.popleft()]:
            if road.id not in reached and not road.main_return:
                reached[road.id] = None
                queue.append(road.id)
    return tuple(reached)


def carried_from(mine: Mine, point: Point) -> tuple[Interval, ...]:
    """Stretches the air of a point reaches, its own first: of its roadway what lies down-wind."""
    road = mine.roadways[mine.roadway_row[point.roadway]]
    start = point.chainage_m if road.air > 0 else 0.0
    end = point.chainage_m if road.air < 0 else road.length_m
    return Interval(road.id, start, end), *whole(mine, down_wind(mine, road.id)[1:])


def whole(mine: Mine, roadways: Iterable[str]) -> tuple[Interval, ...]:
    """Roadways from one end to the other."""
    rows = (mine.roadways[mine.roadway_row[r]] for r in roadways)
    return tuple(Interval(road.id, 0.0, road.length_m) for road in rows)


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
    own = tuple(zones) or _larger(mine, point.roadway)
    return Scope(tuple(dict.fromkeys((*own, *fed_with(mine, point)))), roadways)


def fed_with(mine: Mine, point: Point) -> tuple[str, ...]:
    """Zones that lose their power where a point's ground has to be cut off (断电范围).

    Whatever feeds the ground it hangs in is cut, and with it all else that hangs on the same
    feeder. What other feeders give to the zones down-wind is not followed further: their power is
    cut because of the danger there, and the order names those feeders too.
    """
    here = zones_at(mine, point.roadway, point.chainage_m)
    return tuple(zone for own in here for f in mine.feeders_of[own] for zone in f.zones)


def feeders_in(mine: Mine, scope: Scope) -> tuple[Feeder, ...]:
    """Feeders to be cut for a scope: those of its ground and of the roadways down-wind."""
    roads = set(scope.roadways)
    return tuple(
        f
        for f in mine.feeders
        if share_ground(mine, f.zones, scope.zones)
        or any(stretch.roadway in roads for stretch in _stretches(mine, f.zones))
    )


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
    theirs: dict[str, list[Interval]] = {}
    for stretch in _stretches(mine, others):
        theirs.setdefault(stretch.roadway, []).append(stretch)
    return any(
        own.from_m <= their.to_m and their.from_m <= own.to_m
        for own in _stretches(mine, some)
        for their in theirs.get(own.roadway, ())
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


def found_at(mine: Mine, rows: Sequence[int], picture: Picture) -> list[Whereabouts]:
    """Before anybody has moved: unknown, at a refuge, or standing."""
    refuges = [i for i, z in enumerate(mine.zones) if z.kind is ZoneKind.REFUGE]
    unknown = picture.lost[rows] | (picture.roadway[rows] < 0)
    sheltered = picture.inside[np.ix_(rows, refuges)].any(axis=1)
    code = np.where(unknown, 0, np.where(sheltered, 1, 2))
    words = (Whereabouts.UNKNOWN, Whereabouts.AT_REFUGE, Whereabouts.STANDING)
    return [words[c] for c in code.tolist()]


def places_of(mine: Mine, rows: Sequence[int], picture: Picture) -> list[Place | None]:
    """Where people were seen last, None for who never was."""
    columns = (picture.roadway[rows], np.round(picture.chainage[rows], 1), picture.seen[rows])
    return [
        Place(roadway=mine.roadways[road].id, chainage_m=metres, seen=seen) if road >= 0 else None
        for road, metres, seen in zip(*(c.tolist() for c in columns), strict=True)
    ]
