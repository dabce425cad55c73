"""Areas asked by their grid, one by one and by the loop, are what geometry says: every place."""

from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from minesafe.bench.drawn import drawn
from minesafe.config import load, shipped
from minesafe.engine.area_grid import AreaGrid
from minesafe.engine.areas import Area
from minesafe.engine.fences import FOREVER, NO_FENCE
from minesafe.engine.kernels import Kernels
from minesafe.engine.kernels.area_loops import NO_BOX, Stays
from minesafe.engine.kernels.near import packed
from minesafe.model.frame import Column

Corners = tuple[tuple[int, int], ...]
AT_ONCE = 100_000


def surveyed() -> list[tuple[int, Corners]]:
    """The zones of the bench, on three levels."""
    mine = drawn(load(shipped("demo")), 1, 500)
    return [(mine.level_row[z.level], z.polygon) for z in mine.zones]


def squared(seed: int) -> list[tuple[int, Corners]]:
    """Stars with corners on a lattice of 500 mm, over each other: many places lie on an edge."""
    random = np.random.default_rng(seed)
    made = list[tuple[int, Corners]]()
    while len(made) < 60:
        turns = np.sort(random.uniform(0, 2 * np.pi, int(random.integers(3, 30))))
        far = random.uniform(0.05, 1.0, len(turns)) * random.choice([3, 30, 120])
        star = np.stack([far * np.cos(turns), far * np.sin(turns)], axis=1)
        star = np.rint(star + random.uniform(0, 200, 2)).astype(int) * 500
        corners = tuple((x, y) for x, y in dict.fromkeys(map(tuple, star.tolist())))
        if len(corners) > 2 and shapely.Polygon(corners).is_valid:
            made.append((int(random.integers(0, 2)), corners))
    return made


class Oracle:
    """The same areas in a library of geometry, and in the grid."""

    def __init__(self, zones: list[tuple[int, Corners]]) -> None:
        self.zones = zones
        areas = [Area.of(row, level, 0.0, c) for row, (level, c) in enumerate(zones)]
        levels = range(max(level for level, _ in zones) + 1)
        self.grid = AreaGrid.of([[a.ring for a in areas if a.level == n] for n in levels])
        self.trees = []
        for n in levels:
            rows = np.array([row for row, (level, _) in enumerate(zones) if level == n])
            shapes = np.array([shapely.Polygon(zones[row][1]) for row in rows])
            self.trees.append((rows, shapely.STRtree(shapes)))

    def says(self, level: Column, x: Column, y: Column) -> Column:
        within = np.zeros((len(x), len(self.zones)), np.bool_)
        for n, (rows, tree) in enumerate(self.trees):
            here = np.flatnonzero(level == n)
            place, shape = tree.query(shapely.points(x[here], y[here]), predicate="intersects")
            within[here[place], rows[shape]] = True
        return within

    def places(self, random: np.random.Generator, count: int) -> tuple[Column, Column, Column]:
        """Anywhere, at corners, on edges where whole millimetres are, and a millimetre beside."""
        zone = random.integers(0, len(self.zones), count)
        sizes = np.array([len(c) for _, c in self.zones])
        first = np.cumsum(sizes) - sizes
        corners = np.array([p for _, c in self.zones for p in c])
        i = random.integers(0, sizes[zone])
        a, b = corners[first[zone] + i], corners[first[zone] + (i + 1) % sizes[zone]]
        steps = np.gcd(*np.abs(b - a).T)
        k = np.where(random.random(count) < 0.3, 0, random.integers(0, steps + 1))
        place = a + (b - a) // steps[:, None] * k[:, None]
        place += np.where(random.random(count) < 0.6, random.integers(-1, 2, (2, count)), 0).T
        low, high = corners.min(axis=0) - 9_000, corners.max(axis=0) + 9_000
        free = random.random(count) < 0.2
        place[free] = random.integers(low, high, (count, 2))[free]
        level = np.array([level for level, _ in self.zones])[zone]
        return level, place[:, 0], place[:, 1]


def agree(oracle: Oracle, loop: Kernels | None, seed: int, count: int) -> int:
    """How many of the places asked lie in an area; each by grid, by loop and by the oracle."""
    random, inside = np.random.default_rng(seed), 0
    for size in _parts(count):
        level, x, y = oracle.places(random, size)
        within, near = np.zeros((2, size, len(oracle.zones) + 1), np.bool_)
        oracle.grid.mark(within, near, level, x, y)
        assert np.array_equal(within[:, :-1], oracle.says(level, x, y))
        assert np.array_equal(within, near)
        inside += int(within.any(axis=1).sum())
        if loop is not None:
            held_by_loop(oracle, loop, level, x, y, within, random)
    return inside


def _parts(count: int) -> Iterator[int]:
    return (min(AT_ONCE, count - begin) for begin in range(0, count, AT_ONCE))


def held_by_loop(
    oracle: Oracle,
    loop: Kernels,
    level: Column,
    x: Column,
    y: Column,
    within: Column,
    random: np.random.Generator,
) -> None:
    """The loop lets pass whoever is where he stays, nobody else, and all he may reach unasked."""
    slots = oracle.grid.most + 1
    stay = np.full((len(x), slots), NO_FENCE, np.int32)
    row, fence = np.nonzero(within)
    stay[row, np.arange(len(row)) - np.searchsorted(row, row)] = fence
    boxes = np.tile(np.array(NO_BOX, np.int32), (len(x), 1))

    def kept(stay: Column, x: Column, y: Column) -> Column:
        fuse = np.full((*stay.shape, 2), FOREVER, np.int64)
        found = np.empty(len(x), np.bool_)
        look = loop.hear_sightings.__self__._hold  # type: ignore[attr-defined]  # the loop itself
        tags = np.arange(len(x), dtype=np.int32)
        drawn = packed(oracle.grid, np.append(np.ones(len(oracle.zones), np.bool_), False))
        answers = np.empty((oracle.grid.most, 2), np.bool_)
        place = (level.astype(np.int16), x / 1000, y / 1000)
        columns = (tags, *place)
        for column in columns:
            column.flags.writeable = False
        look(*columns, drawn, Stays(stay, fuse), boxes, answers, found)
        return found

    assert kept(stay, x, y).all()
    boxed = np.flatnonzero(boxes[:, 2] >= boxes[:, 1])
    low, high = np.maximum(boxes[:, [1, 3]], -(10**8)), np.minimum(boxes[:, [2, 4]], 10**8)
    corner = np.where(random.random((len(x), 2)) < 0.5, low, high)
    assert kept(stay, *np.where(np.isin(np.arange(len(x)), boxed), corner.T, [x, y])).all()
    other, near = np.zeros((2, *within.shape), np.bool_)
    oracle.grid.mark(other, near, level[:], corner[:, 0], corner[:, 1])
    assert np.array_equal(other[boxed], within[boxed])
    boxes[:] = NO_BOX
    stay[:, -1] = (stay[:, 0] + 1) % len(oracle.zones)
    boxes[:] = NO_BOX
    wrong = ~within[np.arange(len(x)), stay[:, -1]]
    assert not kept(stay, x, y)[wrong].any()


def test_places_of_a_surveyed_mine_and_a_millimetre_beside_its_walls(compiled: Kernels) -> None:
    assert agree(Oracle(surveyed()), compiled, 1, 40_000) > 10_000


@given(st.integers(0, 2**32))
def test_stars_over_each_other_on_a_lattice(seed: int) -> None:
    agree(Oracle(squared(seed)), None, seed, 300)


def test_the_loop_on_stars(compiled: Kernels) -> None:
    agree(Oracle(squared(4)), compiled, 5, 20_000)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_ten_million_places(compiled: Kernels) -> None:
    oracles = [surveyed(), *(squared(seed) for seed in range(9))]
    asked = [agree(Oracle(zones), compiled, n, 1_000_000) for n, zones in enumerate(oracles)]
    assert sum(asked) > 3_000_000
