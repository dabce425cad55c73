"""Users, sessions and the server's secret, beside the journal: they work with the database gone.

A file of its own, for two reasons. SQLite lets one writer at a time into a file, and a storm of
log-ins must never stand between an alarm and the journal. And the journal is handed to
inspectors, who have no business with password hashes.

Every call blocks and may come from any thread but the event loop's and the disk's. Hashing
takes tens of milliseconds and 19 MiB, happens outside every lock, and two at a time.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from minesafe.model.errors import Refused
from minesafe.model.mine import Role, User
from minesafe.model.time import MINUTE, SECOND, Micros
from minesafe.store.disk import open_database, open_for_reading, transaction, translated
from minesafe.store.passwords import NOBODY, hashed, long_enough, made_up, matches

IDLE: Micros = 30 * MINUTE
"""A session unused for so long has ended."""

LIFE: Micros = 12 * 60 * MINUTE
"""A session older than this has ended, used or not: a shift and its hand-over."""

WINDOW: Micros = 15 * MINUTE
TRIES = 5
"""So many wrong passwords of a user from an address within the window, then it waits."""

LAST_ADMIN: Micros = 30 * SECOND
"""The last admin who can log in waits so long after a wrong password and no longer: behind a proxy
whoever guesses comes from his own address. Two guesses a minute find no password of ten letters."""

_TOUCH: Micros = MINUTE
"""How often a session's last use is written: a page asks every few seconds, the disk need not."""

_REMEMBERED = 10_000
"""Wrong tries kept at most, whoever comes."""

_TABLES = (
    "CREATE TABLE users (name TEXT PRIMARY KEY, person TEXT NOT NULL, roles TEXT NOT NULL,"
    " hash TEXT, active INTEGER NOT NULL) STRICT",
    "CREATE TABLE sessions (token TEXT PRIMARY KEY, user TEXT NOT NULL, address TEXT NOT NULL,"
    " opened INTEGER NOT NULL, used INTEGER NOT NULL) STRICT",
    "CREATE TABLE failures (id INTEGER PRIMARY KEY, user TEXT NOT NULL, address TEXT NOT NULL,"
    " at INTEGER NOT NULL) STRICT",
    "CREATE INDEX failures_who ON failures (user, address, at)",
    "CREATE TABLE secret (id INTEGER PRIMARY KEY CHECK (id = 1), secret BLOB NOT NULL) STRICT",
)

_GROWN = ("ALTER TABLE users ADD COLUMN once INTEGER NOT NULL DEFAULT 0",)
"""Of the book's second shape: whether a password is for one log-in only."""

_BARRED = ("CREATE TABLE barred (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT",)
"""Of its third: who may not log in, whatever the files say."""

_PRUNE = "DELETE FROM sessions WHERE opened <= :now - :life OR used <= :now - :idle"

_LOOKUP = (
    "SELECT name, person, roles, once, used FROM sessions JOIN users ON name = user "
    "WHERE token = :token AND active AND name NOT IN (SELECT name FROM barred) "
    "AND opened > :now - :life AND used > :now - :idle"
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who somebody is."""

    user: str
    person: str
    roles: tuple[Role, ...]
    must_change: bool = False
    """The password was given by another, and allows nothing but choosing an own one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log-in of a user is."""

    user: str
    password: str
    """own · once · none · barred."""
    sessions: int
    used: Micros | None
    """When a page of an open session last asked."""


class Accounts:
    """The users' book.

    Attributes:
        secret: 32 bytes made once; sign the links in messages and the tokens of pages.
    """

    def __init__(self, path: Path, now: Callable[[], Micros]) -> None:
        """Open or make the book.

        Args:
            path: the database file.
            now: the real wall clock; sessions outlive a restart.

        Raises:
            StoreUnavailable: it cannot be opened.
        """
        self._path, self._now = path, now
        self._lock = threading.Lock()
        self._connection = open_database(path, any_thread=True)
        with self._writing() as db:
            _grow(db)
            self.secret: bytes = db.execute("SELECT secret FROM secret").fetchone()[0]

    # --- the book ---------------------------------------------------------------------------

    def seed(self, users: Sequence[User]) -> None:
        """Take over the log-ins of the revision in force.

        Who is no longer in it cannot log in and loses his sessions. A password once set stays;
        a demo password is set only where there is none.
        """
        unset = self._without_password(users)
        hashes = {u.name: hashed(u.demo_password) for u in users if u.name in unset}
        with self._writing() as db:
            db.execute("UPDATE users SET active = 0")
            for user in users:
                db.execute(
                    "INSERT INTO users (name, person, roles, hash, active) VALUES (?, ?, ?, ?, 1) "
                    "ON CONFLICT (name) DO UPDATE SET "
                    "person = excluded.person, roles = excluded.roles, active = 1, "
                    "hash = coalesce(hash, excluded.hash)",
                    (user.name, user.person, json.dumps(user.roles), hashes.get(user.name)),
                )
            db.execute(
                "DELETE FROM sessions WHERE user IN (SELECT name FROM users WHERE NOT active)"
            )

    def bar(self, user: str) -> None:
        """Let somebody not log in from now on, whatever the files say; ends his sessions.

        Raises:
            Refused: unknown_user · already_barred · last_admin; somebody must be able to let in.
        """
        with self._writing() as db:
            if not self._known(db, user):
                raise Refused("unknown_user")
            if db.execute("SELECT 1 FROM barred WHERE name = ?", (user,)).fetchone():
                raise Refused("already_barred")
            if self._admins(db) == {user}:
                raise Refused("last_admin")
            db.execute("INSERT INTO barred VALUES (?, ?)", (user, self._now()))
            db.execute("DELETE FROM sessions WHERE user = ?", (user,))

    def let_in(self, user: str) -> None:
        """He may log in again.

        Raises:
            Refused: not_barred.
        """
        with self._writing() as db:
            if not db.execute("DELETE FROM barred WHERE name = ?", (user,)).rowcount:
                raise Refused("not_barred")

    def end_sessions(self, user: str) -> int:
        """End every session of a user; how many there were.

        Raises:
            Refused: unknown_user.
        """
        with self._writing() as db:
            if not self._known(db, user):
                raise Refused("unknown_user")
            return db.execute("DELETE FROM sessions WHERE user = ?", (user,)).rowcount

    @staticmethod
    def _known(db: sqlite3.Connection, user: str) -> bool:
        row = db.execute("SELECT 1 FROM users WHERE name = ? AND active", (user,)).fetchone()
        return row is not None

    @staticmethod
    def _admins(db: sqlite3.Connection) -> set[str]:
        """Who is an admin and can log in."""
        rows = db.execute(
            "SELECT name, roles FROM users WHERE active AND hash IS NOT NULL "
            "AND name NOT IN (SELECT name FROM barred)"
        )
        return {name for name, roles in rows if Role.ADMIN in json.loads(roles)}

    def _without_password(self, users: Sequence[User]) -> set[str]:
        with self._reading() as db:
            known = {n for (n,) in db.execute("SELECT name FROM users WHERE hash IS NOT NULL")}
        return {u.name for u in users if u.demo_password} - known

    def set_password(self, user: str, password: str, *, once: bool = False) -> None:
        """Give a user a password; ends his sessions.

        Args:
            user: whose.
            password: the new one.
            once: it allows nothing but choosing another.

        Raises:
            Refused: unknown_user · password_too_short (params: least).
        """
        digest = hashed(long_enough(password))
        with self._writing() as db:
            changed = db.execute(
                "UPDATE users SET hash = ?, once = ? WHERE name = ? AND active",
                (digest, once, user),
            )
            if not changed.rowcount:
                raise Refused("unknown_user")
            db.execute("DELETE FROM sessions WHERE user = ?", (user,))

    def change_password(self, user: str, old: str, new: str, address: str) -> None:
        """Change one's own; ends every session of the user.

        Raises:
            Refused: as `verify` and `set_password` · password_as_before.
        """
        self.verify(user, old, address)
        if new == old:
            raise Refused("password_as_before")
        self.set_password(user, new)

    def give_password(self, user: str) -> str:
        """A password for one log-in, to be told to the user; ends his sessions.

        Raises:
            Refused: unknown_user.
        """
        given = made_up()
        self.set_password(user, given, once=True)
        return given

    def first_admin(self) -> tuple[str, str] | None:
        """Let the first admin in: name and password, None where one has a password already.

        Somebody must be able to give passwords to the others, and nobody can at a first start.
        """
        with self._reading() as db:
            rows = db.execute("SELECT name, roles, hash FROM users WHERE active ORDER BY rowid")
            admins = {name: hash_ for name, roles, hash_ in rows if Role.ADMIN in json.loads(roles)}
        if not admins or any(admins.values()):
            return None
        first = next(iter(admins))
        return first, self.give_password(first)

    def standings(self) -> list[Standing]:
        """How everybody's log-in is."""
        query = (
            "SELECT name, CASE WHEN name IN (SELECT name FROM barred) THEN 'barred'"
            " WHEN hash IS NULL THEN 'none' WHEN once THEN 'once' ELSE 'own' END,"
            " count(token), max(used) FROM users LEFT JOIN sessions ON user = name"
            " AND opened > :now - :life AND used > :now - :idle"
            " WHERE active GROUP BY name ORDER BY users.rowid"
        )
        with self._reading() as db:
            return [Standing(*row) for row in db.execute(query, _limits(self._now()))]

    def verify(self, user: str, password: str, address: str) -> Account:
        """Check a password.

        Raises:
            Refused: wrong_password · too_many_tries (params: wait_s), after 5 failures of this
                user from this address within 15 minutes.
        """
        account, digest = self._tryable(user, address)
        if not matches(digest or NOBODY, password) or account is None or digest is None:
            self._failed(user, address)
            raise Refused("wrong_password")
        with self._writing() as db:
            db.execute("DELETE FROM failures WHERE user = ? AND address = ?", (user, address))
        return account

    def _tryable(self, user: str, address: str) -> tuple[Account | None, str | None]:
        now = self._now()
        with self._reading() as db:
            tries, oldest = db.execute(
                "SELECT count(*), min(at) FROM failures WHERE user = ? AND address = ? AND at > ?",
                (user, address, now - WINDOW),
            ).fetchone()
            row = db.execute(
                "SELECT name, person, roles, once, hash FROM users WHERE name = ? AND active "
                "AND name NOT IN (SELECT name FROM barred)",
                (user,),
            ).fetchone()
            if tries >= TRIES and self._admins(db) == {user}:
                oldest = self._newest_failure(db, user, address) + LAST_ADMIN - WINDOW
        if tries >= TRIES and (left := oldest + WINDOW - now) > 0:
            raise Refused("too_many_tries", wait_s=left // SECOND + 1)
        return (_account(*row[:4]), row[4]) if row else (None, None)

    @staticmethod
    def _newest_failure(db: sqlite3.Connection, user: str, address: str) -> Micros:
        asked = "SELECT max(at) FROM failures WHERE user = ? AND address = ?"
        (newest,) = db.execute(asked, (user, address)).fetchone()
        return Micros(newest)

    def _failed(self, user: str, address: str) -> None:
        now = self._now()
        with self._writing() as db:
            db.execute(
                "INSERT INTO failures (user, address, at) VALUES (?, ?, ?)", (user, address, now)
            )
            db.execute(
                "DELETE FROM failures WHERE at <= ? OR id <= (SELECT max(id) FROM failures) - ?",
                (now - WINDOW, _REMEMBERED),
            )

    # --- sessions ---------------------------------------------------------------------------

    def open_session(self, user: str, address: str) -> str:
        """Begin a session and return its secret: 256 random bits, opaque; only its hash is kept."""
        token, now = secrets.token_urlsafe(32), self._now()
        with self._writing() as db:
            db.execute(_PRUNE, _limits(now))
            db.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (_digest(token), user, address, now, now),
            )
        return token

    def lookup(self, session: str) -> Account | None:
        """Whose session it is now; None when it ended, idled out or never was."""
        now = self._now()
        with self._reading() as db:
            row = db.execute(_LOOKUP, {"token": _digest(session), **_limits(now)}).fetchone()
        if row is None:
            return None
        if now - row[4] >= _TOUCH:
            self._touch(session, now)
        return _account(*row[:4])

    def _touch(self, session: str, now: Micros) -> None:
        with self._writing() as db:
            db.execute("UPDATE sessions SET used = ? WHERE token = ?", (now, _digest(session)))

    def end_session(self, session: str) -> None:
        """End it everywhere. Ending what has ended does nothing."""
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (_digest(session),))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self._path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db, transaction(db):
            yield db


def _grow(db: sqlite3.Connection) -> None:
    """Make the tables, or bring those of an earlier program to the newest shape."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    shapes = (_TABLES, _GROWN, _BARRED)
    for statement in (one for shape in shapes[version:] for one in shape):
        db.execute(statement)
    if version < 1:
        db.execute("INSERT INTO secret VALUES (1, ?)", (secrets.token_bytes(32),))
    db.execute("PRAGMA user_version = 3")


def with_password(path: Path) -> frozenset[str]:
    """Who of a book has a password; read beside its server, and written by nobody.

    Raises:
        StoreUnavailable: it is there and cannot be read.
    """
    if not path.is_file():
        return frozenset()
    with closing(open_for_reading(path)) as db, translated(path):
        names = db.execute("SELECT name FROM users WHERE active AND hash IS NOT NULL")
        return frozenset(name for (name,) in names)


def _limits(now: Micros) -> dict[str, Micros]:
    return {"now": now, "life": LIFE, "idle": IDLE}


def _account(user: str, person: str, roles: str, once: int) -> Account:
    return Account(user, person, tuple(Role(role) for role in json.loads(roles)), bool(once))


def _digest(token: str) -> str:
    """Of 256 random bits: a plain hash is enough, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
