"""A large mine made from a seed, a ladder of levels between shafts; of no real mine.

Every level has a shaft for fresh air and one for used air. Between them lie the districts, each
with an intake, a gate, a face, a tail gate, a heading and a return. Inclines with doors join the
levels.
"""

import random
from collections.abc import Iterable

from device_sims.mine import (
    Address,
    Interval,
    Kind,
    Limits,
    Mine,
    Node,
    Person,
    Point,
    Roadway,
    Server,
    Zone,
)

TOP_M, LEVEL_M = -180.0, -70.0
"""Height of the first level, and from each to the next, m."""
TRADES = ("采煤工", "掘进工", "机电工", "运输工", "瓦斯检查员")
GAS = Limits(alarm_high=1.0, cut_high=1.5, restore_high=1.0)
KINDS = (
    Kind("methane", "%CH4", 0, 100, 1.0),
    Kind("co", "ppm", 0, 1000, 5.0),
    Kind("wind", "m/s", 0, 15, 5.0),
    Kind("temperature", "℃", -5, 45, 5.0),
)
PLACES = (
    ("T1", "face", "methane", 0.9, GAS),
    ("T2", "tail", "methane", 0.9, GAS),
    ("H1", "head", "methane", 0.9, GAS),
    ("H2", "head", "methane", 0.1, GAS),
    ("CO", "tail", "co", 0.8, Limits(alarm_high=24.0)),
    ("W", "gate", "wind", 0.5, Limits(alarm_low=0.1)),
    ("TEMP", "face", "temperature", 0.5, Limits(alarm_high=30.0)),
)
"""(name, roadway, kind, how far along it, limits) of the points of each district."""


def ladder(seed: int, levels: int = 3, districts: int = 8, people: int = 320) -> Mine:
    """Make one.

    Args:
        seed: lengths and sections are drawn with it.
        levels: one below the other.
        districts: on each level.
        people: all underground, each with a tag.
    """
    dice = random.Random(seed)
    roadways = tuple(_roadways(dice, levels, districts))
    heights = {n: _height(n) for r in roadways for n in (r.start, r.end)}
    nothing = Address("127.0.0.1", 0)
    return Mine(
        mine="ladder",
        revision=f"{seed:016x}",
        server=Server("http://127.0.0.1:0", nothing),
        broker=nothing,
        nodes=tuple(Node(n, _kind(n), z) for n, z in heights.items()),
        roadways=roadways,
        zones=(Zone("MINE", "mine", tuple(Interval(r.id, 0.0, r.length_m) for r in roadways)),),
        kinds=KINDS,
        points=tuple(_points(roadways)),
        people=tuple(
            Person(f"P{i}", f"P{i}", str(1000 + i), TRADES[i % len(TRADES)]) for i in range(people)
        ),
    )


def _roadways(dice: random.Random, levels: int, districts: int) -> Iterable[Roadway]:
    for level in range(levels):
        depth = -_height(f"{level}")
        yield _roadway(dice, f"{level}-down", "IN", f"{level}i", "shaft", 1, depth)
        yield _roadway(dice, f"{level}-up", f"{level}r", "OUT", "shaft", 1, depth)
        if level:
            above = f"{level - 1}i"
            yield _roadway(dice, f"{level}-incline", above, f"{level}i", "drift", 0, 250)
        for d in range(districts):
            name, a, b, c, e = f"{level}.{d}", *(f"{level}{n}{d}" for n in "abch")
            yield _roadway(dice, f"{name}-in", f"{level}i", a, "intake", 1, 150 + 100 * d)
            yield _roadway(dice, f"{name}-gate", a, b, "intake", 1, 300)
            yield _roadway(dice, f"{name}-face", b, c, "face", 1, 120)
            yield _roadway(dice, f"{name}-tail", c, f"{level}x{d}", "return", 1, 300)
            yield _roadway(dice, f"{name}-head", a, e, "heading", -1, 200)
            yield _roadway(dice, f"{name}-out", f"{level}x{d}", f"{level}r", "return", 1, 150)


def _roadway(
    dice: random.Random, name: str, start: str, end: str, kind: str, air: int, length_m: float
) -> Roadway:
    length_m = round(length_m * dice.uniform(0.8, 1.2), 1)
    section = dice.uniform(20, 28) if kind == "shaft" else dice.uniform(10, 16)
    return Roadway(name, start, end, length_m, kind, air, True, round(section, 1))


def _height(node: str) -> float:
    return 0.0 if node in ("IN", "OUT") else TOP_M + LEVEL_M * int(node[0])


def _kind(node: str) -> str:
    return "portal" if node in ("IN", "OUT") else "end" if "h" in node else "junction"


def _points(roadways: Iterable[Roadway]) -> Iterable[Point]:
    for r in roadways:
        district, _, part = r.id.partition("-")
        for name, where, kind, share, limits in PLACES:
            if where == part:
                at = share * r.length_m
                yield Point(f"{name}-{district}", kind, name, r.id, at, district, limits=limits)
