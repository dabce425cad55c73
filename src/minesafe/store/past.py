"""Frames read again out of the database: the very ones that were judged.

Samples lie by whose they are and when they were taken. A page of frames finds them by their
minutes, and those that came late by the hours written down for them (`lateness`); put in the order
of their frames, each has its rows as it had them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar

import asyncpg
import msgspec
import numpy as np

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import AnyBody, Event
from minesafe.model.frame import Columns, Frame, Readings, Sightings, of_others
from minesafe.model.kept import Kept
from minesafe.model.steps import MINUTE
from minesafe.model.time import Micros
from minesafe.store.chunks import READINGS, SIGHTINGS, Shape, Table
from minesafe.store.lateness import NEAR, hours
from minesafe.store.names import SIGHTED, Names
from minesafe.store.shelf import Shelf, Sought

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
K = TypeVar("K", bound=Columns)

PAGE_FRAMES = 2_000
PAGE_ROWS = 400_000
"""Some thirty megabytes on the way from rows to frames."""
PAGE_SPAN: Micros = 10 * MINUTE
"""Chunks at a page's rims are opened twice: two minutes of so many."""

_FROM = "SELECT seq, now FROM frames WHERE feed = $1 AND seq >= $2 ORDER BY seq LIMIT 1"

_LAST = "SELECT coalesce(max(seq), 0) FROM frames WHERE feed = $1"

_HEADS = """
SELECT seq, now, revision, readings, sightings FROM frames
WHERE feed = $1 AND seq > $2 AND now < $3 ORDER BY seq LIMIT $4
"""


_KEPT = """
SELECT count(*) AS frames, min(seq) AS first, max(seq) AS last,
       coalesce(sum(readings), 0) AS readings, array_agg(DISTINCT revision) AS revisions
FROM frames WHERE feed = $1 AND seq > $2 AND seq <= $3
"""


@dataclass(frozen=True, slots=True)
class Head:
    """A frame without its rows."""

    seq: int
    now: Micros
    revision: str
    readings: int | None
    """How many it came with; None where that was not written down."""
    sightings: int | None

    @property
    def rows(self) -> int:
        """Of both."""
        return (self.readings or 0) + (self.sightings or 0)


async def before(connection: Connection, feed: int, start: Micros) -> int:
    """A seq after which the first frame of `start` or later comes.

    Halving, for `now` never runs back and there is no index on it.
    """
    low, high = 0, int(await connection.fetchval(_LAST, feed)) + 1
    while low < high:
        found = await connection.fetchrow(_FROM, feed, (low + high) // 2)
        if found is None or found["now"] >= start:
            high = (low + high) // 2
        else:
            low = found["seq"] + 1
    return low - 1


async def kept(connection: Connection, feed: int, start: Micros, end: Micros) -> Kept:
    """What is stored of frames with start <= now < end."""
    span = [await before(connection, feed, at) for at in (start, end)]
    found = await connection.fetchrow(_KEPT, feed, *span)
    assert found is not None
    revisions = tuple(sorted(found["revisions"] or ()))
    return Kept(
        found["frames"], found["first"] or 0, found["last"] or 0, int(found["readings"]), revisions
    )


async def heads(
    connection: Connection, feed: int, after: int, end: Micros, *, few: bool = False
) -> list[Head]:
    """The next frames: as many as are read together; of a `few` points more than of all."""
    found = await connection.fetch(_HEADS, feed, after, end, PAGE_FRAMES)
    page: list[Head] = []
    rows = 0
    span = PAGE_SPAN * (6 if few else 1)
    for head in (Head(**record) for record in found):
        rows += 0 if few else head.rows
        if page and (rows > PAGE_ROWS or head.now - page[0].now >= span):
            break
        page.append(head)
    return page


async def rows(
    connection: Connection,
    shelf: Shelf,
    feed: int,
    page: Sequence[Head],
    points: Sequence[int] | None,
) -> tuple[Table, Table | None]:
    """All readings and sightings of a page; only readings where points are named."""
    seqs = page[0].seq, page[-1].seq
    minutes = page[0].now // MINUTE - NEAR, page[-1].now // MINUTE + NEAR

    async def of(shape: Shape) -> Table:
        late = await hours(connection, feed, shape, seqs)
        sought = Sought(feed, seqs, minutes, late, points if shape is READINGS else None)
        return await shelf.of_frames(connection, shape, sought)

    return await of(READINGS), await of(SIGHTINGS) if points is None else None


def frames(
    page: Sequence[Head],
    known: Mapping[str, Names],
    readings: Table,
    sightings: Table | None,
    into: Names | None = None,
) -> list[Frame]:
    """The frames of a page.

    Args:
        page: their heads.
        known: names by revision.
        readings: their rows, in any order, points by name.
        sightings: likewise; None where only readings of some points were asked for.
        into: of the revision whose rows they are to be in; None: each in those of its own.
    """
    if into is not None:
        page = [replace(head, revision=into.revision) for head in page]
        known = {into.revision: into}
    told = _Ordered.of(Readings, readings, page, {"point": "point"}, known)
    seen = None if sightings is None else _Ordered.of(Sightings, sightings, page, SIGHTED, known)
    made = []
    for n, head in enumerate(page):
        heard = told.frame(n)
        if seen is None and not len(heard) and head.rows:
            heard = of_others(head.now)
        saw = Sightings.none() if seen is None else seen.frame(n)
        made.append(Frame(head.seq, head.now, head.revision, heard, saw))
    return made


@dataclass(frozen=True, slots=True)
class _Ordered(Generic[K]):
    """Rows frame by frame, in the types and row numbers they had."""

    kind: type[K]
    columns: Table
    begins: list[int]
    """Where each frame's rows begin, and the last one's end."""

    @classmethod
    def of(
        cls,
        kind: type[K],
        table: Table,
        page: Sequence[Head],
        named: Mapping[str, str],
        known: Mapping[str, Names],
    ) -> "_Ordered[K]":
        """Sorted by frame, and by the place within it."""
        seqs = np.array([head.seq for head in page])
        order = np.lexsort((table["ord"], table["seq"]))
        at = np.searchsorted(table["seq"][order], seqs)
        sizes = np.diff(np.append(at, len(order)))
        columns = {name: table[name][order] for name in kind.DTYPES}
        revisions = np.repeat(np.array([head.revision for head in page]), sizes)
        for names in known.values():
            own = revisions == names.revision
            for name, what in named.items():
                columns[name][own] = names.rows(what, columns[name][own])
        typed = {name: columns[name].astype(dtype) for name, dtype in kind.DTYPES.items()}
        return cls(kind, typed, [*at.tolist(), len(order)])

    def frame(self, n: int) -> K:
        """Rows of one."""
        begin, end = self.begins[n : n + 2]
        if begin == end:
            return self.kind.none()
        return self.kind(**{name: column[begin:end] for name, column in self.columns.items()})


# --- what the journal says of it ------------------------------------------------------------

PAGE_EVENTS = 5_000

_EVENTS = """
SELECT position, recorded, valid, frame, cause, epoch, body::text AS body, hash FROM events
WHERE feed = $1 AND kind = ANY($2) AND recorded >= $3 AND recorded < $4 AND position > $5
ORDER BY position LIMIT $6
"""

_BODY = msgspec.json.Decoder(AnyBody)


async def events(
    connection: Connection,
    feed: int,
    kinds: Sequence[str],
    start: Micros,
    end: Micros,
    after: int,
) -> list[Event]:
    """The next events of some kinds with start <= recorded < end.

    Raises:
        StoreUnavailable: a newer program has written one.
    """
    found = await connection.fetch(_EVENTS, feed, kinds, start, end, after, PAGE_EVENTS)
    try:
        return [
            Event(**{**record, "body": _BODY.decode(record["body"])}, previous="")
            for record in found
        ]
    except msgspec.ValidationError as error:
        raise StoreUnavailable(f"an event cannot be read: {error}") from error
