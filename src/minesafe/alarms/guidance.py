"""处置提示: what to do about an alarm, inherited point ← rule row ← kind ← zone.

A rule about several points says it first for its own alarm: see `of_rule`.
"""

from collections.abc import Iterable

from minesafe.alarms.places import zones_of_point
from minesafe.model.mine import Mine, Name, ZoneKind

WIDE = (ZoneKind.MINE, ZoneKind.DISTRICT)
"""Wide zones, asked last: what a face says of itself is nearer."""


def of_point(mine: Mine, row: int) -> Name | None:
    """The point's own, else its rule row's, its kind's, that of the narrowest zone that has one."""
    point = mine.points[row]
    rule = mine.rule.get(point.rule or "")
    own = point.guidance or (rule.guidance if rule else None)
    if own is not None:
        return own
    kind = mine.kind[point.kind].guidance
    return kind if kind.zh or kind.en else of_zones(mine, zones_of_point(mine, row))


def of_rule(mine: Mine, rule: str) -> Name | None:
    """Of a rule about several points: it knows more than the one point its alarm is about."""
    row = mine.logic_row.get(rule)
    if row is None:
        return None
    logic = mine.logic[row]
    return logic.guidance or of_point(mine, mine.point_row[logic.about])


def of_zones(mine: Mine, zones: Iterable[str]) -> Name | None:
    """Of an alarm about a zone or the people in it."""
    found = [mine.zones[mine.zone_row[z]] for z in zones if z in mine.zone_row]
    found.sort(key=lambda zone: zone.kind in WIDE)
    return next((zone.guidance for zone in found if zone.guidance is not None), None)
