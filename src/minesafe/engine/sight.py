"""What is known, for readers: a picture of copies, so that none sees a judgement half done."""

import numpy as np

from minesafe.engine.bounds import bounds
from minesafe.engine.heads import NO_LIMIT
from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.model.frame import Column
from minesafe.model.picture import Picture
from minesafe.model.quality import Quality
from minesafe.model.time import Micros

_COPIED = (
    *("quality", "silent", "roadway", "chainage", "level", "x", "y", "z", "error"),
    *("seen", "placed", "reader", "placing", "doubt_way", "doubt_m", "doubt_at", "doubted"),
    *("flags", "lost", "out", "count", "reader_silent", "reader_heard"),
)
"""Columns a picture shows as they are."""


def picture(layout: Layout, state: State, now: Micros) -> Picture:
    """What the engine knows at a time not before the last frame's."""
    quiet = state.reader_silent | (state.reader_heard == 0)
    shown = ~np.isin(state.quality, (Quality.FAULT, Quality.COMMS_LOST))
    within, limit = inside(layout, state), layout.heads.at(now)
    low, high = bounds(layout, state, within, now)
    return Picture(
        now=now,
        value=np.where(shown, state.value, np.nan),
        sampled=state.judged.copy(),
        inside=within,
        unknown=state.unknown | layout.readers.covers[quiet].any(axis=0),
        low=low,
        high=high,
        limit=np.where(limit < NO_LIMIT, limit, -1).astype(np.int32),
        **{name: getattr(state, name).copy() for name in _COPIED},
    )


def inside(layout: Layout, state: State) -> Column:
    """(T, Z): who is in which zone."""
    fences = len(layout.fences.zone)
    table = np.zeros((len(state.stay), fences), np.bool_)
    np.put_along_axis(table, state.stay % fences, True, axis=1)
    return table[:, : len(state.count)]
