"""What the roadways must be as a whole: ways out for everybody, and air that goes somewhere."""

from collections.abc import Sequence

from minesafe.config.place import Ground
from minesafe.config.row import Findings, Named, Row
from minesafe.model.mine import NodeKind, Roadway, Zone, ZoneKind


def check_ways_out(findings: Findings, file: str, ground: Ground, zones: Named[Zone]) -> None:
    """Two exits for the mine and for each district and face, and a way out from everywhere.

    Source: 矿山安全法实施条例, article 10 (1).
    """
    portals = [n.id for n in ground.nodes.values if n.kind is NodeKind.PORTAL]
    roads = [r for r in ground.roadways.values if r.walkable and r.start and r.end]
    exits = [p for p in portals if any(p in (r.start, r.end) for r in roads)]
    if len(exits) < 2:
        line = ground.nodes.rows[portals[0]].line if portals else 0
        what = f"the mine has {len(exits)} walkable exit(s) to the surface"
        _tell(findings, file, line, what, "two nodes of kind portal, each on a walkable roadway")
    near = _reachable(roads, exits)
    for road in (r for r in roads if r.start not in near):
        ground.roadways.rows[road.id].fault("", f"no walkable way leads out from {road.id!r}")
    for zone, row in zones.pairs():
        if zone.kind in (ZoneKind.DISTRICT, ZoneKind.FACE) and near:
            _check_second_way(row, zone, roads, exits)


def _check_second_way(row: Row, zone: Zone, roads: Sequence[Roadway], exits: Sequence[str]) -> None:
    mine = {s.roadway for s in zone.intervals}
    ends = {n for r in roads if r.id in mine for n in (r.start, r.end)}
    for lost in roads:
        if not ends & _reachable([r for r in roads if r is not lost], exits):
            what = f"the only way out of zone {zone.id!r} leads through {lost.id!r}"
            row.fault("", what, "a district and a face need two exits")
            return


def _reachable(roads: Sequence[Roadway], start: Sequence[str]) -> set[str]:
    near, edge = set(start), list(start)
    beside: dict[str, list[str]] = {}
    for road in roads:
        beside.setdefault(road.start, []).append(road.end)
        beside.setdefault(road.end, []).append(road.start)
    while edge:
        new = [n for n in beside.get(edge.pop(), []) if n not in near]
        near.update(new)
        edge.extend(new)
    return near


def _tell(findings: Findings, file: str, line: int, what: str, hint: str) -> None:
    row = Row(findings, file, line, {})
    row.fault("", what, hint)


def check_air(ground: Ground) -> None:
    """Warn where air comes together and goes nowhere, or goes and comes from nowhere."""
    arrives = {r.end if r.air > 0 else r.start for r in ground.roadways.values if r.air}
    leaves = {r.start if r.air > 0 else r.end for r in ground.roadways.values if r.air}
    for node, row in ground.nodes.pairs():
        if node.kind is not NodeKind.JUNCTION or (node.id in arrives) == (node.id in leaves):
            continue
        where = "flows to" if node.id in arrives else "flows from"
        row.warn("", f"air {where} {node.id!r} only", "check `air` of the roadways that meet there")
