"""区域: zones of zones.toml, the stretches they cover and who may be there how."""

from collections.abc import Sequence

from minesafe.config.place import Ground
from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Duty, Guard, Interval, Zone, ZoneKind

GUARD = Guard(
    exit_tolerance_m=5.0, tolerance_timeout_s=60.0, exit_delay_s=10.0, fence_timeout_s=0.0
)
"""Where zones.toml says nothing: a place that is 5 m off, once a second, tells of no leaving, and a
walker at 1.1 m/s is told within 15 s."""

AT_ONCE = Guard()
"""Of a refuge: whoever is in it counts as safe, so that he has left it is told at once."""


def read_zones(file: Row, ground: Ground, trades: frozenset[str]) -> Named[Zone]:
    """区域 of zones.toml."""
    usual = _guard(file.take_parts("guard"), GUARD)
    zones = gather(
        file.take_parts("zone"), lambda row, ident: _zone(row, ident, ground, trades, usual)
    )
    file.done()
    if not len(zones):
        file.fault("", "holds no [[zone]]")
    return zones


def _zone(row: Row, ident: str, ground: Ground, trades: frozenset[str], usual: Guard) -> Zone:
    kind = row.member("kind", ZoneKind)
    limit = row.whole_or_none("limit", low=1, high=10_000)
    permitted = row.words("permitted", trades, required=False, what="trade")
    guard = _guard(row.take_parts("guard"), AT_ONCE if kind is ZoneKind.REFUGE else usual)
    post = row.words("post", trades | set(Duty), required=False, what="trade or duty")
    maintenance = row.whole_or_none("maintenance_limit", low=1, high=10_000)
    zone = Zone(
        ident,
        row.name(),
        kind,
        _intervals(row, ground),
        limit,
        permitted,
        guard,
        maintenance,
        post,
    )
    if limit is None and kind in (ZoneKind.MINE, ZoneKind.FACE, ZoneKind.HEADING, ZoneKind.REFUGE):
        row.warn("kind", f"zone {ident!r} has no head-count limit (限员)", "give limit = …")
    if limit is None and maintenance is not None:
        row.fault("maintenance_limit", "a limit for maintenance alone", "give limit = … too")
    if permitted and kind is not ZoneKind.RESTRICTED:
        row.fault("permitted", f"only a restricted zone has permitted trades, not a {kind}")
    return zone


def _intervals(row: Row, ground: Ground) -> tuple[Interval, ...]:
    given = row.texts("roadways", required=False)
    if given == ("*",):
        whole: tuple[str, ...] = tuple(ground.roadways)
    else:
        whole = row.words("roadways", ground.roadways.items, required=False, what="roadway")
    spans = [Interval(r, 0.0, ground.roadways[r].length_m) for r in whole]
    spans += [_interval(part, ground) for part in row.take_parts("interval")]
    if not spans and not given:
        row.fault("", "the zone covers no roadway", "give roadways = […] or [[zone.interval]]")
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
