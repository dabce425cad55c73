"""Moments: the newest row of everything, kept once a minute, and found for any time in between.

A seek reads the snapshot before it and the rows since, at most a minute of frames. Where there is
no snapshot (frames of an earlier version), what was sampled last stands in for it, by the devices'
own clocks, and the rows of the last minutes come on top.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Severity
from minesafe.model.moment import Mark, Moment
from minesafe.model.steps import MINUTE
from minesafe.model.time import SECOND, Micros
from minesafe.store import lateness
from minesafe.store.chunks import READINGS, SIGHTINGS, Shape, Table
from minesafe.store.names import SIGHTED, Names
from minesafe.store.newest import joined, newest, packed, taken, unpacked
from minesafe.store.records import columns
from minesafe.store.shelf import Shelf, Sought

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

EVERY = MINUTE
"""From snapshot to snapshot. A seek of 2,000 points and 1,000 people reads a minute of rows in a
fifth of a second; a snapshot of them is a hundredth of what the minute itself takes (0116)."""

REACH = 10 * MINUTE
"""A snapshot that is older is not gone on from: there were none for a while."""

KEPT = 400 * 86_400 * SECOND
"""As long as the samples themselves."""

_FEEDS = "SELECT id FROM feeds WHERE identity LIKE 'spool:%'"

_BEFORE = """
SELECT seq, now, revision FROM frames WHERE feed = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1
"""

_BETWEEN = """
SELECT seq, now, revision FROM frames
WHERE feed = $1 AND now <= $2
  AND seq >= (SELECT seq FROM moments WHERE feed = $1 AND now BETWEEN $3 AND $2
              ORDER BY now DESC, seq DESC LIMIT 1)
  AND seq <= (SELECT seq FROM moments WHERE feed = $1 AND now > $2 AND now <= $4
              ORDER BY now, seq LIMIT 1)
ORDER BY seq DESC LIMIT 1
"""

_FIRST = "SELECT now FROM frames WHERE feed = $1 ORDER BY seq LIMIT 1"

_SPAN = """
SELECT min(first.now), max(last.now) FROM feeds
CROSS JOIN LATERAL (SELECT now FROM frames WHERE feed = feeds.id ORDER BY seq LIMIT 1) AS first
CROSS JOIN LATERAL (SELECT now FROM frames WHERE feed = feeds.id ORDER BY seq DESC LIMIT 1) AS last
"""

_ENDS = "SELECT min(seq), max(seq) FROM frames WHERE feed = $1"

_NEWEST = """
SELECT seq, now, readings, sightings FROM moments
WHERE feed = $1 AND seq <= $2 AND now >= $3 ORDER BY seq DESC LIMIT 1
"""

_KEEP = "INSERT INTO moments (seq, now, feed, readings, sightings) VALUES ($1, $2, $3, $4, $5)"

_FORGET = "DELETE FROM moments WHERE now < $1"

_MARKS = """
SELECT min(recorded) AS at, min(body ->> 'severity') AS severity,
       bool_or(kind = 'order_issued') AS issued
FROM events WHERE kind IN ('alarm_moved', 'order_issued') AND recorded >= $1 AND recorded < $2
  AND coalesce(body ->> 'move', 'raise') IN ('raise', 'rise')
  AND NOT coalesce(body ->> 'subject', '') = ANY($4)
GROUP BY (recorded - $1) / $3 ORDER BY 1
"""

_KEYS = "SELECT id FROM names WHERE what = $1"

_WHOSE = {"readings": "point", "sightings": "person"}
NOBODY = 0
"""The name of a sighting that only says that its reader lives."""


@dataclass(frozen=True, slots=True)
class Head:
    """A frame that is stored."""

    feed: int
    seq: int
    now: Micros
    revision: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest rows of all frames up to one, as they are stored."""

    seq: int
    now: Micros
    readings: Table
    sightings: Table

    def then(self, seq: int, now: Micros, readings: Table, sightings: Table) -> "Kept":
        """With the rows that came since, up to a later frame."""
        return Kept(
            seq,
            now,
            newest(READINGS, joined(READINGS, [self.readings, readings])),
            newest(SIGHTINGS, joined(SIGHTINGS, [self.sightings, sightings])),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A moment as it is stored."""

    head: Head
    """The last frame of it."""
    since: Micros
    """Time of the first frame of the same data directory."""
    kept: Kept


def nothing(seq: int, now: Micros) -> Kept:
    """Of a frame before which nothing was heard."""
    return Kept(seq, now, joined(READINGS, []), joined(SIGHTINGS, []))


# --- asking ------------------------------------------------------------------------------------


async def head_at(connection: Connection, at: Micros) -> Head | None:
    """The newest frame of a time, of whichever data directory wrote then; None before the first."""
    feeds = [row["id"] for row in await connection.fetch(_FEEDS)]
    found = [head for feed in feeds if (head := await head_of(connection, feed, at))]
    return max(found, key=lambda head: (head.now, head.feed), default=None)


async def head_of(connection: Connection, feed: int, at: Micros) -> Head | None:
    """The newest frame of a data directory and a time.

    Between the snapshots around it, where there are any; else by halving, for `now` never runs back
    within a data directory and there is no index on it.
    """
    if row := await connection.fetchrow(_BETWEEN, feed, at, at - REACH, at + REACH):
        return Head(feed, **row)
    ends = await connection.fetchrow(_ENDS, feed)
    low, high = (0, 0) if ends is None or ends[0] is None else (ends[0] - 1, ends[1])
    found = None
    while low < high:
        middle = (low + high + 1) // 2
        row = await connection.fetchrow(_BEFORE, feed, middle)
        if row is None or row["now"] <= at:
            low, found = middle, row
        else:
            high = row["seq"] - 1
    return None if found is None else Head(feed, **found)


async def span(connection: Connection) -> tuple[Micros, Micros] | None:
    """From when until when there are frames, of whichever data directory."""
    found = await connection.fetchrow(_SPAN)
    return None if found is None or found[0] is None else (found[0], found[1])


async def marks(
    connection: Connection, between: tuple[Micros, Micros], dots: int, but: Iterable[str]
) -> list[Mark]:
    """What the journal says happened to anything but these, the worst of each stretch.

    The levels' names stand in the order of their severity in any alphabet: I, II, III, IV.
    """
    start, end = between
    found = await connection.fetch(_MARKS, start, end, max(1, (end - start) // dots), list(but))
    return [Mark(row["at"], Severity(row["severity"]), row["issued"]) for row in found]


async def known_at(connection: Connection, shelf: Shelf, at: Micros) -> Found | None:
    """The newest rows of all frames of a time and before.

    Raises:
        StoreUnavailable: a snapshot is not what was stored.
    """
    head = await head_at(connection, at)
    if head is None:
        return None
    kept = await _gone_on(connection, shelf, await _snapshot(connection, head), head)
    return Found(head, int(await connection.fetchval(_FIRST, head.feed)), kept)


async def known_since(
    connection: Connection, shelf: Shelf, moment: Moment, at: Micros
) -> Found | None:
    """The newest rows of the frames behind a moment, of a time and before."""
    head = await head_of(connection, moment.feed, at)
    if head is None or head.seq <= moment.seq:
        return None
    before = nothing(moment.seq, moment.now)
    return Found(head, moment.since, await _gone_on(connection, shelf, before, head))


def told(found: Found, known: Names) -> Moment:
    """What is stored, in the rows of a revision; what it has no row for is left out."""
    head, kept = found.head, found.kept
    points = known.rows("point", kept.readings["point"])
    by_row = np.argsort(points)[np.count_nonzero(points < 0) :]
    seen = {c: known.rows(what, kept.sightings[c]) for c, what in SIGHTED.items()}
    as_came = np.lexsort((kept.sightings["ord"], kept.sightings["seq"]))
    return Moment(
        feed=head.feed,
        seq=head.seq,
        now=head.now,
        since=found.since,
        revision=head.revision,
        rows_of=known.revision,
        readings=columns(Readings, taken({**kept.readings, "point": points}, by_row)),
        sightings=columns(Sightings, taken({**kept.sightings, **seen}, as_came)),
    )


async def _gone_on(connection: Connection, shelf: Shelf, kept: Kept | None, head: Head) -> Kept:
    """A snapshot, or what stands in for it, with the rows since."""
    kept = kept or await _sampled_last(connection, shelf, head)
    rows = await _rows_after(connection, shelf, (kept.seq, kept.now), head)
    return await asyncio.to_thread(kept.then, head.seq, head.now, *rows)


async def _rows_after(
    connection: Connection, shelf: Shelf, after: tuple[int, Micros], head: Head
) -> tuple[Table, Table]:
    """All rows of the frames behind one up to another."""
    seq, since = after
    minutes = since // MINUTE - lateness.NEAR, head.now // MINUTE + lateness.NEAR

    async def of(shape: Shape) -> Table:
        if seq >= head.seq:
            return joined(shape, [])
        seqs = seq + 1, head.seq
        late = await lateness.hours(connection, head.feed, shape, seqs)
        keys = await _keys(connection, shape)
        sought = Sought(head.feed, seqs, minutes, late, keys)
        return await shelf.of_frames(connection, shape, sought)

    return await of(READINGS), await of(SIGHTINGS)


async def _keys(connection: Connection, shape: Shape) -> list[int]:
    rows = await connection.fetch(_KEYS, _WHOSE[shape.name])
    return [row["id"] for row in rows] + [NOBODY] * (shape is SIGHTINGS)


async def _snapshot(connection: Connection, head: Head) -> Kept | None:
    row = await connection.fetchrow(_NEWEST, head.feed, head.seq, head.now - REACH)
    if row is None:
        return None
    readings = unpacked(READINGS, head.feed, row["readings"])
    return Kept(row["seq"], row["now"], readings, unpacked(SIGHTINGS, head.feed, row["sightings"]))


async def _sampled_last(connection: Connection, shelf: Shelf, head: Head) -> Kept:
    """What was sampled last before the last two minutes."""
    before = await head_of(connection, head.feed, head.now - 2 * MINUTE)
    if before is None:
        return nothing(0, head.now - 2 * MINUTE)
    last = (before.seq, before.now)
    parts = [
        await shelf.newest(connection, shape, head.feed, await _keys(connection, shape), last)
        for shape in (READINGS, SIGHTINGS)
    ]
    return nothing(*last).then(*last, *parts)


# --- keeping -----------------------------------------------------------------------------------


class Moments:
    """Follows what is written, and keeps a snapshot of it now and then. One of a history."""

    def __init__(self) -> None:
        """Nothing known; the first write looks it up."""
        self._known: Kept | None = None
        self._kept_at: Micros | None = None
        """Time of the newest snapshot."""

    async def follow(
        self,
        connection: Connection,
        shelf: Shelf,
        feed: int,
        stored: int,
        last: Frame,
        rows: Sequence[tuple[Table, Table]],
    ) -> None:
        """Take note of what is being stored, in its transaction.

        Args:
            connection: inside the transaction.
            shelf: where rows lie.
            feed: whose frames.
            stored: the last frame before them. Where another one was known last, a transaction was
                undone or another server has written: it is looked up anew.
            last: the newest of them.
            rows: readings and sightings of them, as stored.
        """
        known = self._known
        if known is None or known.seq != stored:
            known = await self._look_up(connection, shelf, feed, stored)
        readings, sightings = zip(*rows, strict=True)
        parts = joined(READINGS, readings), joined(SIGHTINGS, sightings)
        self._known = known = await asyncio.to_thread(known.then, last.seq, last.now, *parts)
        if self._kept_at is None or last.now // EVERY > self._kept_at // EVERY:
            await _keep(connection, feed, known)
            self._kept_at = last.now

    async def _look_up(self, connection: Connection, shelf: Shelf, feed: int, stored: int) -> Kept:
        self._kept_at = None
        row = await connection.fetchrow(_BEFORE, feed, stored)
        if row is None:
            return nothing(stored, 0)
        head = Head(feed, **row)
        kept = await _snapshot(connection, head)
        self._kept_at = None if kept is None else kept.now
        return await _gone_on(connection, shelf, kept, head)


async def _keep(connection: Connection, feed: int, known: Kept) -> None:
    bodies = packed(READINGS, known.readings), packed(SIGHTINGS, known.sightings)
    await connection.execute(_KEEP, known.seq, known.now, feed, *bodies)
    await connection.execute(_FORGET, known.now - KEPT)
