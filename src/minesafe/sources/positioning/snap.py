"""From coordinates to a place on the roadways: the nearest, on the right level, with its error.

A system that measures x, y, z knows nothing of roadways. Its point is put on the nearest of the
surveyed lines. Where another roadway is as near as makes no difference, nobody can say in which of
the two the person is: the nearer one is named, and the error grows by the way between both.

The mine is cut into cubes. Of each cube that is asked for, the stretches that can be nearest to
any point in it are found once, by arrays over all; after that a point costs a look at some ten.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import dist, inf, sqrt
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine

XYZ = tuple[float, float, float]

FARTHEST_M = 30.0
"""What is further from every roadway is no place in this mine, or another system's coordinates."""

CUBE_M = 8.0
HALF_M = CUBE_M * sqrt(3) / 2
"""From a cube's middle to its corner."""

LEAST_DOUBT_M, MOST_DOUBT_M = 1.0, 20.0
"""A roadway that is further by less than twice the error, but between these, may be the one."""

CUBES = 20_000
"""Remembered; a system that makes up places must not fill the memory."""


_Row: TypeAlias = tuple[Any, ...]
"""A stretch as plain numbers: sx sy sz ax ay az 1/len² roadway chainage chainage/len level."""


class Spot(NamedTuple):
    """A point on the roadways."""

    roadway: int
    chainage: float
    level: int
    foot: XYZ
    off_m: float
    """How far the measured point lies from it."""
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Straight stretches between survey points (S)."""

    start: Column
    """(S, 3) m"""
    along: Column
    """(S, 3) m, to the stretch's end."""
    rows: list[_Row]

    @classmethod
    def of(cls, mine: Mine) -> "Legs":
        """All of a mine, in the order of its roadways."""
        rows: list[_Row] = []
        for row, roadway in enumerate(mine.roadways):
            level = mine.level_row[roadway.level]
            drawn = sum(dist(a, b) for a, b in pairwise(roadway.path))
            stretch, before = (roadway.length_m / drawn if drawn else 0.0), 0.0
            for a, b in pairwise(roadway.path):
                leg = dist(a, b)
                along = tuple(e - s for s, e in zip(a, b, strict=True))
                inverse = 1.0 / leg**2 if leg else 0.0
                rows.append((*a, *along, inverse, row, before * stretch, leg * stretch, level))
                before += leg
        numbers = np.array([r[:6] for r in rows], np.float64).reshape(-1, 6)
        return cls(numbers[:, :3], numbers[:, 3:], rows)

    def box(self) -> list[tuple[float, float]]:
        """Lowest and highest x, y and z."""
        ends = np.concatenate([self.start, self.start + self.along])
        return [(float(c.min(initial=inf)), float(c.max(initial=-inf))) for c in ends.T]

    def away(self, point: XYZ) -> Column:
        """(S,) m from each stretch to a point."""
        off = np.array(point) - self.start
        long2 = np.maximum((self.along**2).sum(axis=1), 1e-18)
        share = np.clip((off * self.along).sum(axis=1) / long2, 0.0, 1.0)
        away: Column = np.sqrt(((off - share[:, None] * self.along) ** 2).sum(axis=1))
        return away


class Snapper:
    """Puts points on one mine's roadways.

    Without a height the point is looked for on a level alone, as a map shows it.
    """

    def __init__(self, mine: Mine) -> None:
        self._legs = Legs.of(mine)
        flat = np.array([1.0, 1.0, 0.0])
        self._flat = Legs(self._legs.start * flat, self._legs.along * flat, self._legs.rows)
        self._level = np.array([r[10] for r in self._legs.rows], np.int32)
        self._box = [(a - FARTHEST_M, b + FARTHEST_M) for a, b in self._legs.box()]
        self._cubes: dict[tuple[int, ...], list[int]] = {}

    def snap(
        self, x: float, y: float, z: float | None, error: float, level: int | None = None
    ) -> Spot | None:
        """The place of a measured point, None where it is nowhere near a roadway.

        Args:
            x: metres east, as the survey has them.
            y: metres north.
            z: height; None: not measured, and then a level should be known.
            error: of the measurement, m.
            level: the row of the level it must be on, where that is known.
        """
        if not self._within(x, y, z):
            return None
        near = self._near(x, y, z, level)
        rows = self._legs.rows
        feet = [_foot(rows[leg], leg, x, y, z) for leg in near]
        return _chosen(rows, feet, error) if feet else None

    def _within(self, x: float, y: float, z: float | None) -> bool:
        """Whether it is near this mine at all; no number that is none is."""
        (west, east), (south, north), (low, high) = self._box
        flat = west <= x <= east and south <= y <= north
        return flat and (z is None or low <= z <= high)

    def _near(self, x: float, y: float, z: float | None, level: int | None) -> list[int]:
        """The stretches that can be nearest, or nearly so, to a point of this cube."""
        flat = z is None
        cell = (int(x // CUBE_M), int(y // CUBE_M), 0 if z is None else int(z // CUBE_M))
        key = (*cell, flat, -1 if level is None else level)
        near = self._cubes.get(key)
        if near is None:
            if len(self._cubes) >= CUBES:
                self._cubes.clear()
            near = self._cubes[key] = self._look(cell, flat, level)
        return near

    def _look(self, cell: tuple[int, int, int], flat: bool, level: int | None) -> list[int]:
        middle = tuple((c + 0.5) * CUBE_M for c in cell)
        x, y, z = middle
        legs = self._flat if flat else self._legs
        away = legs.away((x, y, 0.0 if flat else z))
        if level is not None:
            away = np.where(self._level == level, away, inf)
        nearest = float(away.min(initial=inf))
        if nearest > FARTHEST_M + HALF_M:
            return []
        near: list[int] = np.flatnonzero(away <= nearest + 2 * HALF_M + MOST_DOUBT_M).tolist()
        return near


_Foot: TypeAlias = tuple[float, int, float, XYZ]
"""Metres off, the stretch, the share of it, and where that is."""


def _foot(row: _Row, leg: int, x: float, y: float, z: float | None) -> _Foot:
    """Where on a stretch a point belongs."""
    sx, sy, sz, ax, ay, az, inverse = row[:7]
    dx, dy = x - sx, y - sy
    if z is None:
        flat2 = ax * ax + ay * ay
        share = (dx * ax + dy * ay) / flat2 if flat2 else 0.0
    else:
        share = (dx * ax + dy * ay + (z - sz) * az) * inverse
    share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share
    fx, fy, fz = sx + share * ax, sy + share * ay, sz + share * az
    up = 0.0 if z is None else z - fz
    return sqrt((x - fx) ** 2 + (y - fy) ** 2 + up * up), leg, share, (fx, fy, fz)


def _chosen(legs: list[_Row], feet: list[_Foot], error: float) -> Spot | None:
    """The nearest; the error reaches as far as its distance, and to every roadway as near."""
    off, leg, share, foot = min(feet)
    if off > FARTHEST_M:
        return None
    doubt = off + min(max(2 * error, LEAST_DOUBT_M), MOST_DOUBT_M)
    roadway, before, long, level = legs[leg][7:]
    apart = 0.0
    for its_off, other, _, its_foot in feet:
        if its_off <= doubt and legs[other][7] != roadway:
            apart = max(apart, dist(foot, its_foot))
    return Spot(roadway, before + share * long, level, foot, off, max(error, off) + apart)
