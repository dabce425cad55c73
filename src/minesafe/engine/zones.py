"""Zones: too many heads, or a number of heads nobody can know. Judged once a frame."""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition


def judge_counts(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """Overcrowded above the limit, grossly from 20 % above, unknown beside a silent reader."""
    count, limit = state.count, layout.people.limit
    over = count > limit
    gross = over & (5 * (count - limit) >= limit)
    unknown: Column = np.any(layout.readers.covers[state.reader_silent], axis=0)
    for condition, was, is_so in (
        (Condition.COUNT_UNKNOWN, state.unknown, unknown),
        (Condition.OVERCROWDED, state.over, over),
        (Condition.GROSSLY_OVERCROWDED, state.gross, gross),
    ):
        transcript.change(condition, was, is_so, at=now, value=count)
