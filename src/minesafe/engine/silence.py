"""Silence: who has not been heard for too long, looked at before the rows of a moment are taken.

So whoever is heard only at that moment was silent until then, in whichever of its frames the row
comes; and nobody is told of later than in the first frame after his time.
"""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition


def points(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """A point is silent without a sample for its stale time, or as soon as its sensor is lost."""
    table, heard = layout.points, state.judged
    due = np.where(heard > 0, heard + table.stale, state.started + table.grace)
    lost = (state.quality == Quality.COMMS_LOST) & (heard > 0)
    silent = lost | (now > due)
    at = np.where(silent & ~lost, due, heard)
    transcript.change(Condition.SILENT, state.silent, silent, at=at)


def readers(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """A reader is silent without a row for its quiet time, or as soon as it is reported lost."""
    heard = state.reader_heard
    due = np.where(heard > 0, heard, state.started) + layout.readers.quiet
    lost = (state.reader_gone >= heard) & (state.reader_gone > 0)
    silent = lost | (now > due)
    at = np.where(lost, state.reader_gone, np.where(silent, due, heard))
    transcript.change(Condition.READER_SILENT, state.reader_silent, silent, at=at)
