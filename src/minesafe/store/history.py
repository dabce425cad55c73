"""The long memory on PostgreSQL: COPY in, exactly once, and what can be asked.

All frames of a write and the row that says how far we are go in one transaction. A write whose
answer was lost is simply repeated: what is stored already is passed over.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import asyncpg
import numpy as np

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.kept import Kept
from minesafe.model.mine import Mine
from minesafe.model.moment import Mark, Moment
from minesafe.model.presence import Presence
from minesafe.model.search import Search
from minesafe.model.spell import Spells
from minesafe.model.time import Micros
from minesafe.model.trend import Trend
from minesafe.store import copies, feeds, moments, names, past, projection
from minesafe.store.chunks import READINGS, SIGHTINGS, Table
from minesafe.store.database import Database
from minesafe.store.disorder import Tally
from minesafe.store.feeds import Writer
from minesafe.store.migrations import migrate, shipped
from minesafe.store.names import Names
from minesafe.store.records import columns
from minesafe.store.shelf import Shelf
from minesafe.store.shelves import shelf_of
from minesafe.store.writing import Place, Writing
from minesafe.wording import Sayer

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
T = TypeVar("T")

WRITE_S, READ_S = 20.0, 15.0
"""Real seconds a write and a question may take."""

FEW = 50
"""Points whose rows are read an hour at a time: as many as all of a large mine in a minute."""

ASKED = 2
"""Questions at once; others wait. The writer has connections of its own."""

QUESTIONS = {"default_transaction_read_only": "on", "statement_timeout": "8000"}
"""Of a reader's connection; milliseconds. Sooner than the client gives up, so that it is told."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a database that has been made ready knows us by."""

    frames: int
    """Our spool's row of `feeds`."""
    events: int
    """Our journal's."""
    names: Names
    """Of the revision in force."""
    sayer: Sayer
    """Likewise."""
    shelf: Shelf


class PostgresHistory:
    """`ports.History`, and the journal's events as a table."""

    def __init__(
        self, dsn: str, mine: Mine, *, spool: str, journal: str, writer: Writer | None = None
    ) -> None:
        """Nothing is connected before the first call, so a server starts without a database.

        Args:
            dsn: where PostgreSQL is.
            mine: the revision whose row numbers are asked about and answered in.
            spool: identity of the spool whose frames are written.
            journal: identity of the journal whose events are projected.
            writer: the server that writes; None: whoever only reads, or repeats what it wrote.
        """
        self._database = Database(dsn)
        self._asked = Database(dsn, connections=ASKED, settings=QUESTIONS)
        self._mine, self._writer = mine, writer
        self._feeds = (f"spool:{spool}", f"journal:{journal}")
        self._ready: _Ready | None = None
        self._older: dict[str, Names] = {}
        self._writing = Writing(mine)
        self.tally = Tally()

    async def write(self, frames: Sequence[Frame]) -> None:
        """As `ports.History.write`."""
        tally = self.tally.copy()

        async def write(connection: Connection, ready: _Ready) -> dict[str, Names]:
            async with connection.transaction():
                return await self._write(connection, ready, frames, tally)

        self._older.update(await self._run(write, WRITE_S))
        self.tally = tally

    async def _write(
        self, connection: Connection, ready: _Ready, frames: Sequence[Frame], tally: Tally
    ) -> dict[str, Names]:
        stored = (await feeds.locked(connection, ready.frames, self._writer)).through
        await copies.check_same(connection, ready.frames, [f for f in frames if f.seq <= stored])
        new = [frame for frame in frames if frame.seq > stored]
        if not new:
            return {}
        place = Place(connection, ready.shelf, ready.frames)
        names_of = partial(self._names_of, connection, ready)
        met = await self._writing.store(place, stored, new, names_of, tally)
        await feeds.move(connection, ready.frames, new[-1].seq)
        return met

    async def _names_of(self, connection: Connection, ready: _Ready, revision: str) -> Names:
        if revision == ready.names.revision:
            return ready.names
        return self._older.get(revision) or await names.load(connection, revision)

    async def stored_through(self) -> int:
        """As `ports.History.stored_through`."""
        return await self._run(lambda c, ready: _through(c, ready.frames), READ_S)

    async def values(self, point: int, start: Micros, end: Micros, limit: int) -> Readings:
        """As `ports.History.values`."""

        async def ask(connection: Connection, ready: _Ready) -> Readings:
            number = ready.names.number("point", point)
            found = await ready.shelf.several(connection, READINGS, [number], (start, end), limit)
            return columns(Readings, {**found, "point": np.full(len(found["seq"]), point)})

        return await self._ask(ask)

    async def track(self, tag: int, start: Micros, end: Micros, limit: int) -> Sightings:
        """As `ports.History.track`."""
        return await self.tracks([tag], start, end, limit)

    async def tracks(
        self, tags: Sequence[int], start: Micros, end: Micros, limit: int
    ) -> Sightings:
        """As `ports.History.tracks`."""

        async def ask(connection: Connection, ready: _Ready) -> Sightings:
            numbers = [ready.names.number("person", tag) for tag in tags]
            span = (start, end)
            found = await ready.shelf.several(connection, SIGHTINGS, numbers, span, limit)
            return columns(Sightings, _in_rows(ready.names, found))

        return await self._ask(ask)

    async def presence(self, start: Micros, end: Micros) -> Presence:
        """As `ports.History.presence`."""

        async def ask(connection: Connection, ready: _Ready) -> Presence:
            found = await ready.shelf.presence(connection, (start, end))
            return columns(Presence, _in_rows(ready.names, found))

        return await self._ask(ask)

    async def trend(self, point: int, start: Micros, end: Micros, width_s: int) -> Trend:
        """As `ports.History.trend`."""

        async def ask(connection: Connection, ready: _Ready) -> Trend:
            number = ready.names.number("point", point)
            return await ready.shelf.trend(connection, number, (start, end), width_s)

        return await self._ask(ask)

    async def spells(self, point: int, start: Micros, end: Micros, width_s: int) -> Spells:
        """As `ports.History.spells`."""

        async def ask(connection: Connection, ready: _Ready) -> Spells:
            number = ready.names.number("point", point)
            return await ready.shelf.spells(connection, number, (start, end), width_s)

        return await self._ask(ask)

    async def frames(
        self,
        start: Micros,
        end: Micros,
        *,
        points: Collection[int] | None = None,
        translated: bool = False,
    ) -> AsyncIterator[Frame]:
        """As `ports.History.frames`; `translated`: all in the rows of the revision in force."""
        after = await self._run(lambda c, ready: past.before(c, ready.frames, start), READ_S)
        known: dict[str, Names] = {}
        while True:
            page = await self._run(
                partial(_page, (after, end), points, None if translated else known), READ_S
            )
            for frame in page:
                yield frame
            if not page:
                return
            after = page[-1].seq

    async def moment(self, at: Micros, *, rows_of: str = "") -> Moment | None:
        """As `ports.History.moment`."""

        async def ask(connection: Connection, ready: _Ready) -> Moment | None:
            found = await moments.known_at(connection, ready.shelf, at)
            if found is None:
                return None
            known = await self._names_of(connection, ready, rows_of or found.head.revision)
            return moments.told(found, known)

        return await self._ask(ask)

    async def since(self, moment: Moment, at: Micros) -> Moment | None:
        """As `ports.History.since`."""

        async def ask(connection: Connection, ready: _Ready) -> Moment | None:
            found = await moments.known_since(connection, ready.shelf, moment, at)
            if found is None:
                return None
            return moments.told(found, await self._names_of(connection, ready, moment.rows_of))

        return await self._ask(ask)

    async def recorded(self) -> tuple[Micros, Micros] | None:
        """As `ports.History.recorded`."""
        return await self._ask(lambda connection, _: moments.span(connection))

    async def marks(self, start: Micros, end: Micros, dots: int) -> Sequence[Mark]:
        """As `ports.History.marks`."""
        tests = self._mine.self_tests
        return await self._ask(lambda c, _: moments.marks(c, (start, end), dots, tests))

    async def kept(self, start: Micros, end: Micros) -> Kept:
        """What is stored of frames with start <= now < end.

        Raises:
            StoreUnavailable: not reachable now.
        """
        return await self._run(lambda c, ready: past.kept(c, ready.frames, start, end), READ_S)

    async def journalled(
        self, kinds: Collection[str], start: Micros, end: Micros
    ) -> AsyncIterator[Event]:
        """As `ports.History.journalled`."""
        after = 0
        while True:
            sought = partial(_events, list(kinds), (start, end), after)
            page = await self._run(sought, READ_S)
            for event in page:
                yield event
            if not page:
                return
            after = page[-1].position

    async def project(self, events: Sequence[Event]) -> int:
        """Store records of the journal; those stored already are passed over.

        Returns:
            The last position stored; where less than was thought, go on from there.

        Raises:
            StoreUnavailable: not reachable now.
            SecondWriter: another server writes under our name.
        """

        async def write(connection: Connection, ready: _Ready) -> int:
            async with connection.transaction():
                return await projection.project(
                    connection, ready.events, self._writer, ready.sayer, events
                )

        return await self._run(write, WRITE_S)

    async def project_anew(self) -> None:
        """Whoever projects next clears first, and then writes from the first record on.

        Raises:
            StoreUnavailable: not reachable now.
        """
        await self._run(lambda c, ready: projection.begin_anew(c, ready.events), READ_S)

    async def is_clearing(self) -> bool:
        """Whether rows are still taken away, to be written again."""
        return await self._run(lambda c, ready: projection.is_clearing(c, ready.events), READ_S)

    async def find(self, search: Search) -> tuple[list[int], int]:
        """As `ports.History.find`."""
        return await self._ask(lambda c, ready: projection.find(c, ready.events, search))

    async def projected_through(self) -> int:
        """The greatest journal position stored.

        Raises:
            StoreUnavailable: not reachable now.
        """
        return await self._run(lambda c, ready: _through(c, ready.events), READ_S)

    def take_over(self, mine: Mine) -> None:
        """Ask and answer in the rows of another revision from now on."""
        self._mine = mine
        self._writing.take_over(mine)

    async def close(self) -> None:
        """Tear the connections down; asks nobody."""
        await self._database.close()
        await self._asked.close()

    async def _ask(self, question: Callable[[Connection, _Ready], Awaitable[T]]) -> T:
        """On the readers' own connections, so that no question ever waits in the writer's way.

        Raises:
            Refused: ask_shorter, where the answer took longer than a question may.
            StoreUnavailable: not reachable now.
        """
        ready = await self._run(_itself, READ_S)
        try:
            return await self._asked.run(lambda c: question(c, ready), READ_S)
        except StoreUnavailable as error:
            if isinstance(error.__cause__, asyncpg.QueryCanceledError):
                raise Refused("ask_shorter") from error
            raise

    async def _run(self, work: Callable[[Connection, _Ready], Awaitable[T]], timeout_s: float) -> T:
        """After any failure the database is made ready anew: it may be another one by then."""

        async def ready(connection: Connection) -> T:
            known = self._ready
            if known is None or known.names.revision != self._mine.revision:
                known = self._ready = await self._prepare(connection)
            return await work(connection, known)

        try:
            return await self._database.run(ready, timeout_s)
        except StoreUnavailable:
            self._ready, self._older = None, {}
            raise

    async def _prepare(self, connection: Connection) -> _Ready:
        shelf = await shelf_of(connection)
        await migrate(connection, shipped(shelf.migrations))
        async with connection.transaction():
            await names.register(connection, self._mine)
            frames, events = await feeds.register(connection, self._feeds)
        known = await names.load(connection, self._mine.revision)
        await projection.ready(connection, events)
        return _Ready(frames, events, known, Sayer(self._mine), shelf)


async def _page(
    span: tuple[int, Micros],
    points: Collection[int] | None,
    known: dict[str, Names] | None,
    connection: Connection,
    ready: _Ready,
) -> list[Frame]:
    """The next frames, each in the rows of its own revision; `known` learns its names.

    Without `known` all are in the rows of the revision in force.
    """
    few = points is not None and len(points) <= FEW
    heads = await past.heads(connection, ready.frames, *span, few=few)
    if not heads:
        return []
    keys = None if points is None else [ready.names.number("point", row) for row in points]
    rows = await past.rows(connection, ready.shelf, ready.frames, heads, keys)
    if known is None:
        return await asyncio.to_thread(past.frames, heads, {}, *rows, ready.names)
    for revision in {head.revision for head in heads} - known.keys():
        known[revision] = await names.load(connection, revision)
    return await asyncio.to_thread(past.frames, heads, known, *rows)


async def _itself(connection: Connection, ready: _Ready) -> _Ready:
    return ready


def _in_rows(known: Names, table: Table) -> Table:
    """Stored names of people, readers, roadways and levels as rows of the revision."""
    rows = {c: known.rows(what, table[c]) for c, what in names.SIGHTED.items() if c in table}
    return {**table, **rows}


async def _events(
    kinds: list[str], span: tuple[Micros, Micros], after: int, connection: Connection, ready: _Ready
) -> list[Event]:
    return await past.events(connection, ready.events, kinds, *span, after)


async def _through(connection: Connection, feed: int) -> int:
    return int(await connection.fetchval("SELECT through FROM feeds WHERE id = $1", feed))
