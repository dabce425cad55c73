"""Areas: zones drawn as polygons on a level, and whom they hold, exactly.

Corners and places are whole millimetres, and every question is the sign of a cross product of
integers, so that no rounding ever decides: a place on an edge or a corner belongs to the zone,
one a millimetre outside does not. Numbers are at most `FARTHEST` so that the products fit 64 bits.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.engine.area_grid import AreaGrid, Ring, away2, holds
from minesafe.model.frame import Column
from minesafe.model.mine import Mine

FARTHEST = 10**8
"""Millimetres from the origin of the mine's plan: 100 km."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One polygon."""

    fence: int
    """Its column of the fences: the zone's row."""
    level: int
    tolerance: float
    """Millimetres outside within which a person may still be inside."""
    a: Column
    """(E, 2): first corner of each edge, int64 millimetres."""
    b: Column
    """(E, 2): the next corner."""

    @property
    def ring(self) -> Ring:
        """As the grid takes it."""
        return Ring(self.fence, self.tolerance, self.a, self.b)

    def holds(self, x: Column, y: Column) -> Column:
        """Whether places in whole millimetres lie in the polygon or on its edge.

        >>> square = Area.of(0, 0, 0.0, ((0, 0), (10, 0), (10, 10), (0, 10)))
        >>> square.holds(np.array([5, 10, 0, 11, 5]), np.array([5, 3, 10, 5, -1])).tolist()
        [True, True, True, False, False]
        """
        return holds(self.ring, np.stack([x, y], axis=1))

    def away(self, x: Column, y: Column) -> Column:
        """Millimetres to the nearest edge; good to far less than one, and never decides holding."""
        (ax, ay), (bx, by) = self.a.T, self.b.T
        square = away2(ax, ay, bx, by, x[:, None], y[:, None])
        millimetres: Column = np.sqrt(square.min(axis=1))
        return millimetres

    @classmethod
    def of(
        cls, fence: int, level: int, tolerance_m: float, corners: tuple[tuple[int, int], ...]
    ) -> Self:
        """A polygon of corners in their order; the last is joined to the first."""
        a = np.array(corners, np.int64)
        return cls(fence, level, 1000.0 * tolerance_m, a, np.roll(a, -1, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class AreaTable:
    """Every polygon of a mine."""

    areas: tuple[Area, ...]
    """Where there are any, a roadway's cell does not tell everything about a place."""
    drawn: Column
    """(F + 1,): whether a fence is an area."""
    grid: AreaGrid

    @classmethod
    def of(cls, mine: Mine, fences: int) -> Self:
        """The areas of a mine's zones; `fences` is how many columns the fences have."""
        areas = tuple(
            Area.of(row, mine.level_row[z.level], z.guard.exit_tolerance_m, z.polygon)
            for row, z in enumerate(mine.zones)
            if z.polygon
        )
        drawn = np.zeros(fences, np.bool_)
        drawn[[area.fence for area in areas]] = True
        levels = range(len(mine.levels) if areas else 0)
        grid = AreaGrid.of([[a.ring for a in areas if a.level == level] for level in levels])
        return cls(areas, drawn, grid)

    def mark(
        self, within: Column, near: Column, level: Column, place: tuple[Column, Column]
    ) -> None:
        """Write into the columns of the areas which places they hold, and which are near them."""
        if len(self.areas):
            known, x, y = millimetres(*place)
            self.grid.mark(within, near, np.where(known, level, -1), x, y)


def millimetres(x: Column, y: Column) -> tuple[Column, Column, Column]:
    """Whether places are on the plan at all, and where, in whole millimetres (half to even)."""
    with np.errstate(over="ignore"):
        scaled = np.stack([x, y]) * 1000.0
    known: Column = np.all(np.abs(scaled) <= FARTHEST, axis=0)
    whole = np.where(known, np.rint(scaled), 0.0).astype(np.int64)
    return known, whole[0], whole[1]
