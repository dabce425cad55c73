"""What sources must not forget over a restart: which files are read, who calls for help.

Small words under an owner's name. Every call blocks and may come from any thread.
"""

import sqlite3
import threading
from collections.abc import Collection, Mapping
from pathlib import Path

from minesafe.store.disk import open_database, transaction, translated

_TABLE = (
    "CREATE TABLE IF NOT EXISTS notes (owner TEXT NOT NULL, key TEXT NOT NULL,"
    " value TEXT NOT NULL, PRIMARY KEY (owner, key)) STRICT, WITHOUT ROWID"
)


class SqliteNotebook:
    """A `ports.Notebook` in a file of its own: no source may stand between an alarm and its record.

    Raises:
        StoreUnavailable: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._database: sqlite3.Connection = open_database(path, any_thread=True)
        with translated(path):
            self._database.execute(_TABLE)

    def close(self) -> None:
        """Write no more."""
        with self._lock:
            self._database.close()

    def notes(self, owner: str) -> dict[str, str]:
        """See `ports.Notebook`."""
        with self._lock, translated(self._path):
            found = self._database.execute("SELECT key, value FROM notes WHERE owner = ?", (owner,))
            return dict(found.fetchall())

    def put(self, owner: str, notes: Mapping[str, str]) -> None:
        """See `ports.Notebook`."""
        rows = [(owner, key, value) for key, value in notes.items()]
        with self._lock, translated(self._path), transaction(self._database):
            self._database.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", rows)

    def forget(self, owner: str, keys: Collection[str]) -> None:
        """See `ports.Notebook`."""
        rows = [(owner, key) for key in keys]
        with self._lock, translated(self._path), transaction(self._database):
            self._database.executemany("DELETE FROM notes WHERE owner = ? AND key = ?", rows)
