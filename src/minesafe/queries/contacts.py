"""Who met whom: everybody who came within so many metres of somebody, or of a place.

Every ten seconds each person is where his last sample placed him, if that is not over a minute
old. Minutes in which the boxes of both lie too far apart are passed over unread.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from minesafe.model.errors import Refused
from minesafe.model.frame import Column, Sightings
from minesafe.model.mine import Mine
from minesafe.model.presence import Presence
from minesafe.model.steps import MINUTE, starts
from minesafe.model.time import SECOND, Micros
from minesafe.ports import History
from minesafe.queries.bounds import MOST_SAMPLES, checked, slices
from minesafe.queries.near import Spot, box_gap, places_of
from minesafe.queries.ways import Places, Walks

STEP: Micros = 10 * SECOND
"""How often both are looked at; multiples of it since 1970."""

FRESH: Micros = MINUTE
"""So old a place may be."""

PAUSE: Micros = 2 * MINUTE
"""Apart for no longer, two meetings are one."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One meeting."""

    person: int
    """Row."""
    first: Micros
    last: Micros
    seconds: float
    """How long they were near each other in it."""
    straight_m: float
    """The least."""
    along_m: float | None
    """The least along the roadways; None where none led there."""


async def contacts(
    history: History, mine: Mine, whom: int | Spot, span: tuple[Micros, Micros], metres: float
) -> tuple[Contact, ...]:
    """Who was within so many metres, in a straight line, of a person (row) or a place; by person.

    Raises:
        Refused: ask_shorter, bad_span.
        StoreUnavailable: the history is not reachable now.
    """
    walks, met = Walks.of(mine), []
    open_ = list(slices(checked("contacts", span)))[::-1]
    while open_:
        low, high = open_.pop()
        some = _placed(await history.presence(low - FRESH, high))
        grid = np.arange(-(-low // STEP) * STEP, high, STEP)
        own = whom if isinstance(whom, int) else -1
        near = await asyncio.to_thread(_maybe, some, whom, metres)
        if not len(near) or not len(grid):
            continue
        asked = np.unique(np.append(near, own) if own >= 0 else near).tolist()
        seen = await history.tracks(asked, low - FRESH, high, MOST_SAMPLES)
        if len(seen) == MOST_SAMPLES:
            open_ += _halves(low, high)
            continue
        met += await asyncio.to_thread(_met, walks, seen, whom, grid, metres)
    return tuple(_meetings(met))


def _halves(low: Micros, high: Micros) -> list[tuple[Micros, Micros]]:
    """The later half, and the earlier one, which is looked at next.

    Raises:
        Refused: ask_shorter, where a minute is too much already.
    """
    if high - low <= MINUTE:
        raise Refused("ask_shorter")
    middle = (low + high) // 2
    return [(middle, high), (low, middle)]


def _placed(some: Presence) -> Presence:
    known = (some.roadway >= 0) & (some.tag >= 0)
    return Presence(*(getattr(some, name)[known] for name in Presence.DTYPES))


def _maybe(some: Presence, whom: int | Spot, metres: float) -> Column:
    """Rows of the people whose box came near his in one minute or the next."""
    if isinstance(whom, Spot):
        near = box_gap(some, (whom.x, whom.x, whom.y, whom.y)) <= metres
        return np.unique(some.tag[near])
    found: list[Column] = []
    for i in np.flatnonzero(some.tag == whom).tolist():
        box = (some.west[i], some.east[i], some.south[i], some.north[i])
        close = np.abs(some.minute - some.minute[i]) <= MINUTE
        found.append(some.tag[close & (some.tag != whom) & (box_gap(some, box) <= metres)])
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int32)


_Met = tuple[int, Micros, float, float]
"""Person, time, straight, along."""


def _met(
    walks: Walks, seen: Sightings, whom: int | Spot, grid: Column, metres: float
) -> list[_Met]:
    """At which times of the grid who was near."""
    met: list[_Met] = []
    places, order = places_of(seen), np.lexsort((seen.sampled, seen.tag))
    rows = order[seen.roadway[order] >= 0]
    groups = starts(seen.tag[rows]) if len(rows) else np.empty(0, np.intp)
    parts = dict(zip(seen.tag[rows[groups]].tolist(), np.split(rows, groups[1:]), strict=True))
    own = _when(seen, parts, whom, grid)
    for person, part in parts.items():
        if person == whom:
            continue
        theirs = _held(seen.sampled[part], part, grid)
        both = np.flatnonzero((own >= 0 if isinstance(whom, int) else True) & (theirs >= 0))
        here = places.at(own[both]) if isinstance(whom, int) else _still(whom, len(both))
        there = places.at(theirs[both])
        straight = here.straight(there)
        near = np.flatnonzero(straight <= metres)
        walk = walks.along(here.at(near), there.at(near))
        times = grid[both[near]].tolist()
        rows_of = zip(times, straight[near].tolist(), walk.tolist(), strict=True)
        met += [(person, *row) for row in rows_of]
    return met


def _when(seen: Sightings, parts: dict[int, Column], whom: int | Spot, grid: Column) -> Column:
    part = parts.get(whom) if isinstance(whom, int) else None
    if part is None:
        return np.full(len(grid), -1)
    return _held(seen.sampled[part], part, grid)


def _held(sampled: Column, rows: Column, grid: Column) -> Column:
    """The row that holds at each time, -1 where none does."""
    last = np.searchsorted(sampled, grid, side="right") - 1
    holds = (last >= 0) & (grid - sampled[np.maximum(last, 0)] <= FRESH)
    return np.where(holds, rows[np.maximum(last, 0)], -1)


def _still(spot: Spot, times: int) -> Places:
    return spot.place.at(np.zeros(times, np.intp))


def _meetings(met: list[_Met]) -> Iterator[Contact]:
    """Times near each other as meetings, by person and time."""
    met.sort()
    begin = 0
    for i in range(1, len(met) + 1):
        if i < len(met) and met[i][0] == met[i - 1][0] and met[i][1] - met[i - 1][1] <= PAUSE:
            continue
        part = met[begin:i]
        walk = min(w for *_, w in part)
        yield Contact(
            part[0][0],
            part[0][1],
            part[-1][1],
            len(part) * STEP / SECOND,
            min(s for *_, s, _ in part),
            walk if np.isfinite(walk) else None,
        )
        begin = i
