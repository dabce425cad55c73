"""A write of frames: what goes into which table, all in the transaction of its caller."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.steps import MINUTE
from minesafe.store import copies, lateness, names
from minesafe.store.chunks import READINGS, SIGHTINGS, Table
from minesafe.store.disorder import Tally
from minesafe.store.moments import Moments
from minesafe.store.names import Names
from minesafe.store.shelf import Shelf
from minesafe.store.thinning import Band, bands_of, left_out

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
NamesOf = Callable[[str], Awaitable[Names]]
"""What the rows of a revision are called."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where frames go."""

    connection: Connection
    """Inside a transaction."""
    shelf: Shelf
    feed: int


class Writing:
    """What a server's writes go by, from one to the next."""

    def __init__(self, mine: Mine) -> None:
        self._moments = Moments()
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Store as another revision says, from now on."""
        self._revision, self._bands = mine.revision, bands_of(mine)

    async def store(
        self, place: Place, stored: int, new: Sequence[Frame], names_of: NamesOf, tally: Tally
    ) -> dict[str, Names]:
        """Store frames.

        Args:
            place: where.
            stored: the newest frame that is there.
            new: later ones, in order; at least one.
            names_of: names of a revision's rows.
            tally: counts along; holds once the transaction is committed.

        Returns:
            The names met on the way; they hold likewise.
        """
        met: dict[str, Names] = {}
        rows: list[tuple[Table, Table]] = []
        for revision in dict.fromkeys(frame.revision for frame in new):
            part = [frame for frame in new if frame.revision == revision]
            met[revision], own = await self._copy(place, part, await names_of(revision), tally)
            rows.append(own)
        where = (place.connection, place.shelf, place.feed)
        await self._moments.follow(*where, stored, new[-1], rows)
        return met

    async def _copy(
        self, place: Place, frames: list[Frame], known: Names, tally: Tally
    ) -> tuple[Names, tuple[Table, Table]]:
        """Frames of one revision; what they are called, and their rows as stored."""
        readings = Readings.joined([frame.readings for frame in frames])
        sightings = Sightings.joined([frame.sightings for frame in frames])
        known = await _covered(place.connection, known, readings, sightings)
        told = copies.readings(place.feed, frames, readings, known)
        seen = copies.sightings(place.feed, frames, sightings, known)
        seqs, now = (np.array([getattr(f, name) for f in frames]) for name in ("seq", "now"))
        counted = [tally.count(*one, seqs, now) for one in ((READINGS, told), (SIGHTINGS, seen))]
        late, disordered = (sum(columns) for columns in zip(*counted, strict=True))
        keep = tally.thinning.keeps(self._bands_for(known), readings.point, told)
        out = left_out(keep, told["seq"], seqs)
        await copies.frames(place.connection, place.feed, frames, late, disordered, out)
        if not keep.all():
            told = {name: column[keep] for name, column in told.items()}
        for shape, table in ((READINGS, told), (SIGHTINGS, seen)):
            if len(table["seq"]):
                minutes = now[np.searchsorted(seqs, table["seq"])] // MINUTE
                await lateness.note(place.connection, place.feed, shape, table, minutes)
                await place.shelf.store(place.connection, shape, table, minutes)
        return known, (told, seen)

    def _bands_for(self, known: Names) -> dict[int, Band]:
        """Frames of another revision are stored whole: what its kinds said is not known here."""
        return self._bands if known.revision == self._revision else {}


async def _covered(
    connection: Connection, known: Names, readings: Readings, sightings: Sightings
) -> Names:
    known = await names.covering(connection, known, "point", readings.point)
    for column, what in names.SIGHTED.items():
        known = await names.covering(connection, known, what, getattr(sightings, column))
    return known
