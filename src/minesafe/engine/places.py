"""From a place on the roadway graph to the zones it lies in, for any number of tags at once.

The ends of all zone intervals cut the roadways into cells: each end is a cell of its own (both
ends of an interval belong to it), each stretch between two ends is one. All places of a cell lie
in the same zones, so a person's zones are one row of a table, and a person who stays in a cell
changes nothing. Cell 0 lies before everything and in no zone: it is where people are who are out.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine, ZoneKind

NOWHERE = 0
"""The cell that lies in no zone."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTable:
    """Cells (C) of the roadways and the zones (Z) each lies in."""

    length: Column
    """Metres of each roadway."""
    ends: Column
    """Interval ends as complex numbers, roadway row + chainage i, ascending: NumPy orders complex
    numbers by their real part first, so one exact binary search serves all roadways."""
    zones: Column
    """(C, Z): whether a cell lies in a zone."""
    portal: Column
    """(C,): whether a cell lies in a portal zone."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Cut the mine's roadways at the ends of its zones' intervals."""
        spans = [
            (_key(mine, i.roadway, i.from_m), _key(mine, i.roadway, i.to_m), zone)
            for zone, z in enumerate(mine.zones)
            for i in z.intervals
        ]
        ends = np.unique(np.array([e for s in spans for e in s[:2]], np.complex128))
        zones = np.zeros((2 * len(ends) + 1, len(mine.zones)), np.bool_)
        for first, last, zone in spans:
            zones[_cell(ends, np.array(first)) : _cell(ends, np.array(last)) + 1, zone] = True
        portals = np.array([z.kind is ZoneKind.PORTAL for z in mine.zones], np.bool_)
        return cls(
            length=np.array([r.length_m for r in mine.roadways], np.float64),
            ends=ends,
            zones=zones,
            portal=np.any(zones & portals, axis=1),
        )

    def known(self, roadway: Column, chainage: Column) -> Column:
        """Whether each is a place at all: a roadway of the mine and a number."""
        return (roadway >= 0) & (roadway < len(self.length)) & np.isfinite(chainage)

    def cells(self, roadway: Column, chainage: Column) -> Column:
        """The cell of each known place; places beyond a roadway's ends count as at its end."""
        metres = np.clip(chainage, 0.0, self.length[roadway])
        return _cell(self.ends, roadway + 1j * metres)


def _key(mine: Mine, roadway: str, chainage: float) -> complex:
    row = mine.roadway_row[roadway]
    return complex(row, min(max(chainage, 0.0), mine.roadways[row].length_m))


def _cell(ends: Column, place: Column) -> Column:
    """2 k + 1 on the k-th end, 2 k between the ends before it."""
    cell: Column = np.searchsorted(ends, place, "left") + np.searchsorted(ends, place, "right")
    return cell
