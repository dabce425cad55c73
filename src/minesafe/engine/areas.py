"""Areas: zones drawn as polygons on a level, and whom they hold, exactly.

Corners and places are whole millimetres, and every question is the sign of a cross product of
integers, so that no rounding ever decides: a place on an edge or a corner belongs to the zone,
one a millimetre outside does not. Numbers are at most `FARTHEST` so that the products fit 64 bits.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

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

    def holds(self, x: Column, y: Column) -> Column:
        """Whether places in whole millimetres lie in the polygon or on its edge.

        >>> square = Area.of(0, 0, 0.0, ((0, 0), (10, 0), (10, 10), (0, 10)))
        >>> square.holds(np.array([5, 10, 0, 11, 5]), np.array([5, 3, 10, 5, -1])).tolist()
        [True, True, True, False, False]
        """
        px, py = x[:, None], y[:, None]
        (ax, ay), (bx, by) = self.a.T, self.b.T
        side = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        between = (np.minimum(ax, bx) <= px) & (px <= np.maximum(ax, bx))
        between &= (np.minimum(ay, by) <= py) & (py <= np.maximum(ay, by))
        on_edge = ((side == 0) & between).any(axis=1)
        up, down = (ay <= py) & (py < by), (by <= py) & (py < ay)
        crossed = (up & (side > 0)) | (down & (side < 0))
        held: Column = on_edge | (crossed.sum(axis=1) % 2 == 1)
        return held

    def away(self, x: Column, y: Column) -> Column:
        """Millimetres to the nearest edge; good to far less than one, and never decides holding."""
        place = np.stack([x, y], axis=1)[:, None, :].astype(np.float64)
        along = (self.b - self.a).astype(np.float64)
        share = ((place - self.a) * along).sum(axis=2) / (along**2).sum(axis=1)
        foot = self.a + np.clip(share, 0.0, 1.0)[:, :, None] * along
        metres: Column = np.sqrt(((place - foot) ** 2).sum(axis=2)).min(axis=1)
        return metres

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

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The areas of a mine's zones."""
        areas = tuple(
            Area.of(row, mine.level_row[z.level], z.guard.exit_tolerance_m, z.polygon)
            for row, z in enumerate(mine.zones)
            if z.polygon
        )
        return cls(areas)

    def mark(
        self, within: Column, near: Column, level: Column, place: tuple[Column, Column]
    ) -> None:
        """Write into the columns of the areas which places they hold, and which are near them."""
        if not len(self.areas):
            return
        known, x, y = millimetres(*place)
        for area in self.areas:
            here = np.flatnonzero(known & (level == area.level))
            held = area.holds(x[here], y[here])
            within[here, area.fence] = held
            near[here, area.fence] = held | (area.away(x[here], y[here]) <= area.tolerance)


def millimetres(x: Column, y: Column) -> tuple[Column, Column, Column]:
    """Whether places are on the plan at all, and where, in whole millimetres (half to even)."""
    with np.errstate(over="ignore"):
        scaled = np.stack([x, y]) * 1000.0
    known: Column = np.all(np.abs(scaled) <= FARTHEST, axis=0)
    whole = np.where(known, np.rint(scaled), 0.0).astype(np.int64)
    return known, whole[0], whole[1]
