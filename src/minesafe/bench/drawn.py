"""A mine whose zones are drawn on its plan, as a surveyor draws them.

Roadways in every direction, faces and chambers at an angle to them, districts over all of these,
on every level.
"""

from dataclasses import replace

import numpy as np

from minesafe.bench.shifts import answerable
from minesafe.model.frame import Column
from minesafe.model.mine import Level, Mine, Roadway, Zone, ZoneKind

LEVELS = 3
WIDE_M = 4_000.0
"""Of a level, either way."""

LONG_M = (200.0, 2_000.0)
HALF_M, CORNER_M = 2.5, 20.0
"""A roadway is twice so wide, and its walls have a corner every so many metres."""

Corners = tuple[tuple[int, int], ...]


def drawn(mine: Mine, people: int, zones: int) -> Mine:
    """The mine with so many people, and areas instead of its zones: 60 of 100 are roadways."""
    random = np.random.default_rng(zones)
    mine = replace(mine, levels=tuple(replace(mine.levels[0], id=f"L{i}") for i in range(LEVELS)))
    roads = [_road(mine.roadways[0], mine.levels, random, i) for i in range(zones * 3 // 5)]
    made = [_zone(mine, random, roads, number) for number in range(zones)]
    return answerable(
        replace(
            mine,
            points=mine.points[:1],
            people=tuple(mine.people[i % len(mine.people)] for i in range(people)),
            shifts=(),
            roadways=tuple(roads),
            zones=tuple(made),
        )
    )


def _road(like: Roadway, levels: tuple[Level, ...], random: np.random.Generator, i: int) -> Roadway:
    length, turn = float(random.uniform(*LONG_M)), float(random.uniform(0, 2 * np.pi))
    x, y = random.uniform(0, WIDE_M, 2).tolist()
    end = (x + length * float(np.cos(turn)), y + length * float(np.sin(turn)), 0.0)
    level = levels[i % len(levels)].id
    return replace(like, id=f"R{i}", length_m=length, path=((x, y, 0.0), end), level=level)


def _zone(mine: Mine, random: np.random.Generator, roads: list[Roadway], number: int) -> Zone:
    """A roadway; or, about a place on one, a face of 200 by 8 m, a chamber or a district."""
    road = roads[number % len(roads)]
    share, turn = random.uniform(0.1, 0.9), random.uniform(0, 2 * np.pi)
    (ax, ay, _), (bx, by, _) = road.path
    middle = np.array([ax + share * (bx - ax), ay + share * (by - ay)])
    if number < len(roads):
        corners = _ragged(np.array([ax, ay]), np.array([bx, by]), HALF_M, random)
    elif number % 8 == 0:
        corners = _ragged(middle, middle + 200 * _towards(turn), 4.0, random)
    elif number % 8 < 4:
        corners = _ragged(middle, middle + random.uniform(10, 30) * _towards(turn), 3.0, random)
    else:
        corners = _district(middle, random)
    return Zone(
        f"Z{number}", mine.name, ZoneKind.KEY, (), 50, (), polygon=corners, level=road.level
    )


def _towards(turn: float) -> Column:
    return np.array([np.cos(turn), np.sin(turn)])


def _ragged(start: Column, end: Column, half: float, random: np.random.Generator) -> Corners:
    """Along one wall and back along the other; no corner is where it would be in a drawing."""
    long = float(np.hypot(*(end - start)))
    ahead = (end - start) / long
    along = np.linspace(0.0, long, max(int(long / CORNER_M), 2))
    along = np.concatenate([along, along[::-1]])
    side = np.repeat([-1.0, 1.0], len(along) // 2) * (half + random.uniform(-0.4, 0.4, len(along)))
    return _whole(start + along[:, None] * ahead + side[:, None] * np.array([-ahead[1], ahead[0]]))


def _district(middle: Column, random: np.random.Generator) -> Corners:
    turns = np.sort(random.uniform(0, 2 * np.pi, 30))
    far = random.uniform(200, 600, 30)
    return _whole(middle + far[:, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1))


def _whole(places: Column) -> Corners:
    return tuple((x, y) for x, y in np.rint(1000 * places).astype(int).tolist())
