"""Who was within so many metres of a place at a time, and how far along the roadways."""

import asyncio
from dataclasses import dataclass

import numpy as np

from minesafe.model.errors import Refused
from minesafe.model.frame import Column, Sightings
from minesafe.model.mine import Mine, along
from minesafe.model.presence import Presence
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.queries.bounds import MOST_SAMPLES, unseen
from minesafe.queries.ways import Places, Walks


@dataclass(frozen=True, slots=True)
class Spot:
    """A place somebody asks about."""

    roadway: int
    """Row."""
    chainage_m: float
    x: float
    y: float
    z: float
    seen: Micros | None = None
    """Of a person: when he was seen there."""
    person: int = -1
    """Row, of a person: he is not near himself."""

    @property
    def place(self) -> Places:
        """As columns."""
        row = (self.roadway, self.chainage_m, self.x, self.y, self.z)
        return Places(*(np.array([cell]) for cell in row))


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody who was near."""

    person: int
    """Row."""
    seen: Micros
    """Of the last sample up to that time; it may be minutes old."""
    roadway: int
    chainage_m: float
    straight_m: float
    along_m: float | None
    """Along the roadways; None where none leads there."""


def spot_on(mine: Mine, roadway: int, chainage_m: float) -> Spot:
    """A place on a roadway."""
    return Spot(roadway, chainage_m, *along(mine.roadways[roadway], chainage_m))


async def spot_of_person(history: History, mine: Mine, person: int, at: Micros) -> Spot:
    """Where a person was at a time: his last sample with a place that is not too old.

    Raises:
        Refused: not_seen_then.
        StoreUnavailable: the history is not reachable now.
    """
    seen = await history.track(person, at - unseen(mine), at + 1, MOST_SAMPLES)
    rows = np.flatnonzero(seen.roadway >= 0)
    if not len(rows):
        raise Refused("not_seen_then")
    i = rows[-1]
    cells = (seen.roadway, seen.chainage, seen.x, seen.y, seen.z, seen.sampled)
    road, metres, x, y, z, when = (column[i].item() for column in cells)
    return Spot(road, metres, x, y, z, when, person)


async def near(
    history: History, mine: Mine, spot: Spot, at: Micros, metres: float
) -> tuple[Near, ...]:
    """Everybody whose last place up to a time was no further in a straight line, nearest first.

    No way is shorter than the straight line, so whoever is near along the roadways is among them.

    Raises:
        Refused: ask_shorter.
        StoreUnavailable: the history is not reachable now.
    """
    since = at - unseen(mine)
    some = await history.presence(since, at + 1)
    there = (some.roadway >= 0) & (some.tag >= 0) & (some.tag != spot.person)
    asked = np.unique(some.tag[there & (box_gap(some, box_of(spot)) <= metres)])
    if not len(asked):
        return ()
    seen = await history.tracks(asked.tolist(), since, at + 1, MOST_SAMPLES)
    if len(seen) == MOST_SAMPLES:
        raise Refused("ask_shorter")
    return await asyncio.to_thread(_measured, mine, spot, _last_of_each(seen), metres)


Box = tuple[Column | float, Column | float, Column | float, Column | float]
"""West, east, south, north."""


def box_of(spot: Spot) -> Box:
    """The box of one place."""
    return spot.x, spot.x, spot.y, spot.y


def box_gap(some: Presence, box: Box) -> Column:
    """Metres on the plan between boxes; no two places in them are nearer to each other."""
    west, east, south, north = box
    x = np.maximum(np.maximum(west - some.east, some.west - east), 0.0)
    y = np.maximum(np.maximum(south - some.north, some.south - north), 0.0)
    gap: Column = np.hypot(x, y)
    return gap


def _last_of_each(seen: Sightings) -> Sightings:
    """Of each person the last row with a place."""
    rows = np.flatnonzero(seen.roadway >= 0)[::-1]
    _, first = np.unique(seen.tag[rows], return_index=True)
    return Sightings(*(getattr(seen, name)[rows[first]] for name in Sightings.DTYPES))


def places_of(seen: Sightings) -> Places:
    """Where they are."""
    return Places(seen.roadway, seen.chainage, seen.x, seen.y, seen.z)


def _measured(mine: Mine, spot: Spot, seen: Sightings, metres: float) -> tuple[Near, ...]:
    theirs = places_of(seen)
    own = spot.place.at(np.zeros(len(seen), np.intp))
    straight = own.straight(theirs)
    walk = Walks.of(mine).along(own, theirs)
    rows = np.flatnonzero(straight <= metres)
    order = rows[np.lexsort((straight[rows], walk[rows]))]
    cells = (seen.tag, seen.sampled, seen.roadway, seen.chainage, straight, walk)
    return tuple(
        Near(tag, when, road, at, s, w if np.isfinite(w) else None)
        for tag, when, road, at, s, w in zip(*(c[order].tolist() for c in cells), strict=True)
    )
