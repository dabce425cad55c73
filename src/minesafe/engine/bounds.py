"""Between how many and how many heads a zone holds that a dead reader hides.

Not fewer than those seen there still; not more than those, those last seen there, and whoever went
out of sight elsewhere and may have come meanwhile.
"""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.model.frame import Column
from minesafe.model.time import SECOND, Micros

UNBOUNDED = -1
"""The upper bound where a reader has never been heard: nobody knows who was there before."""


def bounds(layout: Layout, state: State, inside: Column, now: Micros) -> tuple[Column, Column]:
    """Lower and upper bound of each zone's head-count; the count itself where nothing hides any."""
    low, high = state.count.copy(), state.count.copy()
    never = layout.readers.covers[state.reader_heard == 0].any(axis=0)
    dead = layout.readers.covers[state.reader_silent].any(axis=0)
    hidden = state.unknown | dead | never
    if hidden.any():
        unseen = np.flatnonzero(_unseen(layout, state, now))
        walked = (now - state.placed[unseen]) / SECOND * layout.people.hurry_m_s
        for zone in np.flatnonzero(hidden).tolist():
            there = inside[unseen, zone]
            comers = np.flatnonzero(~there)
            away = layout.ground.between(
                zone, state.roadway[unseen[comers]], state.chainage[unseen[comers]]
            )
            low[zone] -= int(there.sum())
            high[zone] += int((away <= walked[comers]).sum())
    high[never] = UNBOUNDED
    return low, high


def _unseen(layout: Layout, state: State, now: Micros) -> Column:
    """People who count, are in the mine, and of whom no reader says where they are now."""
    late = now > state.seen + layout.readers.leave[state.reader]
    dead = np.append(state.reader_silent, False)[state.reader]
    unseen: Column = layout.people.counts & ~state.out & (late | dead)
    return unseen & (state.roadway >= 0)
