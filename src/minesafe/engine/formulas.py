"""Derived points: values the server works out from others, by a formula of its own for each.

What comes of it is a reading like any other: it is handed in with the next frame, stored with it,
held against limits, and goes silent when what it is made of does. Its quality is the worst of
theirs and its time the oldest: a product is as old as its oldest factor.
"""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.logic import evaluate
from minesafe.engine.state import State
from minesafe.model.frame import Column, Readings
from minesafe.model.quality import Quality
from minesafe.model.time import Micros

WORST = (
    *(Quality.GOOD, Quality.CLOCK, Quality.UNDER_VOLTAGE, Quality.WARMING_UP, Quality.CALIBRATING),
    *(Quality.OUT_OF_RANGE, Quality.SUSPECTED, Quality.STALE, Quality.FAULT, Quality.COMMS_LOST),
)
"""From the best to the worst."""

_CODE = np.array(WORST, np.uint8)
_RANK = np.full(256, len(WORST) - 1, np.uint8)
_RANK[_CODE] = np.arange(len(WORST))


def work_out(layout: Layout, state: State, now: Micros) -> Readings:
    """New values of derived points, from what was judged up to here.

    A point has none before its period is over, nor before every part of it was heard anew.
    """
    table = layout.formulas
    if not len(table.point):
        return Readings.none()
    oldest = _padded(state.judged, now)[table.inputs].min(axis=1, initial=now)
    before = state.judged[table.point]
    due = (oldest > before) & (oldest >= before + table.period) & (oldest > 0)
    if not due.any():
        return Readings.none()
    return _readings(layout, state, now, oldest, due)


def _readings(layout: Layout, state: State, now: Micros, oldest: Column, due: Column) -> Readings:
    table = layout.formulas
    value = evaluate(table.program, layout, state, now)[table.program.when]
    worst = _RANK[_padded(state.quality, Quality.GOOD)[table.inputs]].max(axis=1, initial=0)
    quality = np.where(np.isnan(value) & (worst == 0), Quality.FAULT, _CODE[worst])
    rows = np.flatnonzero(due)
    return Readings(
        table.point[rows], value[rows], quality[rows], oldest[rows], np.full(len(rows), now)
    )


def _padded(column: Column, last: int) -> Column:
    """With a value for the row of no point."""
    return np.append(column, np.array([last], column.dtype))
