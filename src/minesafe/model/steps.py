"""Samples added up in steps of time, and steps added up in longer ones.

Lowest, highest, sums and counts of parts make those of the whole, and so do the first and the last
value with their times. So a sample that comes late is added to what is stored, and nothing is
computed again.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND
from minesafe.model.trend import Trend

Groups: TypeAlias = Column
"""Where each group of rows that belong together begins; the first is 0."""

MINUTE = 60 * SECOND

WIDTHS_S = (60, 300, 3600)
"""Steps that are kept; a trend takes the longest that still has a step for each dot."""

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of many points."""

    point: Column
    trend: Trend


def starts(*keys: Column) -> Groups:
    """Where rows that are sorted by these keys begin a new group."""
    new = np.zeros(len(keys[0]), bool)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def summed(groups: Groups, start: Column, sampled: Column, value: Column, good: Column) -> Trend:
    """Each group of samples as one step.

    Args:
        groups: of rows in order of time.
        start: of each group's step.
        sampled: of each row.
        value: of each row.
        good: whether the row's value is believed (`is_believed`).
    """
    rows = np.arange(len(value))
    first = np.minimum.reduceat(np.where(good, rows, _NEVER), groups)
    last = np.maximum.reduceat(np.where(good, rows, -1), groups)
    some = last >= 0
    first, last = np.where(some, first, 0), np.where(some, last, 0)
    known = np.where(good, value, np.nan)
    return Trend(
        start=start,
        samples=np.diff(np.append(groups, len(value))),
        believed=np.add.reduceat(good.astype(np.int64), groups),
        lowest=np.fmin.reduceat(known, groups),
        highest=np.fmax.reduceat(known, groups),
        total=np.add.reduceat(np.where(good, value, 0.0), groups),
        first=np.where(some, sampled[first], 0),
        opening=np.where(some, value[first], np.nan),
        last=np.where(some, sampled[last], 0),
        closing=np.where(some, value[last], np.nan),
    )


def is_believed(value: Column, quality: Column) -> Column:
    """Which samples are in the numbers of a step."""
    good: Column = np.isin(quality, np.array([int(q) for q in BELIEVED])) & np.isfinite(value)
    return good


def merged(steps: Steps, width: int) -> Steps:
    """Steps of any width as steps of a longer one, or of one step's parts as the step.

    Args:
        steps: in any order.
        width: of the longer ones, `Micros`.
    """
    trend = steps.trend
    if not len(trend):
        return steps
    start = trend.start // width * width
    order = np.lexsort((trend.start, start, steps.point))
    point, start = steps.point[order], start[order]
    column = {name: getattr(trend, name)[order] for name in Trend.DTYPES}
    groups = starts(point, start)
    some = column["believed"] > 0
    opening = _place(np.where(some, column["first"], _NEVER), groups, np.minimum)
    closing = _place(np.where(some, column["last"], -_NEVER), groups, np.maximum)
    return Steps(
        point[groups],
        Trend(
            start=start[groups],
            samples=np.add.reduceat(column["samples"], groups),
            believed=np.add.reduceat(column["believed"], groups),
            lowest=np.fmin.reduceat(np.where(some, column["lowest"], np.nan), groups),
            highest=np.fmax.reduceat(np.where(some, column["highest"], np.nan), groups),
            total=np.add.reduceat(np.where(some, column["total"], 0.0), groups),
            first=column["first"][opening],
            opening=column["opening"][opening],
            last=column["last"][closing],
            closing=column["closing"][closing],
        ),
    )


def _place(times: Column, groups: Groups, pick: np.ufunc) -> Column:
    """The row of each group whose time is picked: of equal ones the outermost."""
    sizes = np.diff(np.append(groups, len(times)))
    best = np.repeat(pick.reduceat(times, groups), sizes)
    rows = np.arange(len(times))
    if pick is np.minimum:
        found: Column = np.minimum.reduceat(np.where(times == best, rows, _NEVER), groups)
    else:
        found = np.maximum.reduceat(np.where(times == best, rows, -1), groups)
    return found
