"""Who has approved which revision: files are proposals, and a mine runs only what two approved.

The same file as the users' book, so that it works before the first start and with the database
gone. What came into force is in the journal too, with the names.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.mine import Mine, Role
from minesafe.model.time import Micros
from minesafe.store.disk import open_database, open_for_reading, transaction, translated

NEEDED = 2
"""Different users who must have approved a revision: it holds limits and the roster."""

MAY_APPROVE = frozenset({Role.ENGINEER, Role.ADMIN, Role.LEADER})

_TABLE = (
    "CREATE TABLE IF NOT EXISTS approvals (revision TEXT NOT NULL, user TEXT NOT NULL, "
    "at INTEGER NOT NULL, PRIMARY KEY (revision, user)) STRICT"
)


def noted(path: Path, revision: str) -> tuple[str, ...]:
    """Who approved a revision, read beside the server of that book and written by nobody.

    Raises:
        StoreUnavailable: it is there and cannot be read.
    """
    if not path.is_file():
        return ()
    with closing(open_for_reading(path)) as db, translated(path):
        there = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'approvals'")
        return _of(db, revision) if there.fetchone() else ()


def _of(db: sqlite3.Connection, revision: str) -> tuple[str, ...]:
    return tuple(user for user, _ in _signed(db, revision, 0))


def _signed(db: sqlite3.Connection, revision: str, since: Micros) -> list[tuple[str, Micros]]:
    query = "SELECT user, at FROM approvals WHERE revision = ? AND at >= ? ORDER BY at, user"
    return db.execute(query, (revision, since)).fetchall()


class Approvals:
    """Approvals by revision. Every call blocks."""

    def __init__(self, path: Path, now: Callable[[], Micros]) -> None:
        """Open or make the table.

        Args:
            path: the users' book.
            now: the real wall clock.

        Raises:
            StoreUnavailable: it cannot be opened.
        """
        self._path, self._now = path, now
        self._connection = open_database(path, any_thread=True)
        with translated(path), transaction(self._connection):
            self._connection.execute(_TABLE)

    def approve(self, revision: str, user: str, roles: tuple[Role, ...]) -> tuple[str, ...]:
        """Note that a user stands for a revision; returns everybody who does.

        Raises:
            Refused: role_not_allowed.
        """
        if not MAY_APPROVE & set(roles):
            raise Refused("role_not_allowed", user=user)
        row = (revision, user, self._now())
        with translated(self._path), transaction(self._connection):
            self._connection.execute(
                "INSERT INTO approvals VALUES (?, ?, ?) "
                "ON CONFLICT (revision, user) DO UPDATE SET at = excluded.at",
                row,
            )
        return self.of(revision)

    def signed(self, revision: str, since: Micros = 0) -> tuple[tuple[str, Micros], ...]:
        """Who approved a revision and when last, first first; only of what was done since then.

        An earlier revision that is proposed again has been approved before: it needs two anew.
        """
        with translated(self._path):
            return tuple(_signed(self._connection, revision, since))

    def of(self, revision: str) -> tuple[str, ...]:
        """Users who approved a revision, first first."""
        with translated(self._path):
            return _of(self._connection, revision)

    def in_force(self, mine: Mine) -> tuple[str, ...]:
        """By whom the mine's revision is approved; a demo approves its own.

        Raises:
            StoreUnavailable: not enough people have.
        """
        users = self.of(mine.revision)
        if mine.demo:
            return users or ("demo",)
        if len(users) < NEEDED:
            have = ", ".join(users) or "nobody"
            raise StoreUnavailable(
                f"revision {mine.revision} is approved by {have}; {NEEDED} must: "
                "`minesafe approve CONFIG USER`, each with the own password"
            )
        return users

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
