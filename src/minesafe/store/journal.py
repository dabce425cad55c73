"""The journal on SQLite: a hash chain of events, with the outbox in the same transactions.

Blocking calls belong to the thread that opened it (`DiskThread`); `follow` belongs to the event
loop and reads through a connection and a thread of its own, so that whoever follows never makes
an alarm wait.
"""

import logging
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from minesafe.model.commands import Command
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import AnyBody, Event, Noted
from minesafe.model.time import Micros
from minesafe.store import outbox
from minesafe.store.chain import FIRST, Anchor, Head, Record, anchor_path, anchored_epochs, chained
from minesafe.store.disk import (
    Ballast,
    open_database,
    transaction,
    translated,
)
from minesafe.store.following import LATE_INDEX, Followers, events_after

log = logging.getLogger(__name__)
T = TypeVar("T")

SCHEMA = 1
"""Version of the tables; a journal of a newer one is refused."""

_TABLES = f"""
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  identity TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  count INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TABLE records (
  position INTEGER PRIMARY KEY,
  record TEXT NOT NULL,
  hash TEXT NOT NULL,
  frame INTEGER GENERATED ALWAYS AS (json_extract(record, '$.frame')) VIRTUAL
) STRICT;
CREATE INDEX records_frame ON records (frame) WHERE frame IS NOT NULL;
{outbox.TABLES}
PRAGMA user_version = {SCHEMA};
"""
"""`frame` is computed from the record, so nothing outside the chain can differ from it."""


class SqliteJournal:
    """`ports.Journal` in one file. Opening it begins a new epoch.

    Attributes:
        epoch: counts the openings; writes of an older epoch are refused from then on.
        identity: made once with the file; tells one journal from another in the history.
        opening: made with each opening; tells two apart that count the same epoch, on a copy.
    """

    def __init__(self, path: Path, *, ballast_mb: int = 16) -> None:
        """Open or make the journal.

        Args:
            path: the database file; `.anchor` and `.ballast` lie beside it.
            ballast_mb: held back, so that a full disk still takes thousands of events.

        Raises:
            StoreUnavailable: it cannot be opened, or a newer program wrote it.
        """
        self.path, self.opening = path, uuid.uuid4().hex
        self._connection = open_database(path)
        with translated(path):
            self._make_tables()
            self._ballast = Ballast(path.with_suffix(".ballast"), ballast_mb << 20)
            self._begin_epoch()
        self._followers = Followers(path)
        self._within = False
        """Whether what is written is part of a larger transaction."""

    def _make_tables(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise StoreUnavailable(f"{self.path}: written by a newer program (schema {version})")
        if version == SCHEMA:
            self._connection.execute(LATE_INDEX)  # a journal from before there was this index
            return
        made = ("INSERT INTO head VALUES (1, ?, 0, 0, ?)", (uuid.uuid4().hex, FIRST))
        with transaction(self._connection):
            for statement in _TABLES.split(";\n"):
                self._connection.execute(statement)
            self._connection.execute(LATE_INDEX)
            self._connection.execute(*made)

    def _begin_epoch(self) -> None:
        """The anchor's line is there before the epoch is, so a crash between leaves no gap.

        An epoch the anchor knows is never begun again: a database put back to an older copy
        must not write over the line that tells of it.
        """
        with transaction(self._connection):
            known = anchored_epochs(self.path)
            self._connection.execute("UPDATE head SET epoch = max(epoch, ?) + 1", (known,))
            row = self._connection.execute("SELECT identity, epoch, count, hash FROM head")
            identity, epoch, *head = row.fetchone()
            self.identity: str = identity
            self.epoch: int = epoch
            self._head: Head = (head[0], head[1])
            self._anchor = Anchor(anchor_path(self.path), self.epoch, self._head)

    # --- writing ---------------------------------------------------------------------------

    def append(
        self,
        bodies: Sequence[tuple[AnyBody, Micros]],
        *,
        now: Micros,
        frame: int | None = None,
        cause: int | None = None,
        follows: Sequence[int | None] = (),
        commands: Sequence[Command] = (),
    ) -> list[Event]:
        """As `ports.Journal.append`."""

        def write() -> list[Event]:
            events = self._chain(bodies, now, frame, cause, follows)
            outbox.put(self._connection, commands)
            return events

        return self._commit(write)

    def receipt(self, noted: Noted, *, now: Micros) -> Event:
        """As `ports.Journal.receipt`."""

        def write() -> list[Event]:
            outbox.note(self._connection, noted)
            return self._chain([(noted, now)], now, None, None)

        return self._commit(write)[0]

    def sending(self, key: str, attempt: int) -> None:
        """As `ports.Journal.sending`."""

        def write() -> list[Event]:
            outbox.sending(self._connection, key, attempt)
            return []

        self._commit(write)

    def together(self, write: Callable[[], list[Event]]) -> list[Event]:
        """As `ports.Journal.together`."""

        def all_of_it() -> list[Event]:
            self._within = True
            try:
                return write()
            finally:
                self._within = False

        return self._commit(all_of_it)

    def _commit(self, write: Callable[[], list[Event]]) -> list[Event]:
        """One transaction, or part of one; on a full disk the ballast is spent on it."""
        if self._within:
            if events := write():
                self._head = (events[-1].position, events[-1].hash)
            return events
        with translated(self.path):
            events = self._ballast.spend(self._connection, lambda: self._transact(write))
        if events:
            self._written((events[-1].position, events[-1].hash))
        return events

    def _transact(self, write: Callable[[], list[Event]]) -> list[Event]:
        before = self._head
        try:
            return self._in_one(write)
        except BaseException:
            self._head = before  # parts of it had moved it on
            raise

    def _in_one(self, write: Callable[[], list[Event]]) -> list[Event]:
        with transaction(self._connection):
            row = self._connection.execute("SELECT epoch, count, hash FROM head").fetchone()
            if row[0] != self.epoch:
                raise StoreUnavailable(
                    f"{self.path}: epoch {row[0]} has the journal; this host is of {self.epoch}"
                )
            self._head = row[1:]
            return write()

    def _chain(
        self,
        bodies: Sequence[tuple[AnyBody, Micros]],
        now: Micros,
        frame: int | None,
        cause: int | None,
        follows: Sequence[int | None] = (),
    ) -> list[Event]:
        count, previous = self._head
        first, events = count + 1, []
        for (body, valid), before in zip_longest(bodies, follows):
            count += 1
            record = Record(
                position=count,
                recorded=now,
                valid=valid,
                frame=frame,
                cause=cause if before is None else first + before,
                epoch=self.epoch,
                body=body,
                previous=previous,
            )
            data, event = chained(record)
            self._connection.execute(
                "INSERT INTO records (position, record, hash) VALUES (?, ?, ?)",
                (count, data.decode(), event.hash),
            )
            previous = event.hash
            events.append(event)
        self._connection.execute("UPDATE head SET count = ?, hash = ?", (count, previous))
        return events

    def _written(self, head: Head) -> None:
        """The records are on disk, whatever happens to the anchor."""
        self._head = head
        try:
            self._anchor.write(head)
        except OSError:
            log.exception("%s: the anchor could not be written", self.path)
        self._followers.wake()

    # --- reading ---------------------------------------------------------------------------

    @property
    def head(self) -> Head:
        """How many records there are and the last one's hash: what leaves the machine."""
        return self._head

    @property
    def ballast_held(self) -> bool:
        """False after the disk was full; `restore_ballast` takes the space again."""
        return self._ballast.held

    def restore_ballast(self) -> bool:
        """Hold space back again if there is room; tells whether it is held."""
        return self._ballast.restore()

    def read(self, after: int, limit: int) -> list[Event]:
        """As `ports.Journal.read`."""
        return self._select(lambda: events_after(self._connection, after, limit))

    def pending(self) -> list[tuple[Command, int]]:
        """As `ports.Journal.pending`."""
        return self._select(lambda: outbox.pending(self._connection))

    def by_carrier_id(self, channel: str, carrier_id: str) -> Command | None:
        """As `ports.Journal.by_carrier_id`."""
        return self._select(lambda: outbox.by_carrier_id(self._connection, channel, carrier_id))

    def last_decided(self) -> int:
        """As `ports.Journal.last_decided`."""
        query = "SELECT max(frame) FROM records WHERE frame IS NOT NULL"
        return self._select(lambda: self._connection.execute(query).fetchone()[0]) or 0

    def _select(self, read: Callable[[], T]) -> T:
        with translated(self.path):
            return read()

    async def follow(self, position: int) -> AsyncGenerator[Event, None]:
        """As `ports.Journal.follow`; ends when the journal is closed."""
        async with aclosing(self._followers.batches(position, 256)) as batches:
            async for events in batches:
                for event in events:
                    yield event

    def batches(self, position: int, limit: int) -> AsyncGenerator[list[Event], None]:
        """As `follow`, in lists of at most `limit`: for whoever writes many at once."""
        return self._followers.batches(position, limit)

    def close(self) -> None:
        """End the followers and let go of the files. Closing again does nothing."""
        if self._followers.closed:
            return
        self._followers.close()
        self._anchor.close()
        self._connection.close()
