"""Levels, nodes and roadways: the mine as a place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Level, Node, NodeKind, Roadway

ROADWAY_KINDS = ("intake", "return", "face", "heading", "chamber", "drift", "shaft")

Survey = tuple[float, float, float]
"""x east, y north, z up, local metres."""

DOORS = ("none", "closed", "regulator")

LEAST_M = 0.01
"""Lengths are rounded to this."""

OFF_NODE_M = 0.5
"""A roadway's ends must be surveyed this near to its nodes."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The graph everything else has a place on."""

    levels: Named[Level]
    nodes: Named[Node]
    roadways: Named[Roadway]

    def chainage(self, row: Row, key: str, roadway: str, default: float | None = None) -> float:
        """A chainage on the roadway; beyond its end is a fault."""
        metres = row.number(key, default, low=0)
        if roadway and metres > self.roadways[roadway].length_m:
            length = self.roadways[roadway].length_m
            row.fault(key, f"{metres:g} m is off roadway {roadway!r}", f"it is {length:g} m long")
            return 0.0
        return metres

    def nearest(self, place: Survey) -> tuple[str, float, float]:
        """The roadway next to a surveyed place, the chainage there, and the metres between."""
        spots = [(*on_path(r.path, place), r.id) for r in self.roadways.values]
        away, chainage, roadway = min(spots, default=(math.inf, 0.0, ""))
        return roadway, round(chainage, 2), away

    def away(self, roadway: str, chainage: float, place: Survey) -> float:
        """Metres between a surveyed place and a chainage of a roadway."""
        before = 0.0
        for a, b in pairwise(self.roadways[roadway].path):
            leg = math.dist(a, b)
            if chainage <= before + leg + LEAST_M:
                share = (chainage - before) / leg if leg else 0.0
                spot = [s + share * (e - s) for s, e in zip(a, b, strict=True)]
                return math.dist(spot, place)
            before += leg
        return 0.0


def on_path(path: Sequence[Survey], place: Survey) -> tuple[float, float]:
    """Metres from the path to the place, and the chainage of the path's nearest point."""
    best, before = (math.inf, 0.0), 0.0
    for a, b in pairwise(path):
        leg = math.dist(a, b)
        along = sum((p - s) * (e - s) for s, e, p in zip(a, b, place, strict=True))
        share = min(max(along / leg**2, 0.0), 1.0) if leg else 0.0
        foot = [s + share * (e - s) for s, e in zip(a, b, strict=True)]
        best = min(best, (math.dist(foot, place), before + share * leg))
        before += leg
    return best


def read_ground(zones: Row, features: Sequence[Row]) -> Ground:
    """Levels stand in zones.toml; nodes and roadways are the Points and LineStrings."""
    levels = gather(zones.take_parts("level"), _level)
    points = [f for f in features if _is(f, "Point")]
    lines = [f for f in features if _is(f, "LineString")]
    for other in (f for f in features if f not in points and f not in lines):
        other.fault("type", "is neither a Point (node) nor a LineString (roadway)")
    nodes = gather(points, lambda row, ident: _node(row, ident, levels))
    roadways = gather(lines, lambda row, ident: _roadway(row, ident, levels, nodes))
    return Ground(levels, nodes, roadways)


def _is(row: Row, kind: str) -> bool:
    row.taken.add("type")
    return row.values.get("type") == kind


def _level(row: Row, ident: str) -> Level:
    return Level(ident, row.name(), row.number("elevation_m"))


def _node(row: Row, ident: str, levels: Named[Level]) -> Node:
    kind = row.member("kind", NodeKind)
    level = row.reference("level", levels, "level")
    row.taken.add("coordinates")
    name = row.name_or_none()
    return Node(ident, kind, level, *_place(row, row.values.get("coordinates")), name)


def _place(row: Row, value: object) -> Survey:
    numbers = value if isinstance(value, list) else []
    good = [float(n) for n in numbers if _is_number(n)]
    if len(good) != 3 or len(numbers) != 3:
        row.fault("coordinates", f"{value!r} is no place", "[x east, y north, z up] in metres")
        return (0.0, 0.0, 0.0)
    return (good[0], good[1], good[2])


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _roadway(row: Row, ident: str, levels: Named[Level], nodes: Named[Node]) -> Roadway:
    path = _path(row)
    length = sum(math.dist(a, b) for a, b in pairwise(path))
    if length <= 0:
        row.fault("coordinates", f"roadway {ident!r} has no length")
    return Roadway(
        ident,
        row.name(),
        _end(row, "start", path[0], nodes),
        _end(row, "end", path[-1], nodes),
        row.reference("level", levels, "level"),
        path,
        round(length, 2),
        row.word("kind", ROADWAY_KINDS),
        row.whole("air", low=-1, high=1),
        row.flag("walkable", default=True),
        row.number("section_m2", low=0.1, high=200),
        row.flag("main_return", default=False),
        row.word("door", DOORS, "none"),
    )


def _path(row: Row) -> tuple[Survey, ...]:
    row.taken.add("coordinates")
    places = row.values.get("coordinates")
    if not isinstance(places, list) or len(places) < 2:
        row.fault("coordinates", "a roadway needs two or more surveyed points")
        return ((0.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    return tuple(_place(row, place) for place in places)


def _end(row: Row, key: str, place: Survey, nodes: Named[Node]) -> str:
    ident = row.reference(key, nodes, "node")
    if ident:
        node = nodes[ident]
        away = math.dist(place, (node.x, node.y, node.z))
        if away > OFF_NODE_M:
            row.fault(key, f"the {key} of the path lies {away:.1f} m from node {ident!r}")
    return ident
