"""Calibration (标校): shown and stored, never an order's cause; too long of it is told.

A sensor under test gas measures nothing of the mine. Its quality keeps its values from every limit
(trust.py); after half an hour somebody is asked whether it was forgotten.
"""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.rounds import rounds
from minesafe.engine.samples import Samples
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Readings
from minesafe.model.quality import Quality
from minesafe.model.time import MINUTE, Micros
from minesafe.model.verdict import Condition

LONGEST: Micros = 30 * MINUTE
"""domain: an alarm when calibration lasts more than 30 min (design value)."""

_STAYS = (Quality.CALIBRATING, Quality.COMMS_LOST)
"""A line that breaks meanwhile does not end a calibration."""


def hear(layout: Layout, state: State, readings: Readings) -> None:
    """Note since when each point is calibrating; before the samples are judged."""
    if not (readings.quality == Quality.CALIBRATING).any() and not state.calibrating.any():
        return
    samples, newest = Samples.of(layout, readings), state.judged.copy()
    for picked in rounds(samples.point):
        fresh = picked[samples.at[picked] >= newest[samples.point[picked]]]
        point, _, quality, at = samples.take(fresh)
        newest[point] = at
        since = np.where(np.isin(quality, _STAYS), state.calibrating[point], 0)
        begins = (quality == Quality.CALIBRATING) & (since == 0)
        state.calibrating[point] = np.where(begins, at, since)


def pass_time(state: State, now: Micros, transcript: Transcript) -> None:
    """See whose calibration has lasted too long."""
    due = state.calibrating + LONGEST
    long = (state.calibrating > 0) & (now >= due)
    at = np.where(long, due, state.judged)
    transcript.change(Condition.CALIBRATING_LONG, state.calibrating_long, long, at=at)
