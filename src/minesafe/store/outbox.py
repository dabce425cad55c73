"""The outbox: commands in the journal's own transactions, one row a key, until they are done."""

import sqlite3
from collections.abc import Iterable

import msgspec

from minesafe.model.commands import Command
from minesafe.model.events import Noted, ReceiptStatus

TABLES = """
CREATE TABLE outbox (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  command TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',
  attempt INTEGER NOT NULL DEFAULT 0,
  carrier_id TEXT NOT NULL DEFAULT '',
  done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_pending ON outbox (ordinal) WHERE done = 0;
CREATE INDEX outbox_carrier ON outbox (channel, carrier_id) WHERE carrier_id <> '';
"""

_DECODE: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)

_DONE = (ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED, ReceiptStatus.READ)

_RANK = {
    ReceiptStatus.SENDING: 0,
    ReceiptStatus.FAILED: 1,
    ReceiptStatus.ACCEPTED: 2,
    ReceiptStatus.DELIVERED: 3,
    ReceiptStatus.READ: 4,
}
"""A receipt that comes late or twice never takes back a better one; see `note`."""


_ARRIVED = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)


def put(connection: sqlite3.Connection, commands: Iterable[Command]) -> None:
    """Add commands; a key that is there already asks for nothing twice."""
    connection.executemany(
        "INSERT INTO outbox (key, command, channel) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
        ((c.key, msgspec.json.encode(c).decode(), c.channel) for c in commands),
    )


def pending(connection: sqlite3.Connection) -> list[tuple[Command, int]]:
    """What is not done, oldest first, with the attempts begun."""
    rows = connection.execute(
        "SELECT command, attempt FROM outbox WHERE done = 0 ORDER BY ordinal"
    ).fetchall()
    return [(_DECODE.decode(command), attempt) for command, attempt in rows]


def sending(connection: sqlite3.Connection, key: str, attempt: int) -> None:
    """An attempt begins; only a row that is not done can be sent."""
    connection.execute(
        "UPDATE outbox SET state = ?, attempt = ? WHERE key = ? AND done = 0",
        (ReceiptStatus.SENDING.value, attempt, key),
    )


def note(connection: sqlite3.Connection, noted: Noted) -> None:
    """Move the row as the receipt says.

    After ACCEPTED a carrier may still say FAILED (the phone was never reached): that stands,
    and only DELIVERED and READ stand above it. Unless it is final the row is to be done again,
    under its key, hence once. An unknown key has a record and no row.
    """
    row = connection.execute("SELECT state FROM outbox WHERE key = ?", (noted.key,)).fetchone()
    if row is None:
        return
    state = _worth_more(row[0], noted.status)
    failed = noted.status is ReceiptStatus.FAILED
    done = noted.status in _DONE or (failed and noted.final)
    again = failed and not noted.final and row[0] == ReceiptStatus.ACCEPTED
    connection.execute(
        "UPDATE outbox SET state = ?, done = (done AND NOT ?) OR ?, "
        "carrier_id = CASE WHEN ? = '' THEN carrier_id ELSE ? END WHERE key = ?",
        (state, again, done, noted.carrier_id, noted.carrier_id, noted.key),
    )


def _worth_more(now: str, new: ReceiptStatus) -> str:
    if now == "pending" or (new is ReceiptStatus.FAILED and now not in _ARRIVED):
        return new.value
    return new.value if _RANK[new] >= _RANK[ReceiptStatus(now)] else now


def by_carrier_id(connection: sqlite3.Connection, channel: str, carrier_id: str) -> Command | None:
    """The newest command the carrier gave this id (carriers count from the start again)."""
    row = connection.execute(
        "SELECT command FROM outbox WHERE channel = ? AND carrier_id = ? AND carrier_id <> '' "
        "ORDER BY ordinal DESC LIMIT 1",
        (channel, carrier_id),
    ).fetchone()
    return None if row is None else _DECODE.decode(row[0])
