"""From a place on the roadway graph to the fences it lies within, for any number of tags at once.

The ends of all fences cut the roadways into cells: each end is a cell of its own (both ends of an
interval belong to it), each stretch between two ends is one. All places of a cell lie within the
same fences, so what a place means is one row of a table, and a person who stays in a cell changes
nothing. Where a fence has an exit tolerance, the ends of the ground within it cut cells too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.engine.fences import FenceTable
from minesafe.engine.ground import Ground
from minesafe.model.frame import Column
from minesafe.model.mine import Interval, Mine, ZoneKind

NOWHERE = -1
"""The cell within no fence, the last row of each table: where people are who are out."""

SPARE = 4
"""Slots of a person for stays that a guard keeps open behind him."""

_Span = tuple[complex, complex, int]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTable:
    """Cells (C) of the roadways and the fences (F) each lies within; one row more for nowhere."""

    length: Column
    """Metres of each roadway."""
    ends: Column
    """Interval ends as complex numbers, roadway row + chainage i, ascending: NumPy orders complex
    numbers by their real part first, so one exact binary search serves all roadways."""
    within: Column
    """(C + 1, F + 1): whether a cell lies within a fence."""
    near: Column
    """(C + 1, F + 1): whether it lies within the fence's exit tolerance; true within the fence."""
    portal: Column
    """(C + 1,): whether a cell lies in a portal zone."""
    slots: int
    """Fences a person can be within at once, and some to spare."""

    @classmethod
    def of(cls, mine: Mine, ground: Ground, fences: FenceTable, areas: int) -> Self:
        """Cut the mine's roadways at the ends of its fences; `areas` may hold a place at once."""
        inner = _spans(mine, ground, fences, fences.halo_m)
        drawn = [bool(mine.zones[z].polygon) for z in fences.zone[:-1]] + [False]
        tolerance = np.where(drawn & (fences.halo_m == 0), 0.0, fences.tolerance_m)
        outer = _spans(mine, ground, fences, fences.halo_m + tolerance)
        ends = np.unique(np.array([e for s in inner + outer for e in s[:2]], np.complex128))
        within, near = (_table(ends, spans, len(fences.zone)) for spans in (inner, outer))
        portals = [i for i, z in enumerate(mine.zones) if z.kind is ZoneKind.PORTAL]
        portal: Column = np.any(within[:, portals], axis=1)
        return cls(
            length=np.array([r.length_m for r in mine.roadways], np.float64),
            ends=ends,
            within=within,
            near=near | within,
            portal=portal,
            slots=int(within.sum(axis=1).max(initial=0)) + areas + SPARE,
        )

    def known(self, roadway: Column, chainage: Column) -> Column:
        """Whether each is a place at all: a roadway of the mine and a number."""
        return (roadway >= 0) & (roadway < len(self.length)) & np.isfinite(chainage)

    def cells(self, roadway: Column, chainage: Column) -> Column:
        """The cell of each known place; places beyond a roadway's ends count as at its end."""
        return _cell(self.ends, roadway + 1j * self.metres(roadway, chainage))

    def metres(self, roadway: Column, chainage: Column) -> Column:
        """The chainage of each known place, within its roadway."""
        metres: Column = np.clip(chainage, 0.0, self.length[roadway])
        return metres


def _spans(mine: Mine, ground: Ground, fences: FenceTable, metres: Column) -> list[_Span]:
    """The stretches within some metres of each fence's zone."""

    def stretches(zone: int, around: float) -> Iterable[Interval]:
        if around:
            return ground.around(mine, zone, around)
        return () if mine.zones[zone].polygon else mine.zones[zone].intervals

    return [
        (_key(mine, i.roadway, i.from_m), _key(mine, i.roadway, i.to_m), fence)
        for fence, zone in enumerate(fences.zone[:-1].tolist())
        for i in stretches(zone, float(metres[fence]))
    ]


def _table(ends: Column, spans: list[_Span], columns: int) -> Column:
    table = np.zeros((2 * len(ends) + 2, columns), np.bool_)
    for first, last, fence in spans:
        table[_cell(ends, np.array(first)) : _cell(ends, np.array(last)) + 1, fence] = True
    return table


def _key(mine: Mine, roadway: str, chainage: float) -> complex:
    row = mine.roadway_row[roadway]
    return complex(row, min(max(chainage, 0.0), mine.roadways[row].length_m))


def _cell(ends: Column, place: Column) -> Column:
    """2 k + 1 on the k-th end, 2 k between the ends before it."""
    cell: Column = np.searchsorted(ends, place, "left") + np.searchsorted(ends, place, "right")
    return cell
