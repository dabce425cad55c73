"""How many people were where, minute by minute, from what the history keeps of everybody.

A person counts in a zone in every minute in some part of which his tag was there, so the count of a
minute is never too low, and too high by those who crossed its border in it. A place that is only
known as a stretch counts in every zone the stretch touches. Nobody seen in an hour of which the
history has nothing is not nobody: such hours are unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.frame import Column
from minesafe.model.mine import Mine, Zone, ZoneKind
from minesafe.model.presence import Presence
from minesafe.model.time import MINUTE, SECOND, Micros
from minesafe.ports import History
from minesafe.reports.statutory.span import Span

HOUR: Micros = 3600 * SECOND

COUNTED = frozenset(ZoneKind) - {ZoneKind.PORTAL}


@dataclass
class Most:
    """The greatest number of people in one zone."""

    cards: int = 0
    at: Micros | None = None
    counted: int = 0
    """Of those that count toward its limit, at most."""
    over: int = 0
    """Minutes in which more counted than its limit of then."""


@dataclass
class Crowd:
    """Everybody's day."""

    hours: list[tuple[Micros, bool]] = field(default_factory=list)
    """(begin, whether the history knows anything of it)."""
    by_hour: dict[str, list[int]] = field(default_factory=dict)
    """Zone → the greatest count of each hour."""
    most: dict[str, Most] = field(default_factory=dict)
    seen: dict[int, tuple[Micros, Micros]] = field(default_factory=dict)
    """Row of a person → first and last time his tag was seen in the mine."""

    @property
    def unknown(self) -> list[Micros]:
        """Hours of which nothing is known."""
        return [begin for begin, known in self.hours if not known]


async def crowd(mine: Mine, history: History | None, span: Span) -> Crowd | None:
    """Count; None where the history cannot be asked."""
    if history is None:
        return None
    zones = [z for z in mine.zones if z.kind in COUNTED]
    found = Crowd(by_hour={z.id: [] for z in zones}, most={z.id: Most() for z in zones})
    try:
        known = await _known(mine, history, span)
        for begin in range(span.start, span.until, HOUR):
            there = await history.presence(begin, min(begin + HOUR, span.until) - 1)
            _add(mine, found, zones, there, begin, span)
            found.hours.append((begin, begin in known or len(there) > 0))
    except (StoreUnavailable, Refused):
        return None
    return found


async def _known(mine: Mine, history: History, span: Span) -> set[Micros]:
    """Hours in which any point was heard: asked of one after the other until none is left."""
    wanted = set(range(span.start, span.until, HOUR))
    known: set[Micros] = set()
    for row in range(len(mine.points)):
        if known >= wanted:
            break
        trend = await history.trend(row, span.start, span.until, 300)
        known |= {span.start + (int(s) - span.start) // HOUR * HOUR for s in trend.start}
    return known


def _add(
    mine: Mine, found: Crowd, zones: Sequence[Zone], there: Presence, begin: Micros, span: Span
) -> None:
    inside = (there.tag >= 0) & (there.roadway >= 0) & (there.minute >= span.start)
    rows = np.flatnonzero(inside & (there.minute < span.until))
    counts = np.array([p.counts for p in mine.people], bool)
    for zone in zones:
        own = rows[_in_zone(mine, zone, there, rows)]
        cards = _by_minute(there, own)
        found.by_hour[zone.id].append(max(cards.values(), default=0))
        counted = _by_minute(there, own[counts[there.tag[own]]])
        _keep_most(mine, found.most[zone.id], zone, cards, counted)
        if zone.kind is ZoneKind.MINE:
            _keep_seen(found.seen, there, own)


def _in_zone(mine: Mine, zone: Zone, there: Presence, rows: Column) -> Column:
    """Which rows' stretches touch one of the zone's."""
    found = np.zeros(len(rows), bool)
    road, low, high = there.roadway[rows], there.low[rows], there.high[rows]
    for stretch in zone.intervals:
        on = road == mine.roadway_row[stretch.roadway]
        found |= on & (low <= stretch.to_m) & (high >= stretch.from_m)
    return found


def _by_minute(there: Presence, rows: Column) -> Mapping[Micros, int]:
    """Different people of each minute."""
    pairs = np.unique(np.stack([there.minute[rows], there.tag[rows].astype(np.int64)]), axis=1)
    minutes, numbers = np.unique(pairs[0], return_counts=True)
    return dict(zip(minutes.tolist(), numbers.tolist(), strict=True))


def _keep_most(
    mine: Mine, most: Most, zone: Zone, cards: Mapping[Micros, int], counted: Mapping[Micros, int]
) -> None:
    for minute, number in cards.items():
        if number > most.cards:
            most.cards, most.at = number, minute
    for minute, number in counted.items():
        most.counted = max(most.counted, number)
        limit = mine.head_limit(zone, minute)
        most.over += limit is not None and number > limit


def _keep_seen(seen: dict[int, tuple[Micros, Micros]], there: Presence, rows: Column) -> None:
    for tag in np.unique(there.tag[rows]).tolist():
        own = rows[there.tag[rows] == tag]
        first, last = int(there.first[own].min()), int(there.last[own].max())
        known = seen.get(tag, (first, last))
        seen[tag] = min(first, known[0]), max(last, known[1])


def minutes(number: int) -> float:
    """Minutes as seconds."""
    return number * MINUTE / SECOND
