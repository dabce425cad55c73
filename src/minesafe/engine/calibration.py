"""Calibration (标校): shown and stored, never an order's cause; too long of it is told.

A sensor under test gas measures nothing of the mine. Its quality keeps its values from every limit
(trust.py); after half an hour somebody is asked whether it was forgotten.
"""

import numpy as np

from minesafe.engine.samples import Samples
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.quality import Quality
from minesafe.model.time import MINUTE, Micros
from minesafe.model.verdict import Condition

LONGEST: Micros = 30 * MINUTE
"""domain: an alarm when calibration lasts more than 30 min (design value)."""

STAYS = np.isin(np.arange(256), (Quality.CALIBRATING, Quality.COMMS_LOST))
"""By code: a line that breaks meanwhile does not end a calibration."""


def hear(state: State, samples: Samples) -> None:
    """Note since when each of some different points is calibrating."""
    point, _, quality, at = samples
    since = np.where(STAYS[quality], state.calibrating[point], 0)
    begins = (quality == Quality.CALIBRATING) & (since == 0)
    state.calibrating[point] = np.where(begins, at, since)


def judge(state: State, transcript: Transcript) -> None:
    """See whose calibration had lasted too long at the moment before, now that it is over.

    One row may end it and the next, of the same moment, begin another.
    """
    point = np.flatnonzero((state.calibrating > 0) | state.calibrating_long)
    due = state.calibrating[point] + LONGEST
    long = (state.calibrating[point] > 0) & (state.now >= due)
    at = np.where(long, due, state.judged[point])
    turned = long != state.calibrating_long[point]
    state.calibrating_long[point] = long
    transcript.add(Condition.CALIBRATING_LONG, point[turned], on=long[turned], at=at[turned])
