"""Frames of a mine of any size: quiet seconds, and seconds in which everything happens at once."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from minesafe.engine import Layout
from minesafe.model.frame import Column, Frame, Readings, Sightings
from minesafe.model.logic import OF_ZONES, Node
from minesafe.model.mine import Interval, Mine, Zone, ZoneKind
from minesafe.model.time import SECOND

START = 1_764_000_000 * SECOND
NEAR_LIMITS = 0.001
"""Share of the points that reach their limit in a quiet second."""

WALK_M = 1.4
STEADY_M = 0.1
"""Metres a second of the half that walks, and by which the place of the other half jitters."""


ROADWAYS = 200
LONG_M = 500.0
BESIDE_M, HALF_M = 10.0, 2.0
"""On the plan roadways lie side by side so far apart, and are twice so wide."""


def grown(mine: Mine, points: int, people: int, zones: int = 0) -> Mine:
    """The mine with its points and people repeated until there are so many; no roster.

    With zones, so many stretches of 200 roadways of half a kilometre take the place of its own.
    """
    mine = replace(
        mine,
        points=tuple(mine.points[i % len(mine.points)] for i in range(points)),
        people=tuple(mine.people[i % len(mine.people)] for i in range(people)),
        shifts=(),
    )
    if not zones:
        return answerable(mine)
    roads = tuple(replace(mine.roadways[0], id=f"R{i}", length_m=LONG_M) for i in range(ROADWAYS))
    laid = tuple(
        replace(road, path=((0.0, BESIDE_M * row, 0.0), (road.length_m, BESIDE_M * row, 0.0)))
        for row, road in enumerate((*mine.roadways, *roads))
    )
    return answerable(replace(mine, roadways=laid, zones=tuple(_zones(mine, zones))))


def answerable(mine: Mine) -> Mine:
    """Without the rules and formulas that ask about a point or zone it has no more."""

    def asks(node: Node) -> Iterator[bool]:
        there = mine.zone_row if node.op in OF_ZONES else mine.point_row
        yield not node.point or node.point in there
        for arg in node.args:
            yield from asks(arg)

    kept = (
        rule
        for rule in mine.logic
        if rule.about in mine.point_row
        and all(asks(rule.when))
        and (rule.until is None or all(asks(rule.until)))
    )
    points = tuple(
        point if point.formula is None or all(asks(point.formula)) else replace(point, formula=None)
        for point in mine.points
    )
    return replace(mine, logic=tuple(kept), points=points)


def _zones(mine: Mine, count: int) -> Iterator[Zone]:
    """Stretches of a twentieth to a third of a roadway, some over others."""
    random = np.random.default_rng(count)
    for number in range(count):
        metres = LONG_M * random.uniform(0.05, 0.33)
        start = random.uniform(0.0, LONG_M - metres)
        span = Interval(f"R{number % ROADWAYS}", float(start), float(start + metres))
        yield Zone(f"Z{number}", mine.name, ZoneKind.KEY, (span,), 50, ())


def readings(
    layout: Layout, revision: str, seed: int, frames: int, *, storm: bool
) -> Iterator[Frame]:
    """A value a second of every point.

    Quiet: in the middle of what is no alarm, but for few that reach their limit. Storm: every
    point that has a limit crosses it, there and back.
    """
    random = np.random.default_rng(seed)
    table, points = layout.points, len(layout.points.stale)
    low = np.maximum(table.low, table.calm[:, 0])
    high = np.minimum(table.high, table.calm[:, 1])
    for seq in range(1, frames + 1):
        values = low + (high - low) * random.uniform(0.1, 0.9, points)
        crossing = seq % 2 == 0 if storm else random.random(points) < NEAR_LIMITS
        values = np.where(crossing, high, values)
        yield _told(revision, seq, np.arange(points), values)


def samples(layout: Layout, revision: str, seed: int, frames: int, rows: int) -> Iterator[Frame]:
    """So many quiet values a second, of points anywhere, some of them more than once."""
    random = np.random.default_rng(seed)
    table, points = layout.points, len(layout.points.stale)
    low = np.maximum(table.low, table.calm[:, 0])
    high = np.minimum(table.high, table.calm[:, 1])
    for seq in range(1, frames + 1):
        point = random.integers(0, points, rows)
        values = low[point] + (high - low)[point] * random.uniform(0.1, 0.9, rows)
        yield _told(revision, seq, point, values)


def _told(revision: str, seq: int, point: Column, values: Column) -> Frame:
    now = np.full(len(point), START + seq * SECOND)
    told = Readings(point, values, np.zeros(len(point)), now, now.copy())
    return Frame(seq, int(now[0]), revision, told, Sightings.none())


def walks(layout: Layout, mine: Mine, seed: int, frames: int, *, storm: bool) -> Iterator[Frame]:
    """A sighting a second of everybody: half walk, half stand; in a storm all are elsewhere."""
    random = np.random.default_rng(seed)
    length, people = layout.places.length, len(layout.people.counts)
    road = random.integers(0, len(length), people)
    metres = random.uniform(0, 1, people) * length[road]
    walking, aside = random.random(people) < 0.5, random.uniform(-1.0, 1.0, people)
    readers, zero = len(layout.readers.quiet), np.zeros(people)
    level = np.array([mine.level_row[r.level] for r in mine.roadways])[road]
    for seq in range(1, frames + 1):
        step = np.where(walking, WALK_M, random.normal(0, STEADY_M, people))
        metres = random.uniform(0, 1, people) * length[road] if storm else metres + step
        now = np.full(people, START + seq * SECOND)
        x, y = _on_plan(mine, road, metres, aside)
        place = (np.clip(metres, 0, length[road]), level, x, y, zero)
        station = np.arange(people) % readers
        rows = (np.arange(people), station, road, *place, np.ones(people), zero, zero, now, now)
        yield Frame(seq, int(now[0]), mine.revision, Readings.none(), Sightings(*rows))


def _on_plan(mine: Mine, road: Column, metres: Column, aside: Column) -> tuple[Column, Column]:
    """Along the straight line from a roadway's start to its end, and so far beside it."""
    first = np.array([r.path[0][:2] for r in mine.roadways])
    last = np.array([r.path[-1][:2] for r in mine.roadways])
    way = last - first
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1.0)[:, None]
    (ux, uy), (x, y) = way[road].T, first[road].T
    return x + metres * ux - aside * uy, y + metres * uy + aside * ux
