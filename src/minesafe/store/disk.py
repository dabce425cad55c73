"""What the journal, the spool and the accounts share: how a SQLite file is opened and refused."""

import errno
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from minesafe.model.errors import StoreUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_S = 5.0
"""How long a writer waits for another's transaction before it gives up."""


def open_database(path: Path, *, any_thread: bool = False) -> sqlite3.Connection:
    """Open or make a SQLite file whose commits survive a power cut (WAL, synchronous=FULL).

    Raises:
        StoreUnavailable: the file cannot be opened or is no database.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, BUSY_S, isolation_level=None, check_same_thread=not any_thread
        )
        path.chmod(0o600)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open an existing file beside its writer; never writes.

    Raises:
        StoreUnavailable: there is no such file, or it cannot be opened.
    """
    if not path.is_file():
        raise StoreUnavailable(f"{path}: there is no such file")
    with translated(path):
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", BUSY_S, uri=True, isolation_level=None
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system say into `StoreUnavailable`.

    A `ProgrammingError` (wrong thread, closed connection) is a fault of ours and stays one.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{path}: {error}") from error


def disk_full(error: sqlite3.OperationalError) -> bool:
    """Whether a refusal may be for want of space (a shared-memory page says IOERR then)."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def free_bytes(folder: Path) -> int:
    """What the disk has left for us."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; the lock is taken at once, so two writers queue instead of colliding."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite may have rolled back by itself already
            connection.execute("ROLLBACK")
        raise


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Ballast:
    """Disk space held back, to be let go when the disk is full (F9).

    A full SQLite file on a full disk refuses even the DELETE that would empty it.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size
        self.restore()

    @property
    def held(self) -> bool:
        """Whether the space is still ours to give."""
        return self._size > 0 and self._path.exists()

    def release(self) -> bool:
        """Give the space back to the disk; False when it was given before."""
        if not self.held:
            return False
        with translated(self._path):
            self._path.unlink()
        log.warning("%s: the disk is full, %d bytes of ballast released", self._path, self._size)
        return True

    def spend(self, connection: sqlite3.Connection, work: Callable[[], T]) -> T:
        """Do the work; on a full disk make room in two steps and do it again after each.

        Folding the write-ahead log into the file lets SQLite use the log's own space again,
        which may be all it takes. The ballast comes after that.
        """
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not disk_full(error):
                raise
        _fold(connection)
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not (disk_full(error) and self.release()):
                raise
        _fold(connection)
        return work()

    def restore(self) -> bool:
        """Take the space again once twice of it is free; tells whether it is held now."""
        if self.held or self._size == 0:
            return True
        with translated(self._path):
            if free_bytes(self._path.parent) < 2 * self._size:
                return False
            return self._allocate()

    def _allocate(self) -> bool:
        part = self._path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
            part.replace(self._path)
        except OSError as error:
            part.unlink(missing_ok=True)
            if error.errno != errno.ENOSPC:
                raise
            return False
        return True


def _fold(connection: sqlite3.Connection) -> None:
    """As far as readers and the disk let it; waits for nobody."""
    with suppress(sqlite3.OperationalError):  # the disk is full: that is why we are here
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
