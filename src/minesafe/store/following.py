"""Reading the journal beside its writer, once or for ever."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.store.chain import read_event
from minesafe.store.disk import open_for_reading, translated
from minesafe.store.thread import DiskThread

_AFTER = (
    "SELECT CAST(record AS BLOB), hash FROM records WHERE position > ? ORDER BY position LIMIT ?"
)


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
