"""Samples: readings of known points, each with the time and the quality it is judged by."""

from typing import NamedTuple, Self

import numpy as np

from minesafe.engine.layout import BELIEVES, Layout
from minesafe.model.frame import Column, Readings
from minesafe.model.quality import Quality
from minesafe.model.time import judged_at


class Samples(NamedTuple):
    """Samples with all that is known about them; columns of shape (n,)."""

    point: Column
    value: Column
    quality: Column
    at: Column

    @classmethod
    def of(cls, layout: Layout, readings: Readings, wanted: Column | None = None) -> Self:
        """Add what the engine itself knows about a value that its device calls good.

        Args:
            layout: the revision in force.
            readings: as they came; rows of points it does not know are left out.
            wanted: a truth by row number of a point: only these; None for all.
        """
        known = (readings.point >= 0) & (readings.point < len(layout.points.stale))
        if wanted is not None:
            known[known] = wanted[readings.point[known]]
        rows = np.flatnonzero(known)
        at, clock_off = judged_at(readings.sampled[rows], readings.received[rows])
        point, value, quality = readings.point[rows], readings.value[rows], readings.quality[rows]
        quality = np.where(clock_off & (quality == Quality.GOOD), Quality.CLOCK, quality)
        believed = BELIEVES[quality]
        outside = (value < layout.points.low[point]) | (value > layout.points.high[point])
        quality = np.where(believed & outside, Quality.OUT_OF_RANGE, quality)
        quality = np.where(believed & np.isnan(value), Quality.FAULT, quality)
        return cls(point, value, quality, at)

    def take(self, rows: Column) -> "Samples":
        """Some of them."""
        return Samples(*(column[rows] for column in self))
