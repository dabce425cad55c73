"""Readings of a micro-batch, column by column, until they are one batch.

The rule of `sources.sample`, which value may be used and how good it is, is applied to all of
them at once when they are handed in.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np

from minesafe.model.frame import Batch, Column, Readings
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.model.time import Micros

Row: TypeAlias = tuple[int, float, int, Micros, Micros]


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

    __slots__ = ("add", "rows")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.add: Callable[[Row], None] = self.rows.append
        """One reading; without a call of ours in between."""

    def __len__(self) -> int:
        return len(self.rows)

    def batch(self, ranges: Ranges) -> Batch:
        """All of them, with the quality that follows from value and range."""
        heard = Readings.of(self.rows)
        value, quality = heard.value.copy(), heard.quality.copy()
        lost, number = quality == Quality.COMMS_LOST, np.isfinite(value)
        with np.errstate(invalid="ignore"):
            outside = (value < ranges.low[heard.point]) | (value > ranges.high[heard.point])
        quality[(quality == Quality.GOOD) & outside] = Quality.OUT_OF_RANGE
        quality[~number & ~lost] = Quality.FAULT
        value[lost | ~number] = np.nan
        return Batch.of_readings(replace(heard, value=value, quality=quality))
