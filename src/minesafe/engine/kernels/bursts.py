"""Tags that are seen very often in one frame: a station that empties its memory, or a mad one.

The arrays judge the first sighting of every tag, then the second, and a round costs the same
however few it is of. Where rounds get narrow, the loop that passes what changes nothing goes
first, over a stretch of sightings that doubles while none of them matters; the first of each tag
that may matter is judged by all rules, and the rest goes to the loop again.
"""

from collections.abc import Callable

import numpy as np

from minesafe.engine import people, stays
from minesafe.engine.kernels.crowd import NARROW, ROUNDS
from minesafe.engine.kernels.near import ground_of, wearers_of
from minesafe.engine.kernels.people_loops import Ground, Sights, scan
from minesafe.engine.layout import Layout
from minesafe.engine.rounds import ranks
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Sightings
from minesafe.model.time import judged_at

Scan = Callable[..., int]

STRETCH = 1024
"""Sightings the loop takes at once at the most: where areas hold them is asked of all together."""


def hear(layout: Layout, state: State, sightings: Sightings, transcript: Transcript) -> None:
    """As `people.hear`; however often a tag is seen."""
    early, late = parted(layout, sightings)
    if not len(late):
        people.hear(layout, state, sightings, transcript)
        return
    people.hear(layout, state, _picked(sightings, early), transcript)
    one_by_one(layout, state, sightings, late, (scan, ground_of(layout)), transcript)


def hear_with(
    loop: tuple[Scan, Ground],
    layout: Layout,
    state: State,
    sightings: Sightings,
    transcript: Transcript,
) -> None:
    """The same by a compiled loop that has passed what it could already."""
    early, late = parted(layout, sightings)
    people.hear(layout, state, _picked(sightings, early), transcript)
    one_by_one(layout, state, sightings, late, loop, transcript)


def parted(layout: Layout, sightings: Sightings) -> tuple[Column, Column]:
    """Row numbers the arrays judge in rounds, and those that come after them, in their order."""
    tag, station = sightings.tag, sightings.station
    known = (tag >= 0) & (tag < len(layout.people.counts))
    known &= (station >= 0) & (station < len(layout.readers.quiet))
    rank = np.zeros(len(tag), np.intp)
    if known.any():
        rank[known] = ranks(tag[known])
    wide = max(ROUNDS, int((np.bincount(rank) >= NARROW).sum())) if len(rank) else ROUNDS
    return np.flatnonzero(rank < wide), np.flatnonzero(rank >= wide)


def one_by_one(
    layout: Layout,
    state: State,
    sightings: Sightings,
    rows: Column,
    loop: tuple[Scan, Ground],
    transcript: Transcript,
) -> None:
    """Judge these rows in their order: quickly what changes nothing, by all rules what may."""
    at, _ = judged_at(sightings.sampled, sightings.received)
    barred, stretch = np.zeros(len(state.seen), np.bool_), 1
    while len(rows):
        some, rows = rows[:stretch], rows[stretch:]
        missed = _pass(layout, state, _picked(sightings, some), loop, barred)
        stretch = 1 if len(missed) else min(2 * stretch, STRETCH)
        _, first = np.unique(sightings.tag[some[missed]], return_index=True)
        i = some[missed[first]]
        i = i[at[i] >= state.seen[sightings.tag[i]]]
        if len(i):
            people.sight(layout, state, sightings, at, i, transcript)
        if len(missed) > len(first):
            rows = np.concatenate([some[np.delete(missed, first)], rows])


def _pass(
    layout: Layout, state: State, some: Sightings, loop: tuple[Scan, Ground], barred: Column
) -> Column:
    """Which of these rows may change something; the others are done with."""
    scan_, ground = loop
    kept = np.empty(0, np.bool_)
    if len(layout.areas.areas):
        kept = ~stays.elsewhere(layout, state, some.tag, some.level, (some.x, some.y))
    missed = np.empty(len(some), np.intp)
    sights = Sights(*(getattr(some, name) for name in Sights._fields))
    with np.errstate(over="ignore"):  # uncompiled, at times that nobody's clock gives
        return missed[: scan_(sights, ground, wearers_of(state), kept, barred, missed)]


def _picked(sightings: Sightings, rows: Column) -> Sightings:
    return Sightings(**{name: getattr(sightings, name)[rows] for name in Sightings.DTYPES})
