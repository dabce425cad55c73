"""Reading the journal beside its writer, once or for ever."""

import asyncio
import sqlite3
import threading
from bisect import bisect_right
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.time import SECOND, Micros
from minesafe.store.chain import read_event
from minesafe.store.disk import open_for_reading, translated
from minesafe.store.thread import DiskThread

_AFTER = (
    "SELECT CAST(record AS BLOB), hash FROM records WHERE position > ? ORDER BY position LIMIT ?"
)


LATE: Micros = 60 * SECOND
"""A record of something that was true longer ago was entered afterwards: no sample of a device is
judged at a time further back (`model.time`)."""

LATE_INDEX = f"""
CREATE INDEX IF NOT EXISTS records_late ON records (json_extract(record, '$.valid'))
WHERE json_extract(record, '$.valid') < json_extract(record, '$.recorded') - {LATE}
"""
"""Those are few, and a question about the past must not read all that came since for them."""

_RECORDED = "SELECT json_extract(record, '$.recorded') FROM records WHERE position = ?"

_LATE = f"""
SELECT CAST(record AS BLOB), hash FROM records
WHERE json_extract(record, '$.valid') <= ? AND +position > ? AND +position <= ?
AND json_extract(record, '$.valid') < json_extract(record, '$.recorded') - {LATE}
ORDER BY +position
"""  # noqa: S608  a number of ours
"""The signs keep SQLite from walking all of them by position; a journal of an older program, which
has no such index, is walked all the same."""


def events_after(connection: sqlite3.Connection, position: int, limit: int) -> list[Event]:
    """Records with a greater position, in order."""
    rows = connection.execute(_AFTER, (position, limit)).fetchall()
    return [read_event(record, digest) for record, digest in rows]


class JournalReader:
    """Reads a journal without beginning an epoch; for pages of it, reports and the history."""

    def __init__(self, path: Path) -> None:
        """Open for reading.

        Raises:
            StoreUnavailable: there is no journal.
        """
        self._path = path
        self._connection = open_for_reading(path)

    def read(self, after: int, limit: int) -> list[Event]:
        """As `ports.Journal.read`."""
        with translated(self._path):
            return events_after(self._connection, after, limit)

    def picked(self, positions: Iterable[int]) -> list[Event]:
        """Single records, in the order of their positions given."""
        with translated(self._path):
            return [e for at in positions for e in events_after(self._connection, at - 1, 1)]

    @property
    def count(self) -> int:
        """How many records there are."""
        with translated(self._path):
            (count,) = self._connection.execute("SELECT count FROM head").fetchone()
        return int(count)

    def last_by(self, moment: Micros) -> int:
        """Position of the last record the journal took by then; 0 where there is none.

        Record times never run back, so twenty looks find it among a million.
        """
        count = self.count
        with translated(self._path):
            return bisect_right(range(1, count + 1), moment, key=self._recorded)

    def _recorded(self, position: int) -> Micros:
        (recorded,) = self._connection.execute(_RECORDED, (position,)).fetchone()
        return int(recorded)

    def late(self, valid: Micros, after: int, through: int) -> list[Event]:
        """Records in (after, through] entered long after they were true, which was by `valid`."""
        with translated(self._path):
            rows = self._connection.execute(_LATE, (valid, after, through)).fetchall()
        return [read_event(record, digest) for record, digest in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class Followers:
    """Those who read along: woken by each append, from whichever thread it comes.

    They share a thread and a connection of their own, so they never make an append wait.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = DiskThread("journal-reader")
        self._reader: JournalReader | None = None
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self.closed = False

    def wake(self) -> None:
        """There is something new, or an end."""
        with self._lock:
            waiting = tuple(self._waiting.items())
        for event, loop in waiting:
            with suppress(RuntimeError):  # its loop has ended without closing the iterator
                loop.call_soon_threadsafe(event.set)

    async def batches(self, position: int, limit: int) -> AsyncGenerator[list[Event], None]:
        """Lists of events after `position`, until the journal is closed."""
        woken = asyncio.Event()
        with self._lock:
            self._waiting[woken] = asyncio.get_running_loop()
        try:
            while True:
                woken.clear()
                events = await self._next(position, limit)
                if self.closed:
                    return
                if events:
                    position = events[-1].position
                    yield events
                else:
                    await woken.wait()
        finally:
            with self._lock:
                del self._waiting[woken]

    async def _next(self, position: int, limit: int) -> list[Event]:
        try:
            return await self._thread.run(self._read, position, limit)
        except StoreUnavailable:
            if self.closed:
                return []
            raise

    def _read(self, after: int, limit: int) -> list[Event]:
        self._reader = self._reader or JournalReader(self._path)
        return self._reader.read(after, limit)

    def close(self) -> None:
        """Every iterator ends."""
        self.closed = True
        self.wake()
        self._thread.close(self._disconnect)

    def _disconnect(self) -> None:
        if self._reader is not None:
            self._reader.close()
