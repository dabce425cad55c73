"""What the roadways must be as a whole: ways out for everybody, and air that goes somewhere."""

from collections.abc import Collection, Iterable, Sequence

from minesafe.config.place import Ground
from minesafe.config.row import Findings, Named, Row
from minesafe.model.mine import NodeKind, Roadway, Zone, ZoneKind

TWO_WAYS = (ZoneKind.DISTRICT, ZoneKind.FACE)
"""Zones that need two ways out; a heading has one by its nature."""


def check_ways_out(findings: Findings, file: str, ground: Ground, zones: Named[Zone]) -> None:
    """Two exits for the mine and each level, district and face, and a way out from everywhere.

    Source: 矿山安全法实施条例, article 10 (1).
    """
    portals = [n.id for n in ground.nodes.values if n.kind is NodeKind.PORTAL]
    roads = [r for r in ground.roadways.values if r.walkable and r.start and r.end]
    exits = [p for p in portals if any(p in (r.start, r.end) for r in roads)]
    if len(exits) < 2:
        line = ground.nodes.rows[portals[0]].line if portals else 0
        what = f"the mine has {len(exits)} walkable exit(s) to the surface"
        _tell(findings, file, line, what, "two nodes of kind portal, each on a walkable roadway")
    _check_reach(ground, roads, exits)
    if exits:
        _check_levels(ground, roads, exits)
        _check_zones(zones, roads, exits)


def _check_reach(ground: Ground, roads: Sequence[Roadway], exits: Collection[str]) -> None:
    """Nobody is where no walk leads out; nothing hangs in the rock on its own."""
    near, joined = _reachable(roads, exits), _reachable(ground.roadways.values, exits)
    for road, row in ground.roadways.pairs():
        if road.walkable and road.start and road.end and road.start not in near:
            row.fault("", f"no walkable way leads out from {road.id!r}")
        elif exits and road.start and road.start not in joined:
            row.fault("", f"roadway {road.id!r} is joined to no other", "check its start and end")
    ends = {n for r in ground.roadways.values for n in (r.start, r.end)}
    for node, row in ground.nodes.pairs():
        if node.id not in ends:
            row.warn("", f"no roadway begins or ends at node {node.id!r}")


def _check_levels(ground: Ground, roads: Sequence[Roadway], exits: Sequence[str]) -> None:
    for level, row in ground.levels.pairs():
        own = [n for n in ground.nodes.values if n.level == level.id]
        inner = {n.id for n in own if n.kind is not NodeKind.PORTAL}
        if lost := _only_way(inner, roads, exits):
            what = f"the only way out of level {level.id!r} leads through {lost!r}"
            row.fault("", what, "a level needs two exits")


def _check_zones(zones: Named[Zone], roads: Sequence[Roadway], exits: Sequence[str]) -> None:
    for zone, row in zones.pairs():
        mine = {s.roadway for s in zone.intervals}
        ends = {n for r in roads if r.id in mine for n in (r.start, r.end)}
        if zone.kind in TWO_WAYS and (lost := _only_way(ends, roads, exits)):
            what = f"the only way out of zone {zone.id!r} leads through {lost!r}"
            row.fault("", what, "a district and a face need two exits")


def _only_way(inside: set[str], roads: Sequence[Roadway], exits: Sequence[str]) -> str:
    """The roadway that every way out leads through; empty where there are two ways, or none.

    Only a roadway of one way out can be it, so only those of the shortest are tried.
    """
    for lost in _way(inside, roads, exits):
        if not _way(inside, [r for r in roads if r is not lost], exits):
            return lost.id
    return ""


def _way(inside: set[str], roads: Iterable[Roadway], exits: Sequence[str]) -> list[Roadway]:
    """The roadways of one way from an exit to the inside; none where there is none."""
    came = _search(roads, exits)
    node = next((n for n in came if n in inside), "")
    way: list[Roadway] = []
    while (road := came.get(node)) is not None:
        way.append(road)
        node = road.start if road.end == node else road.end
    return way


def _reachable(roads: Iterable[Roadway], start: Collection[str]) -> Collection[str]:
    return _search(roads, start).keys()


def _search(roads: Iterable[Roadway], start: Collection[str]) -> dict[str, Roadway | None]:
    """Every node that is reached, nearest first, and by which roadway."""
    beside: dict[str, list[tuple[str, Roadway]]] = {}
    for road in roads:
        beside.setdefault(road.start, []).append((road.end, road))
        beside.setdefault(road.end, []).append((road.start, road))
    came: dict[str, Roadway | None] = dict.fromkeys(start)
    edge = list(start)
    for node in edge:
        for other, road in beside.get(node, []):
            if other not in came:
                came[other] = road
                edge.append(other)
    return came


def _tell(findings: Findings, file: str, line: int, what: str, hint: str) -> None:
    row = Row(findings, file, line, {})
    row.fault("", what, hint)


def check_air(ground: Ground) -> None:
    """Warn of air that goes nowhere, comes from nowhere, or flows through a door kept shut."""
    for road, row in ground.roadways.pairs():
        if road.air and road.door == "closed":
            what = f"air flows through {road.id!r}, whose door is kept closed"
            row.warn("door", what, 'air = 0, or door = "regulator" where some is let through')
    arrives = {r.end if r.air > 0 else r.start for r in ground.roadways.values if r.air}
    leaves = {r.start if r.air > 0 else r.end for r in ground.roadways.values if r.air}
    for node, row in ground.nodes.pairs():
        if node.kind is not NodeKind.JUNCTION or (node.id in arrives) == (node.id in leaves):
            continue
        where = "flows to" if node.id in arrives else "flows from"
        row.warn("", f"air {where} {node.id!r} only", "check `air` of the roadways that meet there")
