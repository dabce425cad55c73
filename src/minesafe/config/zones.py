"""区域: zones of zones.toml, the stretches they cover and who may be there how."""

from collections.abc import Sequence
from dataclasses import dataclass

from minesafe.config.areas import Corner, read_area
from minesafe.config.place import Ground
from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Duty, Guard, Interval, Person, Zone, ZoneKind

GUARD = Guard(
    exit_tolerance_m=5.0, tolerance_timeout_s=60.0, exit_delay_s=10.0, fence_timeout_s=0.0
)
"""Where zones.toml says nothing: a place that is 5 m off, once a second, tells of no leaving, and a
walker at 1.1 m/s is told within 15 s."""

LIMITED = (ZoneKind.MINE, ZoneKind.FACE, ZoneKind.HEADING, ZoneKind.REFUGE)
"""Zones that should have a head-count limit."""

OVERTIME_S = 36_000.0
"""超时: ten hours underground, unless the mine's zone says otherwise."""

AT_ONCE = Guard()
"""Of a refuge: whoever is in it counts as safe, so that he has left it is told at once."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What a zone refers to."""

    ground: Ground
    usual: Guard
    trades: frozenset[str]
    certificates: frozenset[str]


def read_zones(file: Row, ground: Ground, people: Sequence[Person]) -> Named[Zone]:
    """区域 of zones.toml."""
    around = _Around(
        ground,
        _guard(file.take_parts("guard"), GUARD),
        frozenset(p.trade for p in people),
        frozenset(name for p in people for name, _ in p.certificates),
    )
    zones = gather(file.take_parts("zone"), lambda row, ident: _zone(row, ident, around))
    file.done()
    if not len(zones):
        file.fault("", "holds no [[zone]]")
    return zones


def _zone(row: Row, ident: str, around: _Around) -> Zone:
    kind = row.member("kind", ZoneKind)
    asked = around.trades | set(Duty)
    usual = AT_ONCE if kind is ZoneKind.REFUGE else around.usual
    longest = OVERTIME_S if kind is ZoneKind.MINE else 0.0
    polygon, level, spans = _place(row, around.ground)
    zone = Zone(
        ident,
        row.name(),
        kind,
        spans,
        row.whole_or_none("limit", low=1, high=10_000),
        row.words("permitted", around.trades, required=False, what="trade"),
        guard=_guard(row.take_parts("guard"), usual),
        maintenance_limit=row.whole_or_none("maintenance_limit", low=1, high=10_000),
        certificates=row.words(
            "certificates", around.certificates, required=False, what="certificate"
        ),
        near_m=row.number("near_m", 0.0, low=0, high=500),
        max_dwell_s=row.number("max_dwell_s", longest, low=0, high=7 * 86_400),
        still_s=row.number("still_s", 0.0, low=0, high=86_400),
        polygon=polygon,
        level=level,
        supply_h=row.number("supply_h", 96.0, low=1, high=1000),
        post=row.words("post", asked, required=False, what="trade or duty"),
        guidance=row.guidance(),
    )
    _check(row, zone)
    return zone


def _check(row: Row, zone: Zone) -> None:
    if zone.limit is None and zone.kind in LIMITED:
        row.warn("kind", f"zone {zone.id!r} has no head-count limit (限员)", "give limit = …")
    if row.has("supply_h") and zone.kind is not ZoneKind.REFUGE:
        row.fault("supply_h", f"only a refuge stores air, not a {zone.kind}")
    if zone.limit is None and zone.maintenance_limit is not None:
        row.fault("maintenance_limit", "a limit for maintenance alone", "give limit = … too")
    if zone.permitted and zone.kind is not ZoneKind.RESTRICTED:
        row.fault("permitted", f"only a restricted zone has permitted trades, not a {zone.kind}")
    if zone.polygon and zone.kind in (ZoneKind.PORTAL, ZoneKind.MINE):
        row.fault("polygon", f"a {zone.kind} is stretches of roadway, not an area")
    if zone.polygon and zone.still_s:
        row.fault("still_s", "standing still is told along a roadway, not in an area")
    if zone.near_m and zone.kind is not ZoneKind.RESTRICTED and not zone.certificates:
        row.fault("near_m", f"whoever comes near a {zone.kind} may go in", "for restricted zones")


def _place(row: Row, ground: Ground) -> tuple[tuple[Corner, ...], str, tuple[Interval, ...]]:
    """A polygon on a level, or stretches of roadway; not both, for one of them would mislead."""
    if not row.has("polygon"):
        return (), "", _intervals(row, ground)
    if row.has("roadways") or "interval" in row.parts:
        row.take_parts("interval")
        row.fault("polygon", "the zone is a polygon and stretches of roadway", "keep one of them")
    return read_area(row, ground)


def _intervals(row: Row, ground: Ground) -> tuple[Interval, ...]:
    given = row.texts("roadways", required=False)
    if given == ("*",):
        whole: tuple[str, ...] = tuple(ground.roadways)
    else:
        whole = row.words("roadways", ground.roadways.items, required=False, what="roadway")
    spans = [Interval(r, 0.0, ground.roadways[r].length_m) for r in whole]
    spans += [_interval(part, ground) for part in row.take_parts("interval")]
    if not spans and not given:
        row.fault(
            "",
            "the zone covers no roadway",
            "give roadways = […], [[zone.interval]] or polygon = […]",
        )
    return tuple(s for s in spans if s.roadway)


def _interval(row: Row, ground: Ground) -> Interval:
    roadway = row.reference("roadway", ground.roadways, "roadway")
    length = ground.roadways[roadway].length_m if roadway else 0.0
    start = ground.chainage(row, "from_m", roadway, 0.0)
    end = ground.chainage(row, "to_m", roadway, length)
    row.done()
    if end < start:
        row.fault("to_m", f"the interval ends at {end:g} m, before it begins at {start:g} m")
    return Interval(roadway, start, end)


def _guard(tables: Sequence[Row], usual: Guard) -> Guard:
    """[guard] of the file or [zone.guard] of a zone; what it leaves out is as usual."""
    guard = usual
    for row in tables:
        guard = Guard(
            row.number("exit_tolerance_m", usual.exit_tolerance_m, low=0, high=100),
            row.number("tolerance_timeout_s", usual.tolerance_timeout_s, low=0, high=3600),
            row.number("exit_delay_s", usual.exit_delay_s, low=0, high=600),
            row.number("fence_timeout_s", usual.fence_timeout_s, low=0, high=86_400),
        )
        row.done()
        if guard.fence_timeout_s:
            what = f"whoever is not seen for {guard.fence_timeout_s:g} s is no longer counted"
            row.warn("fence_timeout_s", what, "0 keeps the unseen where they were seen last")
    return guard
