"""Counters: what a cumulative point has counted in this shift, and how fast it counts now.

A device tells what its counter shows, not what came through. A step back is one of two things: the
counter has come to its end and begun at 0 again, where what it then counted is no more than it can
have counted since; or it began anew, or is another device. Then nobody knows what came through
meanwhile: that step counts for nothing, the moment is remembered, and counting goes on from there.
So does a step forward that no counter of its kind can make.
"""

import numpy as np

from minesafe.engine.counter_table import HOUR, CounterTable
from minesafe.engine.layout import Layout
from minesafe.engine.samples import Samples
from minesafe.engine.state import State
from minesafe.engine.trust import COUNTS
from minesafe.model.frame import Column, Readings
from minesafe.model.time import SECOND, Micros

RATE_OVER: Micros = 60 * SECOND
"""A rate is of so long at least: counters move by whole pulses."""


def hear(layout: Layout, state: State, readings: Readings) -> None:
    """Count on, sample by sample, each at its own time; older ones are history."""
    if not layout.counters.any:
        return
    samples = Samples.of(layout, readings, layout.counters.counts)
    for row in np.flatnonzero(COUNTS[samples.quality]).tolist():
        point, at = int(samples.point[row]), int(samples.at[row])
        if at > state.counted_at[point]:
            _count(layout.counters, state, point, float(samples.value[row]), at)


def _count(table: CounterTable, state: State, point: int, shows: float, at: Micros) -> None:
    shift = table.shift_of(at)
    if shift != state.counted_shift[point]:
        state.counted_shift[point], state.total[point] = shift, 0.0
    was, hours = float(state.counted[point]), (at - int(state.counted_at[point])) / HOUR
    gained = None if np.isnan(was) else table.gained(point, was, shows, hours)
    if gained is None:
        if not np.isnan(was):
            state.counted_back[point] = at
        state.rate[point], state.rate_from[point], state.rate_gained[point] = np.nan, at, 0.0
    else:
        state.total[point] += gained
        state.rate_gained[point] += gained
        _rate(state, point, at)
    state.counted[point], state.counted_at[point] = shows, at


def _rate(state: State, point: int, at: Micros) -> None:
    long = at - int(state.rate_from[point])
    if long >= RATE_OVER:
        state.rate[point] = state.rate_gained[point] / (long / HOUR)
        state.rate_from[point], state.rate_gained[point] = at, 0.0


def ran_back(state: State, now: Micros, within: Micros) -> Column:
    """Rows of counters that lately fell, or rose faster than they can."""
    back = state.counted_back
    return np.flatnonzero((back > 0) & (now - back < within))
