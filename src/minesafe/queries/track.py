"""One person's way: on which roadway from when to when, and the places that tell it."""

import asyncio
from dataclasses import dataclass

import numpy as np

from minesafe.model.errors import Refused
from minesafe.model.frame import Column, Sightings
from minesafe.model.mine import Mine
from minesafe.model.steps import starts
from minesafe.model.time import SECOND, Micros
from minesafe.ports import History
from minesafe.queries.bounds import MOST_SAMPLES, checked, unseen

STRAIGHTER_M = 5.0
"""A place that lies no further from where the line says he was then is left out."""


@dataclass(frozen=True, slots=True)
class RoadStay:
    """Time on one roadway without a gap."""

    roadway: int
    """Row."""
    entered: Micros
    left: Micros
    """The last sample there."""
    places: tuple[tuple[Micros, float], ...]
    """(time, metres from the roadway's start), the first and the last among them."""


@dataclass(frozen=True, slots=True)
class Track:
    """A person's way between two times."""

    stays: tuple[RoadStay, ...]
    samples: int
    """So many places it was told from."""


async def track(
    history: History,
    mine: Mine,
    person: int,
    span: tuple[Micros, Micros],
    within_m: float = STRAIGHTER_M,
) -> Track:
    """Where somebody was between two times.

    Args:
        history: what is stored.
        mine: the revision in force.
        person: row.
        span: start and end.
        within_m: how far a place may lie from the line that stands for it.

    Raises:
        Refused: ask_shorter, bad_span.
        StoreUnavailable: the history is not reachable now.
    """
    seen = await history.track(person, *checked("track", span), MOST_SAMPLES)
    if len(seen) == MOST_SAMPLES:
        raise Refused("ask_shorter")
    return await asyncio.to_thread(way, seen, unseen(mine), within_m)


def way(seen: Sightings, gap: Micros, within_m: float) -> Track:
    """Places in order of time as stays."""
    placed = seen.roadway >= 0
    at, road, metres = seen.sampled[placed], seen.roadway[placed], seen.chainage[placed]
    late = np.zeros(len(at), np.int64)
    late[1:] = np.cumsum(np.diff(at) > gap)
    groups = starts(road, late).tolist() if len(at) else []
    stays = [
        RoadStay(int(road[a]), int(at[a]), int(at[b - 1]), _line(at[a:b], metres[a:b], within_m))
        for a, b in zip(groups, [*groups[1:], len(at)], strict=True)
    ]
    return Track(tuple(stays), len(at))


def _line(at: Column, metres: Column, within_m: float) -> tuple[tuple[Micros, float], ...]:
    """As few places as tell all others by straight lines over time (Douglas and Peucker, 1973)."""
    keep = np.zeros(len(at), bool)
    keep[[0, -1]] = True
    open_ = [(0, len(at) - 1)]
    seconds = (at - at[0]) / SECOND
    while open_:
        a, b = open_.pop()
        if b - a < 2:
            continue
        told = np.interp(seconds[a : b + 1], seconds[[a, b]], metres[[a, b]])
        off = np.abs(metres[a : b + 1] - told)
        worst = int(off.argmax())
        if off[worst] > within_m:
            keep[a + worst] = True
            open_ += [(a, a + worst), (a + worst, b)]
    return tuple(zip(at[keep].tolist(), metres[keep].tolist(), strict=True))
