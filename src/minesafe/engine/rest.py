"""Rest: who stands still for too long where a zone asks, and may have collapsed.

People rest and chat at their posts, so this is asked only of zones that say how long is too long
(`still_s`), and counted by sightings alone: without a place for some time the count begins anew,
and losing contact has an alarm of its own. Metres are along the roadway, so a reader that places
people less exactly than `FREE_M` never finds anybody still.
"""

import numpy as np

from minesafe.engine.fences import FOREVER
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

FREE_M = 2.0
"""Whoever stays nearer than this to where he came to rest has not moved."""

UNSEEN = 90 * SECOND
"""Without a place for longer, nobody knows that he has not been elsewhere."""


def hear(
    state: State, tag: Column, metres: Column, at: Column, broke: Column, transcript: Transcript
) -> None:
    """Hold the new places of different people against where each came to rest.

    Args:
        state: changed in place.
        tag: the people, their places and stays brought up to date.
        metres: their chainages, on the roadway.
        at: when they were seen there.
        broke: whether each had been without a place for longer than `UNSEEN`.
        transcript: written.
    """
    asked = state.patience[tag] < FOREVER
    i = np.flatnonzero(asked | state.resting[tag])
    if not len(i):
        return
    tag, metres, at, broke, asked = tag[i], metres[i], at[i], broke[i], asked[i]
    way, anywhere, was = state.roadway[tag], state.rest_way[tag] < 0, state.resting[tag]
    near = (way == state.rest_way[tag]) & (np.abs(metres - state.rest_m[tag]) < FREE_M) & ~broke
    long = near & (at - state.rest_since[tag] >= state.patience[tag])
    now = asked & (long | (was & (near | anywhere)))
    anew = asked & ~near
    state.rest_way[tag[anew]] = way[anew]
    state.rest_m[tag[anew]] = metres[anew]
    state.rest_since[tag[anew]] = at[anew]
    _turn(state, tag[was != now], at[was != now], transcript)


def end(state: State, tag: Column, at: Column, transcript: Transcript) -> None:
    """Different people are gone from everywhere."""
    resting = state.resting[tag]
    _turn(state, tag[resting], at[resting], transcript)


def _turn(state: State, tag: Column, at: Column, transcript: Transcript) -> None:
    state.resting[tag] = ~state.resting[tag]
    transcript.add(Condition.STANDING_STILL, tag, on=state.resting[tag], at=at)
