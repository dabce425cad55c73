"""Alarm limits and cut-offs: hysteresis and delays in the samples' own time; and bad quality.

A value holds until the next one. So before a sample is judged, the timers of its point run up to
its time, and all timers run up to a moment once that is over: it makes no difference how samples
were gathered into frames. Time in which a point was silent clears nothing.
"""

import numpy as np

from minesafe.engine import calibration
from minesafe.engine.layout import BELIEVES, LIMITS, MAY_RAISE, SIGNS, STOPS_A_RAISE, Layout
from minesafe.engine.rounds import rounds
from minesafe.engine.samples import Samples
from minesafe.engine.state import NEVER, State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Readings
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition

_CONDITIONS = np.array(LIMITS, np.uint8)


def hear(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
    """Judge the frame's readings, each point's in the order they came."""
    if not len(readings):
        return
    samples = Samples.of(layout, readings)
    for picked in rounds(samples.point):
        fresh = samples.at[picked] >= state.judged[samples.point[picked]]
        _judge_samples(layout, state, samples.take(picked[fresh]), transcript)


def pass_time(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """Let the timers of every point run up to `now`."""
    points = np.flatnonzero(state.stirred)
    if len(points):
        _run_timers(layout, state, points, np.full(len(points), now, np.int64), transcript)


def _judge_samples(layout: Layout, state: State, samples: Samples, transcript: Transcript) -> None:
    """Judge one sample of each of some different points."""
    point, value, quality, at = samples
    low, high = layout.points.calm[point].T
    calm = (value > low) & (value < high) & BELIEVES[quality] & ~state.stirred[point]
    if not calm.all():
        _compare(layout, state, samples.take(np.flatnonzero(~calm)), transcript)
    _report_quality(state, samples, transcript)
    calibration.hear(state, samples)
    state.value[point] = value
    state.quality[point] = quality
    state.judged[point] = at


def _compare(layout: Layout, state: State, samples: Samples, transcript: Transcript) -> None:
    """Hold values against limits: start, stop and end delays. Arrays are (n, L)."""
    table, (point, value, quality, at) = layout.points, samples
    _run_timers(layout, state, point, at, transcript)
    signed = value[:, None] * SIGNS
    over = MAY_RAISE[quality][:, None] & (signed >= table.threshold[point])
    under = BELIEVES[quality][:, None] & (signed < table.restore[point])
    active, due = state.active[point], state.due[point]
    unheard = at > state.judged[point] + table.stale[point]
    due[active & unheard[:, None]] = NEVER
    wanted = np.where(active, under, over)
    unwanted = np.where(active, ~under, ~over & STOPS_A_RAISE[quality][:, None])
    ends = at[:, None] + np.take_along_axis(table.delay[point], active.astype(np.intp), axis=1)
    state.due[point] = np.where(wanted, np.minimum(due, ends), np.where(unwanted, NEVER, due))
    held = MAY_RAISE[quality] & ~np.isnan(value)
    state.compared[point[held]] = value[held]
    _fire(state, point, state.due[point] <= at[:, None], transcript)


def _run_timers(
    layout: Layout, state: State, point: Column, until: Column, transcript: Transcript
) -> None:
    """End the delays that were over by `until`; an off-delay counts only while the point spoke."""
    heard = np.minimum(until, state.judged[point] + layout.points.stale[point])
    horizon = np.where(state.active[point], heard[:, None], until[:, None])
    _fire(state, point, state.due[point] <= horizon, transcript)


def _fire(state: State, point: Column, ended: Column, transcript: Transcript) -> None:
    """Switch the limits whose delay has ended, as of the moment it ended."""
    row, limit = np.nonzero(ended)
    where = (point[row], limit)
    on = ~state.active[where]
    transcript.add(
        _CONDITIONS[limit],
        where[0],
        on=on,
        at=state.due[where],
        value=state.compared[where[0]],
    )
    state.active[where] = on
    state.due[where] = NEVER
    stirs = (state.active[point] | (state.due[point] != NEVER)).any(axis=1)
    state.stirred[point] = stirs
    state.compared[point[~stirs]] = np.nan  # no limit will tell it; when it rested is the frames'


def _report_quality(state: State, samples: Samples, transcript: Transcript) -> None:
    """BAD ends and begins anew where the code changes; a lost sensor is SILENT, not BAD."""
    point, _, quality, at = samples
    was = state.bad[point]
    now = np.where(BELIEVES[quality], 0, quality)
    now = np.where(quality == Quality.COMMS_LOST, was, now)
    for on, where in ((False, (was != 0) & (now != was)), (True, (now != 0) & (now != was))):
        i = np.flatnonzero(where)
        transcript.add(Condition.BAD, point[i], on=on, at=at[i], value=quality[i])
    state.bad[point] = now
