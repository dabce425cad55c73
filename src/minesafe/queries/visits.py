"""Through which zones somebody came, by whom he was heard, and when he was heard by nobody."""

import asyncio
from dataclasses import dataclass

import numpy as np

from minesafe.model.errors import Refused
from minesafe.model.frame import Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.queries.bounds import MOST_SAMPLES, checked, unseen
from minesafe.queries.occupancy import stays_of
from minesafe.queries.within import Part, Runs, joined


@dataclass(frozen=True, slots=True)
class Visit:
    """Time in a zone."""

    zone: int
    """Row."""
    entered: Micros
    left: Micros
    elsewhere: bool
    """Whether he was seen elsewhere then; else this is when he was seen last."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Time within hearing of one reader."""

    reader: int
    """Row."""
    first: Micros
    last: Micros
    sightings: int


@dataclass(frozen=True, slots=True)
class Visits:
    """What one person's way led through, each list by time."""

    zones: tuple[Visit, ...]
    readers: tuple[Passage, ...]
    unseen: tuple[tuple[Micros, Micros], ...]
    """From, to: longer than anybody may be seen nowhere."""


async def visits(history: History, mine: Mine, person: int, span: tuple[Micros, Micros]) -> Visits:
    """What a person (row) came through between two times.

    Raises:
        Refused: ask_shorter, bad_span.
        StoreUnavailable: the history is not reachable now.
    """
    seen = await history.track(person, *checked("track", span), MOST_SAMPLES)
    if len(seen) == MOST_SAMPLES:
        raise Refused("ask_shorter")
    return await asyncio.to_thread(visited, mine, seen, unseen(mine))


def visited(mine: Mine, seen: Sightings, gap: Micros) -> Visits:
    """Sightings of one person, in order of time, as visits."""
    placed = seen.roadway >= 0
    there = Sightings(*(getattr(seen, name)[placed] for name in Sightings.DTYPES))
    found = [visit for row in range(len(mine.zones)) for visit in _in_zone(mine, row, there, gap)]
    return Visits(
        zones=tuple(sorted(found, key=lambda visit: (visit.entered, -visit.left))),
        readers=tuple(_passages(seen, gap)),
        unseen=tuple(_unseen(seen, gap)),
    )


def _in_zone(mine: Mine, row: int, seen: Sightings, gap: Micros) -> list[Visit]:
    inside = Part.of(mine, [mine.zones[row]]).holds(seen)
    if not inside.any():
        return []
    runs = joined(Runs(np.zeros(len(seen), np.int32), inside, seen.sampled, seen.sampled), gap)
    return [Visit(row, s.entered, s.left, s.elsewhere) for s in stays_of(runs, gap)]


def _passages(seen: Sightings, gap: Micros) -> list[Passage]:
    """Each reader's own hearing of him; two readers may hear him at once."""
    heard = seen.station >= 0
    at, reader = seen.sampled[heard], seen.station[heard]
    runs = joined(Runs(reader, np.ones(len(at), bool), at, at), gap)
    rows = [
        Passage(row, first, last, int(((reader == row) & (first <= at) & (at <= last)).sum()))
        for row, _, first, last in runs.rows()
    ]
    return sorted(rows, key=lambda passage: passage.first)


def _unseen(seen: Sightings, gap: Micros) -> list[tuple[Micros, Micros]]:
    at = seen.sampled
    late = np.flatnonzero(np.diff(at) > gap)
    return list(zip(at[late].tolist(), at[late + 1].tolist(), strict=True))
