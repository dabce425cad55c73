"""Rules over time as arrays: one row for each rule and point it holds for, W in all.

A row remembers no samples but sums, in B bins of time that together cover its window and at most a
ninth more: the newest bin is not full yet. What is summed, its family says (S sums).
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine, Point
from minesafe.model.time import SECOND
from minesafe.model.windows import AMOUNTS, Window, WindowFamily

BINS, SUMS = 10, 6
"""480 bytes of sums a row."""

CODE = {family: code for code, family in enumerate(WindowFamily)}


@dataclass(frozen=True, slots=True, eq=False)
class WindowTable:
    """Rules over time, shape (W,), by point; limits times the sign of their side."""

    watched: Column
    """(P,): points that have any."""
    first: Column
    """(P + 1,): rows of point p are first[p] … first[p + 1] - 1."""
    point: Column
    family: Column
    """`CODE` of the family."""
    sign: Column
    width: Column
    """µs of a bin."""
    window: Column
    """Seconds."""
    limit: Column
    restore: Column
    count: Column
    of: Column
    over: Column
    horizon: Column
    target: Column
    slack: Column

    @classmethod
    def of_mine(cls, mine: Mine) -> Self:
        """Rows of the mine's points; a forecast of a point without a limit is none."""
        rows = [
            (p, w, limit)
            for (p, _), w in mine.window.items()
            if (limit := _limit(mine.points[p], w))
        ]
        rows.sort(key=lambda row: (row[0], CODE[row[1].family]))
        point = np.array([p for p, _, _ in rows], np.intp)
        windows = [w for _, w, _ in rows]
        signs = [-1.0 if w.side == "low" else 1.0 for w in windows]
        held = np.bincount(point, minlength=len(mine.points))
        return cls(
            watched=held > 0,
            first=np.concatenate([[0], np.cumsum(held)]).astype(np.intp),
            point=point,
            family=np.array([CODE[w.family] for w in windows], np.int8),
            sign=np.array(signs, np.float64),
            width=np.array([round(w.window_s * SECOND / (BINS - 1)) for w in windows], np.int64),
            window=np.array([w.window_s for w in windows], np.float64),
            limit=np.array([limit[0] for _, _, limit in rows], np.float64),
            restore=np.array([limit[1] for _, _, limit in rows], np.float64),
            count=np.array([w.count for w in windows], np.float64),
            of=np.array([w.of for w in windows], np.float64),
            over=np.array([w.over_s for w in windows], np.float64),
            horizon=np.array([w.horizon_s for w in windows], np.float64),
            target=np.array([w.target for w in windows], np.float64),
            slack=np.array([w.slack for w in windows], np.float64),
        )


def _limit(point: Point, window: Window) -> tuple[float, float] | None:
    """Limit and restore value, signed; None where the point has nothing to forecast."""
    limit = window.limit
    if limit is None:
        sides = (f"cut_{window.side}", f"alarm_{window.side}")
        own = [v for v in (getattr(point.limits, key) for key in sides) if v is not None]
        limit = own[0] if own else math.nan
    restore = limit if window.restore is None else window.restore
    sign = -1.0 if window.side == "low" and window.family not in AMOUNTS else 1.0
    return None if math.isnan(limit) else (sign * limit, sign * restore)
