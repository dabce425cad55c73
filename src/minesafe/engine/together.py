"""Two tags that move as one: somebody carries a card that is not his own (一人多卡).

Looked at every `LOOK` of a mine that asks for it, as of the moment before. Whoever is placed on a
roadway is held against the two beside him on it, sorted by chainage, so that a look costs a sort;
a mate once found is kept while he is beside at least every `APART`: one is heard before the
other, and one walks round a corner before the other.
"""

import numpy as np

from minesafe.engine.fences import FOREVER
from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition

LOOK = 10 * SECOND

FRESH = 20 * SECOND
"""A place that is older says nothing of who is beside whom now."""

BESIDE_M = 1.0

APART = 30 * SECOND
"""So long may a mate be elsewhere: three looks."""

WALKED_M = 50.0
"""So far they must have come together: who works side by side is two people."""

NOBODY = -1


def judge(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """Say whose tag has moved as one with another's for too long, and with whose (its row)."""
    patience = layout.people.together
    if patience == FOREVER or now // LOOK == state.now // LOOK:
        return
    now = state.now
    placed = ~state.out & (state.roadway >= 0) & (now - state.placed <= FRESH)
    way = np.where(placed, state.roadway, NOBODY)
    metres = layout.places.metres(state.roadway, state.chainage)
    came = np.where(way == state.mate_way, np.abs(metres - state.mate_m), 0.0)
    with_mate = _with_mate(state, way, metres)
    kept = with_mate | _may_come_back(state, way, now)
    mate = np.where(kept, state.mate, _beside(way, metres))
    state.mate_at[:] = np.where(kept & ~with_mate, state.mate_at, now)
    state.mate_since[:] = np.where(kept, state.mate_since, now)
    state.mate_walked[:] = np.where(kept, state.mate_walked + came, 0.0)
    state.mate[:], state.mate_way[:], state.mate_m[:] = mate, way, metres
    long = (mate != NOBODY) & (now - state.mate_since >= patience)
    as_one = long & (state.mate_walked >= WALKED_M)
    other = np.where(as_one, mate, np.nan)
    transcript.change(Condition.MOVING_AS_ONE, state.as_one, as_one, at=now, value=other)


def _with_mate(state: State, way: Column, metres: Column) -> Column:
    mate = state.mate
    near = np.abs(metres - metres[mate]) < BESIDE_M
    beside: Column = (mate != NOBODY) & (way >= 0) & (way == way[mate]) & near
    return beside


def _may_come_back(state: State, way: Column, now: Micros) -> Column:
    both = (state.mate != NOBODY) & (way >= 0) & (way[state.mate] >= 0)
    soon: Column = both & (now - state.mate_at <= APART)
    return soon


def _beside(way: Column, metres: Column) -> Column:
    """The nearest within `BESIDE_M` of each, on his roadway; of two as near the one before."""
    mate = np.full(len(way), NOBODY)
    order = np.lexsort((metres, way))
    order = order[way[order] >= 0]
    gap = np.where(np.diff(way[order]) == 0, np.diff(metres[order]), np.inf)
    before, after = np.full((2, len(order)), np.inf)
    before[1:], after[:-1] = gap, gap
    near = np.minimum(before, after) < BESIDE_M
    other = np.where(before <= after, np.roll(order, 1), np.roll(order, -1))
    mate[order[near]] = other[near]
    return mate
