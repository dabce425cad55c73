"""Stays: which fences each person is within, since when, and the fuses that will end a stay.

Each person has some slots, a fence each. Entering is told at once, always. Leaving is held back by
the fence's guard (`model.mine.Guard`): outside, a fuse of the tolerance time-out burns; beyond the
tolerance, one of the exit delay; to be within again puts both out. A fuse burns in event time: up
to a sighting's own time before that is judged, and up to a moment once that is over, so that it
makes no difference how sightings were gathered into frames.
"""

import numpy as np

from minesafe.engine.fences import FOREVER, NO_FENCE
from minesafe.engine.layout import Layout
from minesafe.engine.licences import NONE as NO_LICENCE
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column
from minesafe.model.verdict import Condition

TOLERANCE, DELAY = 0, 1
"""The two fuses of a stay."""

MARKS = (Condition.OVERTIME, Condition.UNCERTIFIED)
"""What becomes true of a stay by time alone; the bits of `State.told`."""


def settle(
    layout: Layout, state: State, tag: Column, cell: Column, at: Column, transcript: Transcript
) -> None:
    """Hold the new places of different people against the fences: what ends, then what begins."""
    within, near = layout.places.within[cell], layout.places.near[cell]
    layout.areas.mark(within, near, state.level[tag], (state.x[tag], state.y[tag]))
    fence, row = state.stay[tag], np.arange(len(tag))[:, None]
    inside, close = within[row, fence], near[row, fence]
    for fuse, held, duration in (
        (TOLERANCE, inside, layout.fences.tolerance),
        (DELAY, inside | close, layout.fences.delay),
    ):
        burning = np.minimum(state.fuse[tag, :, fuse], at[:, None] + duration[fence])
        state.fuse[tag, :, fuse] = np.where(held, FOREVER, burning)
    due = state.fuse[tag].min(axis=2)
    _end(layout, state, tag, due <= at[:, None], due, transcript)
    within[row, fence] = False
    _begin(layout, state, tag, within, at, transcript)
    _mark(layout, state, tag, at, np.full(fence.shape, FOREVER), transcript)
    state.unsure[tag] = False
    _look_ahead(layout, state, tag)


def elsewhere(
    layout: Layout, state: State, tag: Column, level: Column, place: tuple[Column, Column]
) -> Column:
    """Whether areas hold people's places, or are near, otherwise than stays and fuses say."""
    if not len(layout.areas.areas):
        return np.zeros(len(tag), np.bool_)
    within, near = np.zeros((2, len(tag), len(layout.areas.drawn)), np.bool_)
    layout.areas.mark(within, near, level, place)
    fence, row = state.stay[tag], np.arange(len(tag))[:, None]
    burning = state.fuse[tag] < FOREVER
    inside, close = within[row, fence], near[row, fence]
    other = (burning[:, :, TOLERANCE] == inside) | (burning[:, :, DELAY] == (inside | close))
    within[row, fence] = False
    left: Column = (other & layout.areas.drawn[fence]).any(axis=1)
    left[np.flatnonzero(within) // within.shape[1]] = True
    return left


def run(layout: Layout, state: State, tag: Column, until: Column, transcript: Transcript) -> None:
    """Let the fuses of different people burn up to a time each."""
    ripe = np.flatnonzero(state.next[tag] <= until)
    if not len(ripe):
        return
    tag, until = tag[ripe], until[ripe]
    unseen = _unseen(layout, state, tag)
    due = np.minimum(state.fuse[tag].min(axis=2), unseen)
    state.unsure[tag] |= (unseen <= until[:, None]).any(axis=1)
    _mark(layout, state, tag, until, due, transcript)
    _end(layout, state, tag, due <= until[:, None], due, transcript)
    _look_ahead(layout, state, tag)


def leave(layout: Layout, state: State, tag: Column, at: Column, transcript: Transcript) -> None:
    """Different people are gone from everywhere: nothing holds their leaving back."""
    run(layout, state, tag, at, transcript)
    there = state.stay[tag] != NO_FENCE
    _end(layout, state, tag, there, np.broadcast_to(at[:, None], there.shape), transcript)
    _look_ahead(layout, state, tag)


def put(layout: Layout, state: State, tag: int, fence: int, told: int = 0) -> bool:
    """A stay that is known to hold, without saying so; the next sighting tells whether it does.

    Args:
        layout: the revision in force.
        state: changed in place.
        tag: the person's row.
        fence: the fence's.
        told: bits of what has been said of it.

    Returns:
        False where the person has no slot left for it.
    """
    who = np.array([tag])
    if not (state.stay[tag] == fence).any():
        if (state.stay[tag] != NO_FENCE).all():
            return False
        _begin(layout, state, who, _only(layout, fence), state.seen[who], Transcript())
        state.unsure[tag] = True
    state.told[tag, state.stay[tag] == fence] |= np.uint8(told)
    _look_ahead(layout, state, who)
    return True


def renew(layout: Layout, state: State, tag: Column) -> None:
    """Find anew what the stays of different people ask of the time to come."""
    _look_ahead(layout, state, tag)


def _only(layout: Layout, fence: int) -> Column:
    row = np.zeros((1, len(layout.fences.zone)), np.bool_)
    row[0, fence] = True
    return row


def _look_ahead(layout: Layout, state: State, tag: Column) -> None:
    """What the stays of different people, now that they changed, ask of the time to come."""
    state.next[tag] = _next(layout, state, tag)
    state.patience[tag] = layout.fences.still[state.stay[tag]].min(axis=1)
    state.rest_way[tag[state.patience[tag] == FOREVER]] = -1


def _next(layout: Layout, state: State, tag: Column) -> Column:
    """When the first fuse of each has burnt down; for a fence's time-out at the earliest."""
    dues = np.minimum(state.fuse[tag].min(axis=2), _unseen(layout, state, tag))
    for _, due in _marks(layout, state, tag):
        dues = np.minimum(dues, due)
    first: Column = np.min(dues, axis=1)
    return first


def _unseen(layout: Layout, state: State, tag: Column) -> Column:
    """(n, K): when a stay ends for want of a place."""
    due: Column = state.placed[tag][:, None] + layout.fences.timeout[state.stay[tag]]
    return due


def _end(
    layout: Layout,
    state: State,
    tag: Column,
    ended: Column,
    when: Column,
    transcript: Transcript,
) -> None:
    row, slot = np.nonzero(ended & (state.stay[tag] != NO_FENCE))
    if not len(row):
        return
    order = np.lexsort((state.stay[tag[row], slot], when[row, slot], row))
    row, slot = row[order], slot[order]
    who = tag[row]
    _unmark(layout, state, who, slot, when[row, slot], transcript)
    _tell(layout, state, who, state.stay[who, slot], when[row, slot], transcript, on=False)
    state.stay[who, slot] = NO_FENCE
    state.fuse[who, slot] = FOREVER


def _begin(
    layout: Layout, state: State, tag: Column, begun: Column, at: Column, transcript: Transcript
) -> None:
    """Begin stays: `begun` (n, F + 1) says which."""
    row, fence = np.divmod(np.flatnonzero(begun), begun.shape[1])
    if not len(row):
        return
    needed = np.bincount(row, minlength=len(tag))
    _make_room(layout, state, tag, needed, at, transcript)
    who, free = tag[row], np.argsort(state.stay[tag] != NO_FENCE, axis=1, kind="stable")
    slot = free[row, np.arange(len(row)) - np.searchsorted(row, row)]
    state.stay[who, slot] = fence
    state.entered[who, slot] = at[row]
    _tell(layout, state, who, fence, at[row], transcript, on=True)


def _make_room(
    layout: Layout, state: State, tag: Column, needed: Column, at: Column, transcript: Transcript
) -> None:
    """Whoever runs out of slots has left what guards still kept open behind him."""
    taken = state.stay[tag] != NO_FENCE
    tight = needed + taken.sum(axis=1) > taken.shape[1]
    kept = (state.fuse[tag].min(axis=2) < FOREVER) & tight[:, None]
    _end(layout, state, tag, kept, np.broadcast_to(at[:, None], kept.shape), transcript)


def _mark(
    layout: Layout,
    state: State,
    tag: Column,
    until: Column,
    ended: Column,
    transcript: Transcript,
) -> None:
    """Say of which stays it has come true by `until`, and before they ended."""
    for bit, (condition, due) in enumerate(_marks(layout, state, tag)):
        row, slot = np.nonzero((due <= until[:, None]) & (due < ended))
        order = np.lexsort((state.stay[tag[row], slot], due[row, slot], row))
        row, slot = row[order], slot[order]
        who = tag[row]
        zone = layout.fences.zone[state.stay[who, slot]]
        transcript.add(condition, who, zone=zone, on=True, at=due[row, slot])
        state.told[who, slot] |= np.uint8(1 << bit)


def _marks(layout: Layout, state: State, tag: Column) -> list[tuple[Condition, Column]]:
    """(n, K) each: when something that is not yet said comes true of a stay."""
    stay, entered, told = state.stay[tag], state.entered[tag], state.told[tag]
    ends = layout.licences.ends(tag[:, None], layout.fences.zone[stay])
    ends = np.where((ends == NO_LICENCE) | (layout.fences.halo_m[stay] > 0), FOREVER, ends)
    dues = (entered + layout.fences.dwell[stay], np.maximum(ends, entered))
    return [
        (condition, np.where(told & (1 << bit), FOREVER, due))
        for bit, (condition, due) in enumerate(zip(MARKS, dues, strict=True))
    ]


def _unmark(
    layout: Layout, state: State, who: Column, slot: Column, at: Column, transcript: Transcript
) -> None:
    """What was said of stays ends with them."""
    for bit, condition in enumerate(MARKS):
        i = np.flatnonzero(state.told[who, slot] & (1 << bit))
        zone = layout.fences.zone[state.stay[who[i], slot[i]]]
        transcript.add(condition, who[i], zone=zone, on=False, at=at[i])
    state.told[who, slot] = 0


def _tell(
    layout: Layout,
    state: State,
    who: Column,
    fence: Column,
    at: Column,
    transcript: Transcript,
    *,
    on: bool,
) -> None:
    """Say who is inside from now on, or no more, and count him."""
    zone, halo = layout.fences.zone[fence], layout.fences.halo_m[fence] > 0
    astray = layout.licences.strays(who, zone)
    for condition, i in (
        (Condition.INSIDE, np.flatnonzero(~halo)),
        (Condition.TRESPASSING, np.flatnonzero(~halo & astray)),
        (Condition.NEAR_DANGER, np.flatnonzero(halo & astray)),
    ):
        transcript.add(condition, who[i], zone=zone[i], on=on, at=at[i])
    counted = layout.people.counts[who] & ~halo
    np.add.at(state.count, zone[counted], 1 if on else -1)
