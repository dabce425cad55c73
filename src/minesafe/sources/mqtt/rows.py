"""Readings of a micro-batch, column by column, until they are one batch.

The rule of `sources.sample`, which value may be used and how good it is, is applied to all of
them at once when they are handed in.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from minesafe.model.frame import Batch, Column, Readings
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.model.time import Micros

Row: TypeAlias = tuple[int, float, int, Micros, Micros]


_GOOD, _LOST = int(Quality.GOOD), int(Quality.COMMS_LOST)
_OUTSIDE, _FAULT = int(Quality.OUT_OF_RANGE), int(Quality.FAULT)


class Columns(NamedTuple):
    """As `Readings`, while they may still be written to."""

    point: Column
    value: Column
    quality: Column
    sampled: Column
    received: Column


Mark: TypeAlias = tuple[int, int]


class Ranges(NamedTuple):
    """Measuring ranges by row number of a point."""

    low: Column
    high: Column

    @classmethod
    def of(cls, mine: Mine) -> "Ranges":
        """Those of each point's kind."""
        kinds = [mine.kind[p.kind] for p in mine.points]
        return cls(np.array([k.low for k in kinds]), np.array([k.high for k in kinds]))


class Rows:
    """Rows that grow: (row number of the point, value, quality, sampled, received)."""

    __slots__ = ("_parts", "add", "rows")

    def __init__(self) -> None:
        self._parts: list[list[Row] | Columns] = []
        self._begin()

    def _begin(self) -> None:
        self.rows: list[Row] = []
        """Those that are added one by one just now."""
        self.add: Callable[[Row], None] = self.rows.append
        """One reading; without a call of ours in between."""
        self._parts.append(self.rows)

    def add_columns(self, columns: Columns) -> None:
        """Many readings, behind those there are, whose quality has been judged."""
        self._parts.append(columns)
        self._begin()

    def __len__(self) -> int:
        return sum([len(p) if p.__class__ is list else len(p[0]) for p in self._parts])

    def mark(self) -> Mark:
        """Where it ends just now."""
        return len(self._parts) - 1, len(self.rows)

    def points(self, since: Mark) -> set[int]:
        """Row numbers of the points in what was added."""
        found: set[int] = set()
        for part in self._since(since):
            if isinstance(part, list):
                found.update([row[0] for row in part])
            else:
                found.update(part.point.tolist())
        return found

    def sampled(self, since: Mark) -> list[Micros]:
        """Times of what was added: each, or of many at once the first and the last."""
        found: list[Micros] = []
        for part in self._since(since):
            if isinstance(part, list):
                found += [row[3] for row in part]
            else:
                found += (int(part.sampled.min()), int(part.sampled.max()))
        return found

    def _since(self, since: Mark) -> list[list[Row] | Columns]:
        part, row = since
        first = self._parts[part]
        return [first[row:] if isinstance(first, list) else first, *self._parts[part + 1 :]]

    def batch(self, ranges: Ranges) -> Batch:
        """All of them, in memory of nobody else."""
        parts = [_judged(p, ranges) if isinstance(p, list) else p for p in self._parts if len(p)]
        if len(parts) == 1:
            return Batch.of_readings(Readings(*parts[0]))
        columns = zip(*parts, strict=True)
        return Batch.of_readings(Readings(*(np.concatenate(column) for column in columns)))


def _judged(rows: list[Row], ranges: Ranges) -> Columns:
    """As columns, with the quality that follows from value and range."""
    by_column = zip(zip(*rows, strict=True), Readings.DTYPES.values(), strict=True)
    columns = Columns(*(np.array(column, dtype) for column, dtype in by_column))
    point, value, quality, _, _ = columns
    lost, number = quality == _LOST, np.isfinite(value)
    with np.errstate(invalid="ignore"):
        outside = (value < ranges.low[point]) | (value > ranges.high[point])
    quality[(quality == _GOOD) & outside] = _OUTSIDE
    quality[~number & ~lost] = _FAULT
    value[lost | ~number] = np.nan
    return columns
