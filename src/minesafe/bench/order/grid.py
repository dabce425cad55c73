"""A mine of five thousand roadways and eight thousand people, made by rule and not drawn."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from minesafe.config import load, shipped
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import (
    Interval,
    Mine,
    Node,
    NodeKind,
    Person,
    Point,
    Roadway,
    Zone,
    ZoneKind,
)
from minesafe.model.time import SECOND, Micros

SIDE = 50
"""Nodes along one side: 2 × 50 × 49 = 4,900 roadways, and 100 more to the refuges and portals."""
STEP_M = 120.0
PEOPLE = 8_000
PORTALS, REFUGES = 4, 20
FACES = 100
HOLDS = 120
"""Heads a refuge takes."""

START: Micros = 1_764_000_000 * SECOND


def grid_mine(seed: int, side: int = SIDE, people: int = PEOPLE) -> Mine:
    """The demo mine's rules and duties upon a grid, whose air flows east and north."""
    random, demo = np.random.default_rng(seed), load(shipped("demo"))
    nodes, roads = [*_nodes(demo, side)], [*_roads(demo, side)]
    zones = [*_zones(roads)]
    readers = tuple(replace(demo.readers[0], roadway=roads[0].id) for _ in range(1))
    methane = next(p for p in demo.points if p.kind == "methane" and p.rule)
    points = tuple(_points(methane, roads, random))
    shift = replace(demo.shifts[0], start=START - 3600 * SECOND, end=START + 86_400 * SECOND)
    crowd = (*demo.people[:20], *(_person(demo, i) for i in range(people - 20)))
    return replace(
        demo,
        nodes=tuple(nodes),
        roadways=tuple(roads),
        zones=tuple(zones),
        points=points,
        readers=readers,
        people=crowd,
        shifts=(shift,),
        outputs=tuple(replace(o, zones=("MINE",)) for o in demo.outputs[:4]),
        broadcasters=(),
        telephones=(),
        windows=(),
        logic=(),
    )


def _nodes(demo: Mine, side: int) -> Iterator[Node]:
    level = demo.levels[0].id
    for i in range(side * side):
        x, y = divmod(i, side)
        yield Node(f"N{i}", NodeKind.JUNCTION, level, x * STEP_M, y * STEP_M, 0.1 * x)
    for n, kind in enumerate([NodeKind.PORTAL] * PORTALS + [NodeKind.REFUGE] * REFUGES):
        at = _join(n, side) * STEP_M
        yield Node(f"X{n}", kind, level, at, at + 60.0, 0.0)


def _join(n: int, side: int) -> int:
    """Where along the diagonal the n-th portal or refuge is joined."""
    return (n * 2 + 1) % side


def _roads(demo: Mine, side: int) -> Iterator[Roadway]:
    base, nodes = demo.roadways[0], {n.id: n for n in _nodes(demo, side)}
    ends = [(i, i + 1) for i in range(side * side) if (i + 1) % side]
    ends += [(i, i + side) for i in range(side * (side - 1))]
    named = [(f"N{a}", f"N{b}") for a, b in ends]
    named += [(f"N{_join(n, side) * (side + 1)}", f"X{n}") for n in range(PORTALS + REFUGES)]
    for i, (a, b) in enumerate(named):
        path = tuple((nodes[n].x, nodes[n].y, nodes[n].z) for n in (a, b))
        yield replace(
            base, id=f"R{i}", start=a, end=b, path=path, length_m=STEP_M, kind="drift", air=1,
            walkable=True, main_return=False, door="closed" if i % 40 == 0 else "none",
        )  # fmt: skip


def _zones(roads: list[Roadway]) -> Iterator[Zone]:
    name, grid = roads[0].name, len(roads) - PORTALS - REFUGES
    yield Zone(
        "MINE", name, ZoneKind.MINE, tuple(Interval(r.id, 0, STEP_M) for r in roads), None, ()
    )
    for i, road in enumerate(roads[grid:]):
        kind = ZoneKind.PORTAL if i < PORTALS else ZoneKind.REFUGE
        limit = None if i < PORTALS else HOLDS
        yield Zone(f"Z{i}", name, kind, (Interval(road.id, 60.0, STEP_M),), limit, ())
    for i in range(FACES):
        span = Interval(roads[i * grid // FACES].id, 0.0, STEP_M)
        yield Zone(f"FACE{i}", name, ZoneKind.FACE, (span,), None, ())


def _points(like: Point, roads: list[Roadway], random: np.random.Generator) -> Iterator[Point]:
    for i, row in enumerate(random.integers(0, len(roads) - PORTALS - REFUGES, 100).tolist()):
        yield replace(like, id=f"CH4-{i}", roadway=roads[row].id, chainage_m=60.0)


def _person(demo: Mine, number: int) -> Person:
    return replace(
        demo.people[0], id=f"G{number}", tag=f"9{number:06d}", phone="", name=f"G{number}"
    )


def sighted(mine: Mine, seq: int, random: np.random.Generator) -> Frame:
    """Everybody seen somewhere on the grid, and every point well."""
    count, points = len(mine.people), len(mine.points)
    road = random.integers(0, len(mine.roadways) - PORTALS - REFUGES, count)
    metres, zero = random.uniform(0.0, STEP_M, count), np.zeros(count)
    now = np.full(count, START + seq * SECOND)
    columns = (np.arange(count), zero, road, metres, zero, metres, zero, zero)
    sightings = Sightings(*columns, np.ones(count), zero, zero, now, now)
    heard = now[:1].repeat(points)
    readings = Readings(np.arange(points), np.full(points, 0.2), np.zeros(points), heard, heard)
    return Frame(seq, int(now[0]), mine.revision, readings, sightings)
