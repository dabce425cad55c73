"""Whether somebody was within a part of the mine: told by presences, by samples where need be.

Of every person and minute the presences say between which metres he was. Wholly inside, wholly
outside: that is the answer. Else his samples of that minute are read, so the answer is exact.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from minesafe.engine.areas import Area, millimetres
from minesafe.model.errors import Refused
from minesafe.model.frame import Column, Columns, Sightings
from minesafe.model.mine import Mine, Zone
from minesafe.model.presence import Presence
from minesafe.model.steps import MINUTE, starts
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.queries.bounds import MOST_SAMPLES, slices

MILLI = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Runs(Columns):
    """Stretches of time in which a person was seen, always inside or always outside."""

    tag: Column
    inside: Column
    first: Column
    last: Column

    DTYPES: ClassVar[dict[str, str]] = {
        "tag": "<i4",
        "inside": "|b1",
        "first": "<i8",
        "last": "<i8",
    }


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the mine: stretches of roadway, and areas drawn as polygons."""

    stretches: tuple[tuple[int, float, float], ...]
    """Roadway row, from, to; both ends included."""
    areas: tuple[Area, ...]

    @classmethod
    def of(cls, mine: Mine, zones: Sequence[Zone]) -> Self:
        """Everything that any of these zones holds; of a drawn one the polygon alone tells."""
        return cls(
            tuple(
                (mine.roadway_row[i.roadway], i.from_m, i.to_m)
                for zone in zones
                if not zone.polygon
                for i in zone.intervals
            ),
            tuple(
                Area.of(mine.zone_row[z.id], mine.level_row[z.level], 0.0, z.polygon)
                for z in zones
                if z.polygon
            ),
        )

    def holds(self, seen: Sightings) -> Column:
        """Which of the places lie in it."""
        inside = np.zeros(len(seen), bool)
        for road, begin, stop in self.stretches:
            inside |= (seen.roadway == road) & (begin <= seen.chainage) & (seen.chainage <= stop)
        if self.areas:
            known, x, y = millimetres(seen.x, seen.y)
            for area in self.areas:
                there = np.flatnonzero(known & (seen.level == area.level))
                inside[there] |= area.holds(x[there], y[there])
        return inside

    def surely(self, some: Presence) -> tuple[Column, Column]:
        """Which rows lie wholly in it, and which may lie in it in part."""
        inside, touched = np.zeros(len(some), bool), np.zeros(len(some), bool)
        for road, begin, stop in self.stretches:
            own = some.roadway == road
            inside |= own & (begin <= some.low) & (some.high <= stop)
            touched |= own & (some.low <= stop) & (begin <= some.high)
        for area in self.areas:
            west, south = area.a.min(axis=0) / MILLI
            east, north = area.a.max(axis=0) / MILLI
            touched |= (
                (some.west <= east)
                & (west <= some.east)
                & ((some.south <= north) & (south <= some.north))
            )
        return inside, touched & ~inside


async def runs_within(
    history: History, part: Part, span: tuple[Micros, Micros], gap: Micros
) -> Runs:
    """When whom of everybody was seen inside or outside, by person and time.

    Args:
        history: what is stored.
        part: of the mine.
        span: start and end.
        gap: seen nowhere for longer, another run begins.

    Raises:
        Refused: ask_shorter.
        StoreUnavailable: the history is not reachable now.
    """
    parts = [runs async for runs in _by_slice(history, part, span, gap)]
    return await asyncio.to_thread(lambda: joined(Runs.joined(parts), gap))


async def _by_slice(
    history: History, part: Part, span: tuple[Micros, Micros], gap: Micros
) -> AsyncIterator[Runs]:
    for piece in slices(span):
        some = await history.presence(*piece)
        clear, open_ = await asyncio.to_thread(_sorted_out, part, some, piece)
        seen = await _looked_at(history, open_, piece)
        yield await asyncio.to_thread(_together, part, clear, seen, gap)


def _together(part: Part, clear: Runs, seen: Sightings, gap: Micros) -> Runs:
    looked = Runs(seen.tag, part.holds(seen), seen.sampled, seen.sampled)
    return joined(Runs.joined([clear, looked]), gap)


@dataclass(frozen=True, slots=True)
class _Open:
    """Persons and minutes of which samples must be read."""

    tag: Column
    minute: Column


def _sorted_out(part: Part, some: Presence, span: tuple[Micros, Micros]) -> tuple[Runs, _Open]:
    """What is clear, by person and minute, and what is not."""
    known = (some.roadway >= 0) & (some.tag >= 0)
    rows = Presence(*(getattr(some, name)[known] for name in Presence.DTYPES))
    if not len(rows):
        return Runs.none(), _Open(rows.tag, rows.minute)
    order = np.lexsort((rows.minute, rows.tag))
    tag, minute, first, last = (c[order] for c in (rows.tag, rows.minute, rows.first, rows.last))
    inside, doubt = (mask[order] for mask in part.surely(rows))
    groups = starts(tag, minute)
    all_in = np.logical_and.reduceat(inside, groups)
    none_in = ~np.logical_or.reduceat(inside | doubt, groups)
    first, last = np.minimum.reduceat(first, groups), np.maximum.reduceat(last, groups)
    clear = (all_in | none_in) & (first >= span[0]) & (last < span[1])
    at = groups[clear]
    runs = Runs(tag[at], all_in[clear], first[clear], last[clear])
    at = groups[~clear]
    return runs, _Open(tag[at], minute[at])


async def _looked_at(history: History, open_: _Open, span: tuple[Micros, Micros]) -> Sightings:
    """The samples of what is open, those with a place."""
    if not len(open_.tag):
        return Sightings.none()
    low = max(int(open_.minute.min()), span[0])
    high = min(int(open_.minute.max()) + MINUTE, span[1])
    seen = await history.tracks(np.unique(open_.tag).tolist(), low, high, MOST_SAMPLES)
    if len(seen) == MOST_SAMPLES:
        return await _by_halves(history, open_, (low, high))
    wanted = _key(open_.tag, open_.minute)
    own = (seen.roadway >= 0) & np.isin(_key(seen.tag, seen.sampled), wanted)
    return Sightings(*(getattr(seen, name)[own] for name in Sightings.DTYPES))


async def _by_halves(history: History, open_: _Open, span: tuple[Micros, Micros]) -> Sightings:
    """As `_looked_at`: what is too much at once, in two.

    Raises:
        Refused: ask_shorter, where a minute is too much already.
    """
    low, high = span
    if high - low <= MINUTE:
        raise Refused("ask_shorter")
    middle = (low + high) // (2 * MINUTE) * MINUTE
    early = open_.minute < middle
    halves = ((early, (low, middle)), (~early, (middle, high)))
    parts = [
        await _looked_at(history, _Open(open_.tag[some], open_.minute[some]), half)
        for some, half in halves
    ]
    return Sightings.joined(parts)


def _key(tag: Column, at: Column) -> Column:
    """Person and minute in one number: minutes are far fewer than 2³⁶."""
    key: Column = (tag.astype(np.int64) << 36) + at // MINUTE
    return key


def joined(runs: Runs, gap: Micros) -> Runs:
    """Runs by person and time; those of one kind that follow within the gap as one."""
    if not len(runs):
        return runs
    order = np.lexsort((runs.last, runs.first, runs.tag))
    tag, inside, first, last = (getattr(runs, name)[order] for name in Runs.DTYPES)
    new = np.ones(len(tag), bool)
    new[1:] = (tag[1:] != tag[:-1]) | (inside[1:] != inside[:-1]) | (first[1:] - last[:-1] > gap)
    groups = np.flatnonzero(new)
    return Runs(tag[groups], inside[groups], first[groups], np.maximum.reduceat(last, groups))
