"""Slips: what was done at the machine's own terminal, for the journal of the server beside it.

A command changes the users' book or a proposal while a server runs, or before one ever did. The
journal has one writer, the server, so whoever does such a thing leaves a slip in the users' book;
the server takes it over within seconds, or at its next start. A crash between writing the record
and taking the slip away writes it twice, and the same act told twice does no harm.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from minesafe.model.events import AnyBody
from minesafe.model.time import Micros
from minesafe.store.disk import open_database, transaction, translated

_TABLE = (
    "CREATE TABLE IF NOT EXISTS slips (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, "
    "body BLOB NOT NULL) STRICT"
)

_DECODE = msgspec.json.Decoder(AnyBody)

MOST = 1_000
"""Taken over at a time."""


class Slips:
    """Those of one users' book. Every call blocks."""

    def __init__(self, path: Path, now: Callable[[], Micros]) -> None:
        """Open or make the table.

        Raises:
            StoreUnavailable: it cannot be opened.
        """
        self._path, self._now = path, now
        self._connection = open_database(path, any_thread=True)
        with translated(path), transaction(self._connection):
            self._connection.execute(_TABLE)

    def leave(self, body: AnyBody) -> None:
        """Say what was done.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        row = (self._now(), msgspec.json.encode(body))
        with translated(self._path), transaction(self._connection):
            self._connection.execute("INSERT INTO slips (at, body) VALUES (?, ?)", row)

    def waiting(self) -> list[tuple[int, Micros, AnyBody]]:
        """Number, when by the wall clock, and what, oldest first.

        Raises:
            StoreUnavailable: they cannot be read.
        """
        query = "SELECT id, at, body FROM slips ORDER BY id LIMIT ?"
        with translated(self._path):
            rows = self._connection.execute(query, (MOST,)).fetchall()
        return [(number, at, _DECODE.decode(raw)) for number, at, raw in rows]

    def taken(self, through: int) -> None:
        """They are in the journal.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        with translated(self._path), transaction(self._connection):
            self._connection.execute("DELETE FROM slips WHERE id <= ?", (through,))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def leave(path: Path, now: Callable[[], Micros], body: AnyBody) -> None:
    """Leave one slip.

    Raises:
        StoreUnavailable: the disk refuses.
    """
    with closing(Slips(path, now)) as slips:
        slips.leave(body)
