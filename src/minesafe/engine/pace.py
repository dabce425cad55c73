"""Pace: a place nobody can have come to since the last one is not believed at once.

A reader that mishears, a card read round a corner or copied, would otherwise take a person out of
a face that he is in. What somebody could have come is the quickest way along the graph, riding
where that is quicker than walking and by the cage in a shaft. Whoever is seen again and again
where he cannot be is there: `ENOUGH` sightings that agree with each other are believed, so the
person is late by some periods of a reader and never lost. A mine that does not say how fast
people ride (`ride_m_s`) doubts nobody.
"""

from dataclasses import dataclass

import numpy as np

from minesafe.engine.pace_table import FREE_M, Pace
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

ENOUGH = 3
"""Sightings that agree with each other and not with the place in force; then they are the place."""

APART = SECOND // 2
"""Sightings nearer together than this are one: readers side by side mishear the same."""

CALM = 60 * SECOND
"""So long after the last doubtful sighting nothing is doubtful any more; once a minute is news."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """New places of different people, a row each."""

    tag: Column
    way: Column
    metres: Column
    error: Column
    at: Column


def believe(pace: Pace, state: State, new: Sight, transcript: Transcript) -> Column:
    """Which of the new places are believed; the others are remembered, and said once.

    Args:
        pace: how fast people can be.
        state: changed in place, but for where people are.
        new: places that are news and of a quality that is believed.
        transcript: written.
    """
    if not pace.asks:
        return np.ones(len(new.tag), np.bool_)
    tag = new.tag
    somewhere = ~state.out[tag] & (state.roadway[tag] >= 0)
    had = (state.roadway[tag], state.chainage[tag], state.error[tag], state.placed[tag])
    too_far = somewhere & _too_far(pace, had, new)
    doubted = (state.doubt_way[tag], state.doubt_m[tag], state.doubt_error[tag])
    since = state.doubt_at[tag]
    agrees = too_far & (state.doubts[tag] > 0) & (doubted[0] >= 0)
    agrees[agrees] &= ~_too_far(pace, (*doubted, since), new, agrees)
    soon = agrees & (new.at - since < APART)
    doubts = np.where(agrees, state.doubts[tag] + ~soon, too_far.astype(np.uint8))
    believed: Column = (doubts == 0) | (doubts >= ENOUGH)
    state.doubts[tag] = np.where(believed, 0, doubts)
    _remember(state, new, np.flatnonzero(too_far & ~soon))
    _tell(pace, state, new, had, too_far, transcript)
    return believed


def _too_far(pace: Pace, had: tuple[Column, ...], new: Sight, rows: Column | None = None) -> Column:
    """Whether nobody can have come from one place to the other in the time between; rows, of all.

    An error that is no number leaves every way open.
    """
    i = np.arange(len(new.tag)) if rows is None else np.flatnonzero(rows)
    way, chainage, error, since = (column[i] for column in had)
    known = way >= 0
    way = np.where(known, way, 0)
    metres = np.clip(chainage, 0.0, pace.length[way])
    slack = (FREE_M + error.astype(np.float64) + new.error[i]) / pace.slowest
    spare = (new.at[i] - since) / SECOND + slack
    most = float(np.max(spare, initial=0.0, where=np.isfinite(spare) & known))
    least = pace.seconds(way, metres, new.way[i], new.metres[i], most)
    far: Column = known & (least > spare)
    return far


def _remember(state: State, new: Sight, i: Column) -> None:
    tag = new.tag[i]
    state.doubt_way[tag], state.doubt_m[tag] = new.way[i], new.metres[i]
    state.doubt_error[tag], state.doubt_at[tag] = new.error[i], new.at[i]


def _tell(
    pace: Pace,
    state: State,
    new: Sight,
    had: tuple[Column, ...],
    too_far: Column,
    transcript: Transcript,
) -> None:
    """Say of whom a place is doubtful, with the seconds of the way, and when no more."""
    told = state.doubted[new.tag]
    i = np.flatnonzero(too_far & ~told)
    if len(i):
        way, chainage = had[0][i], had[1][i]
        metres = np.clip(chainage, 0.0, pace.length[way])
        least = pace.seconds(way, metres, new.way[i], new.metres[i])
        value = np.where(np.isfinite(least), least, np.nan)
        transcript.add(Condition.TOO_FAST, new.tag[i], on=True, at=new.at[i], value=value)
        state.doubted[new.tag[i]] = True
    calm = new.at - state.doubt_at[new.tag] >= CALM
    end(state, new.tag[told & ~too_far & calm], new.at[told & ~too_far & calm], transcript)


def end(state: State, tag: Column, at: Column, transcript: Transcript) -> None:
    """Of different people nothing is doubtful any more."""
    state.doubts[tag] = 0
    i = np.flatnonzero(state.doubted[tag])
    transcript.add(Condition.TOO_FAST, tag[i], on=False, at=at[i])
    state.doubted[tag[i]] = False
