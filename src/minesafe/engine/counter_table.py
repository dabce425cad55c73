"""Counters as columns: how fast each can count, where it begins anew, and when shifts begin."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Form, Mine
from minesafe.model.time import SECOND, Micros

HOUR: Micros = 3600 * SECOND

LEEWAY: Micros = 60 * SECOND
"""As much as a counter can count in this time may come at once, gathered on the way."""


@dataclass(frozen=True, slots=True, eq=False)
class CounterTable:
    """What is known of counters, (P,); of other points nothing is asked."""

    counts: Column
    """Whether it is one."""
    any: bool
    most: Column
    """Per hour."""
    wrap: Column
    """NaN where it never begins at 0 again."""
    shifts: Column
    """(S,): when shifts begin, in order."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Columns of the mine's points."""
        kinds = [mine.kind[p.kind] for p in mine.points]
        counts = np.array([k.form is Form.CUMULATIVE for k in kinds], np.bool_)
        return cls(
            counts=counts,
            any=bool(counts.any()),
            most=np.array([k.most_per_h for k in kinds], np.float64),
            wrap=np.array([np.nan if k.wrap is None else k.wrap for k in kinds], np.float64),
            shifts=np.array(sorted({s.start for s in mine.shifts}), np.int64),
        )

    def shift_of(self, at: Micros) -> Micros:
        """When the shift of a moment began; 0 before the first."""
        row = int(np.searchsorted(self.shifts, at, side="right")) - 1
        return int(self.shifts[row]) if row >= 0 else 0

    def gained(self, point: int, was: float, shows: float, hours: float) -> float | None:
        """What came through between two samples; None where nobody can say."""
        most = self.most[point] * (hours + LEEWAY / HOUR)
        step = shows - was
        if step < 0 and not np.isnan(self.wrap[point]):
            step += float(self.wrap[point])
        return step if 0 <= step <= most else None
