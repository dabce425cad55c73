"""How long people can live in each refuge, and whether: who must be reached first.

What a refuge stores keeps as many people as it holds for `supply_h` hours (96 by the rule for coal
mines, 安监总煤装〔2011〕15号, unverified). People who came earlier have used some of it.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from minesafe.evacuation.guide import Guide
from minesafe.evacuation.ways.network import UNBOUNDED
from minesafe.model.events import Whereabouts
from minesafe.model.mine import Mine
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.quality import Quality
from minesafe.model.refuge import Refuge, Verdict
from minesafe.model.time import SECOND, Micros

BELIEVED = (Quality.GOOD, Quality.UNDER_VOLTAGE, Quality.CLOCK, Quality.OUT_OF_RANGE)
"""A point inside with another quality, or silent, tells nothing of the air. One beyond its range
raises its limit like any other; just below it, it is a sensor that trembles at nothing."""

HOUR: Micros = 3600 * SECOND


def refuges(
    mine: Mine, guide: Guide, picture: Picture, orders: Iterable[Order], now: Micros
) -> list[Refuge]:
    """Every refuge that is a zone, the one to be reached first at the head."""
    open_ = list(orders)
    points = guide.hazards.inside
    coming = _coming(open_)
    found = []
    for node_row, zone_row in zip(guide.net.refuges.tolist(), guide.net.refuge_zone, strict=True):
        if zone_row < 0:
            continue
        node, zone = mine.nodes[node_row].id, mine.zones[zone_row]
        inside = np.flatnonzero(picture.inside[:, zone_row])
        verdict, why = _verdict(mine, points[node], guide.hazards.over, picture)
        used_h = _used_h({mine.people[i].id for i in inside.tolist()}, open_, now)
        capacity = UNBOUNDED if zone.limit is None else zone.limit
        found.append(
            Refuge(
                node,
                zone.id,
                len(inside),
                coming.get(node, 0),
                capacity,
                _air_h(capacity * zone.supply_h, used_h, len(inside)),
                verdict,
                why,
            )
        )
    return sorted(found, key=lambda refuge: (refuge.urgency, refuge.node))


def _coming(orders: Iterable[Order]) -> Mapping[str, int]:
    """By node, people of open evacuations who are on the way; of two orders one counts."""
    to = {
        row.person: row.destination
        for o in orders
        for row in o.muster.values()
        if not row.accounted
    }
    return {node: sum(d == node for d in to.values()) for node in set(to.values())}


def _used_h(people: set[str], orders: Iterable[Order], now: Micros) -> float:
    """Person-hours breathed by those who are inside, since they came."""
    since: dict[str, Micros] = {}
    for order in orders:
        for person in people & order.muster.keys():
            row = order.muster[person]
            if row.whereabouts is Whereabouts.AT_REFUGE:
                since[person] = min(row.since, since.get(person, now))
    return sum(now - began for began in since.values()) / HOUR


def _air_h(stored_h: float, used_h: float, inside: int) -> float | None:
    return round(max(stored_h - used_h, 0.0) / inside, 1) if inside else None


def _verdict(
    mine: Mine, points: Iterable[str], over: Iterable[str], picture: Picture
) -> tuple[Verdict, tuple[str, ...]]:
    inside = sorted(points)
    bad = tuple(p for p in inside if p in set(over))
    if bad:
        return Verdict.UNINHABITABLE, bad
    dumb = tuple(p for p in inside if not _tells(picture, mine.point_row[p]))
    return (Verdict.UNKNOWN if dumb or not inside else Verdict.HABITABLE), dumb


def _tells(picture: Picture, row: int) -> bool:
    return not picture.silent[row] and int(picture.quality[row]) in BELIEVED
