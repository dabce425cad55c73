"""From a reader's range to a place: along its roadway, and round one corner where there is but one.

Pure. A range is (reader, distance, side); a place is a roadway and a chainage, with x, y, z read
off the surveyed path.
"""

from bisect import bisect_right
from itertools import accumulate, pairwise
from math import dist
from typing import NamedTuple

from minesafe.model.mine import Mine, Reader, Roadway

MOST_CORNERS = 16
"""Roadways a range may run through; a ring of short ones must not hold the decoder."""

XYZ = tuple[float, float, float]


class Place(NamedTuple):
    """Where a tag is, as `Sightings` holds it."""

    roadway: int
    chainage: float
    level: int
    xyz: XYZ
    error: float


class Path:
    """A roadway's surveyed line, by chainage."""

    def __init__(self, roadway: Roadway) -> None:
        legs = [dist(a, b) for a, b in pairwise(roadway.path)]
        self._path = roadway.path
        self._along = [0.0, *accumulate(legs)]
        drawn = self._along[-1]
        self._stretch = drawn / roadway.length_m if roadway.length_m else 0.0

    def at(self, chainage: float) -> XYZ:
        """The point `chainage` metres from the start, by straight lines between survey points.

        Where the drawn line is longer or shorter than the stated length, it is stretched evenly.
        """
        way = chainage * self._stretch
        leg = min(max(bisect_right(self._along, way), 1), len(self._path) - 1)
        if leg == 0:
            return self._path[0]
        start, end = self._along[leg - 1], self._along[leg]
        share = (way - start) / (end - start) if end > start else 0.0
        (ax, ay, az), (bx, by, bz) = self._path[leg - 1], self._path[leg]
        return ax + share * (bx - ax), ay + share * (by - ay), az + share * (bz - az)


class Roadways:
    """The roadway graph as a walker with a tape measure knows it."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine
        self._paths = [Path(r) for r in mine.roadways]
        self._level = [mine.level_row[r.level] for r in mine.roadways]
        self._at: dict[str, list[int]] = {}
        for row, roadway in enumerate(mine.roadways):
            self._at.setdefault(roadway.start, []).append(row)
            self._at.setdefault(roadway.end, []).append(row)

    def place(self, reader: Reader, distance_m: float, side: int) -> Place:
        """The place `distance_m` from the reader on its `side` (+1 towards the roadway's end).

        Beyond the roadway's end it goes on where exactly one other roadway continues. Where
        several do, or none, the place is that end, and what is left of the distance is added to
        the error: the tag may be that far into any of them.
        """
        row = self._mine.roadway_row[reader.roadway]
        chainage, left = self._walk(row, reader.chainage_m, distance_m, side)
        for _ in range(MOST_CORNERS):
            onward = self._onward(row, side) if left else None
            if onward is None:
                break
            row, side = onward
            start = 0.0 if side > 0 else self._mine.roadways[row].length_m
            chainage, left = self._walk(row, start, left, side)
        return Place(
            row, chainage, self._level[row], self._paths[row].at(chainage), reader.error_m + left
        )

    def _walk(self, row: int, start: float, distance_m: float, side: int) -> tuple[float, float]:
        """Chainage after walking within one roadway, and the metres that did not fit."""
        wanted = start + side * distance_m
        if 0.0 <= wanted <= self._mine.roadways[row].length_m:
            return wanted, 0.0
        chainage = min(max(wanted, 0.0), self._mine.roadways[row].length_m)
        return chainage, abs(wanted - chainage)

    def _onward(self, row: int, side: int) -> tuple[int, int] | None:
        """The one roadway that continues, and the side on which to walk it."""
        roadway = self._mine.roadways[row]
        node = roadway.end if side > 0 else roadway.start
        others = [r for r in self._at[node] if r != row]
        if len(others) != 1:
            return None
        return others[0], 1 if self._mine.roadways[others[0]].start == node else -1
