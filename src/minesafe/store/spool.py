"""The spool: every frame on disk before it is judged, and until history has it.

A SQLite file of its own, capped by `max_page_count` and never by the disk: a full file that is
capped still takes the DELETE that drains it, one on a full disk does not (F9). Against the full
disk there are two ballast files: one for what is still to come in, one that only draining may
spend.
"""

import logging
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from minesafe.model.errors import BrokenFrame, StoreUnavailable
from minesafe.model.frame import Frame
from minesafe.store.disk import (
    Ballast,
    disk_full,
    free_bytes,
    open_database,
    open_for_reading,
    transaction,
    translated,
)

log = logging.getLogger(__name__)
T = TypeVar("T")

_TABLES = (
    "CREATE TABLE frames (seq INTEGER PRIMARY KEY, frame BLOB NOT NULL) STRICT",
    "CREATE TABLE reached (id INTEGER PRIMARY KEY CHECK (id = 1),"
    " identity TEXT NOT NULL, seq INTEGER NOT NULL) STRICT",
)

_ROOM = 8 << 20
"""While the disk has this much, a write refused as full is the cap's doing."""

_AFTER = "SELECT seq, frame FROM frames WHERE seq > ? ORDER BY seq LIMIT ?"


class SpoolReader:
    """Reads the spool beside its writer, so that history catching up never makes a frame wait."""

    def __init__(self, path: Path) -> None:
        """Open for reading.

        Raises:
            StoreUnavailable: there is no spool yet.
        """
        self.path = path
        self._connection = self._open()
        self.broken: dict[int, str] = {}
        """Rows that could not be read and were passed over: seq and why."""

    def _open(self) -> sqlite3.Connection:
        return open_for_reading(self.path)

    def after(self, seq: int, limit: int) -> list[Frame]:
        """As `ports.Spool.after`; a broken row is noted in `broken` and passed over.

        An empty answer means there is nothing more, not that all of it was broken.
        """
        with translated(self.path):
            while rows := self._connection.execute(_AFTER, (seq, limit)).fetchall():
                if frames := list(self._decoded(rows)):
                    return frames
                seq = rows[-1][0]
            return []

    def _decoded(self, rows: list[tuple[int, bytes]]) -> Iterator[Frame]:
        for seq, data in rows:
            try:
                yield _frame(seq, data)
            except BrokenFrame as error:
                if seq not in self.broken:
                    log.error("%s: frame %d is passed over: %s", self.path, seq, error)
                self.broken[seq] = str(error)

    def forget_broken(self, seq: int) -> None:
        """Rows up to seq are gone, and what was wrong with them."""
        self.broken = {s: why for s, why in self.broken.items() if s > seq}

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _frame(seq: int, data: bytes) -> Frame:
    frame = Frame.from_bytes(data)
    if frame.seq != seq:
        raise BrokenFrame(f"row {seq} holds frame {frame.seq}")
    return frame


class SqliteSpool(SpoolReader):
    """`ports.Spool` in one file. All calls block and belong to the thread that opened it.

    Attributes:
        identity: made once with the file; tells one spool's numbers from another's in history.
    """

    def __init__(
        self, path: Path, *, cap_mb: int, ballast_mb: int = 64, reserve_mb: int = 8
    ) -> None:
        """Open or make the spool.

        Args:
            path: the database file; two ballast files lie beside it.
            cap_mb: how large it may grow. A file that is larger already keeps its size.
            ballast_mb: held back for what must still come in when the disk is full.
            reserve_mb: held back for draining then; must be more than the write-ahead log grows
                to (4 MB), for the log is folded into the file first.

        Raises:
            StoreUnavailable: it cannot be opened.
        """
        super().__init__(path)
        with translated(path):
            self._make_tables()
            self._ballast = Ballast(path.with_suffix(".ballast"), ballast_mb << 20)
            self._reserve = Ballast(path.with_suffix(".reserve"), reserve_mb << 20)
            self._pages = self._cap(cap_mb << 20)
            row = self._connection.execute("SELECT identity, seq FROM reached").fetchone()
            self.identity: str = row[0]
            self._last: int = row[1]

    def _open(self) -> sqlite3.Connection:
        return open_database(self.path)

    def _make_tables(self) -> None:
        if self._number("PRAGMA user_version"):
            return
        with transaction(self._connection):
            for statement in _TABLES:
                self._connection.execute(statement)
            self._connection.execute("INSERT INTO reached VALUES (1, ?, 0)", (uuid.uuid4().hex,))
            self._connection.execute("PRAGMA user_version = 1")

    def _cap(self, size: int) -> int:
        pages = size // self._number("PRAGMA page_size")
        return self._number(f"PRAGMA max_page_count = {pages}")

    def _number(self, query: str) -> int:
        (number,) = self._connection.execute(query).fetchone()
        return int(number)

    def commit(self, frames: Sequence[Frame]) -> None:
        """As `ports.Spool.commit`."""
        if not frames:
            return
        rows = [(frame.seq, frame.to_bytes()) for frame in frames]
        last = max(self._last, *(seq for seq, _ in rows))

        def write() -> None:
            with transaction(self._connection):
                self._connection.executemany("INSERT INTO frames VALUES (?, ?)", rows)
                self._connection.execute("UPDATE reached SET seq = ?", (last,))

        self._write(write, self._ballast)
        self._last = last

    def drop_through(self, seq: int) -> None:
        """As `ports.Spool.drop_through`; takes its ballast again when there is room."""

        def write() -> None:
            with transaction(self._connection):
                self._connection.execute("DELETE FROM frames WHERE seq <= ?", (seq,))

        self._write(write, self._reserve)
        self.forget_broken(seq)
        self.restore_ballast()

    def _write(self, write: Callable[[], None], ballast: Ballast) -> None:
        """A file at its cap is full whatever the disk has: the ballast is not for that."""
        with translated(self.path):
            try:
                write()
            except sqlite3.OperationalError as error:
                if disk_full(error) and free_bytes(self.path.parent) > _ROOM:
                    raise StoreUnavailable(f"{self.path}: the spool is full") from error
                ballast.spend(self._connection, write)

    def last_seq(self) -> int:
        """As `ports.Spool.last_seq`."""
        return self._last

    def first_seq(self) -> int:
        """The smallest seq still held, 0 where there is none."""
        with translated(self.path):
            return self._number("SELECT coalesce(min(seq), 0) FROM frames")

    def fill(self) -> float:
        """As `ports.Spool.fill`."""
        with translated(self.path):
            used = self._number("PRAGMA page_count") - self._number("PRAGMA freelist_count")
        return min(1.0, used / self._pages)

    @property
    def ballast_held(self) -> bool:
        """False after the disk was full."""
        return self._ballast.held and self._reserve.held

    def restore_ballast(self) -> bool:
        """Hold space back again if there is room; tells whether all of it is held."""
        return self._reserve.restore() and self._ballast.restore()


def spool_identity(path: Path) -> str:
    """The identity of a spool, whether or not a server writes to it.

    Raises:
        StoreUnavailable: there is no such file, or it is none of ours.
    """
    with translated(path), closing(open_for_reading(path)) as connection:
        row = connection.execute("SELECT identity FROM reached").fetchone()
    if row is None:
        raise StoreUnavailable(f"{path}: holds no spool")
    return str(row[0])
