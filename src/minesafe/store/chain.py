"""The hash chain: what a record's bytes are, how one proves the next, and what is proven.

A record's bytes are its JSON without the hash, exactly as stored (UTF-8, no spaces, fields in
the order of `Record`). `hash = sha256(previous hash in hex || record bytes)`, so it can be
checked with nothing but `sqlite3` and `sha256sum`.

What `verify` proves: no record was changed, removed, inserted or put elsewhere without making
all later hashes anew. The end is held by two witnesses: the head row, written in the records'
own transaction, and the anchor file beside the database, which keeps the last count and hash of
every epoch. A tail cut off the table, a lost or replaced -wal file, and an older copy of the
database put back are found by them. What it cannot prove: that somebody with the right to write
both files has not made the chain anew, or added true-looking records at the end. Only a head
that has left the machine proves that: hand such heads in as `known`.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from minesafe.model.errors import BrokenJournal
from minesafe.model.events import AnyBody, Event
from minesafe.model.time import Micros
from minesafe.store.disk import open_for_reading, sync_folder

FIRST = "0" * 64
"""What the first record names as the hash before it."""

Head: TypeAlias = tuple[int, str]
"""How many records there are, and the hash of the last."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An `Event` without its hash: what the hash is made of."""

    position: int
    recorded: Micros
    valid: Micros
    frame: int | None
    cause: int | None
    epoch: int
    body: AnyBody
    previous: str


class _Place(msgspec.Struct, frozen=True):
    """As much of a record as the chain needs."""

    position: int
    previous: str


_ENCODE = msgspec.json.Encoder()
_RECORD = msgspec.json.Decoder(Record)
_PLACE = msgspec.json.Decoder(_Place)


def chained(record: Record) -> tuple[bytes, Event]:
    """The bytes to store, and the event they stand for."""
    data = _ENCODE.encode(record)
    return data, _event(record, link(record.previous, data))


def link(previous: str, record: bytes) -> str:
    """The hash of a record after `previous`."""
    return hashlib.sha256(previous.encode() + record).hexdigest()


def read_event(record: bytes, digest: str) -> Event:
    """What `chained` wrote.

    Raises:
        BrokenJournal: these are no bytes of ours.
    """
    try:
        return _event(_RECORD.decode(record), digest)
    except msgspec.DecodeError as error:
        raise BrokenJournal(_position_in(record), f"unreadable: {error}") from error


def _position_in(record: bytes) -> int:
    """As far as it can still be read, else 0."""
    try:
        return _PLACE.decode(record).position
    except msgspec.DecodeError:
        return 0


def _event(record: Record, digest: str) -> Event:
    fields = {name: getattr(record, name) for name in Record.__struct_fields__}
    return Event(hash=digest, **fields)


# --- the anchor -----------------------------------------------------------------------------


class Anchor:
    """A line per epoch beside the database: how far the journal was known to reach.

    Written after each commit and before anything else happens, without an fsync: it may lag the
    journal after a power cut, and never leads it. Lines of past epochs stay, so a journal that
    was cut and then carried on still gives itself away.
    """

    WIDTH = len(f"{0:010d} {0:012d} {FIRST}\n")

    def __init__(self, path: Path, epoch: int, head: Head) -> None:
        self._epoch = epoch
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.write(head)
        os.fsync(self._file)
        sync_folder(path.parent)

    def write(self, head: Head) -> None:
        """Say that the journal reaches so far."""
        line = f"{self._epoch:010d} {head[0]:012d} {head[1]}\n"
        os.pwrite(self._file, line.encode(), (self._epoch - 1) * self.WIDTH)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def anchor_path(journal: Path) -> Path:
    """Where the anchor of a journal lies."""
    return journal.with_suffix(".anchor")


def anchored_epochs(journal: Path) -> int:
    """How many epochs the anchor file knows, whatever the database says."""
    path = anchor_path(journal)
    return -(-path.stat().st_size // Anchor.WIDTH) if path.is_file() else 0


def _anchors(path: Path, epochs: int) -> dict[int, str]:
    """Hash by count, from every epoch's line; a missing or spoilt line is a broken journal.

    There may be lines beyond the last epoch: of an opening that crashed before its first
    record, or of a database that was put back to an older copy.
    """
    data = _read_still(anchor_path(path))
    heads = {}
    for epoch in range(1, max(epochs, -(-len(data) // Anchor.WIDTH)) + 1):
        line = data[(epoch - 1) * Anchor.WIDTH : epoch * Anchor.WIDTH]
        words = line.decode("ascii", "replace").split()
        if len(words) != 3 or not words[1].isdigit() or words[0] != f"{epoch:010d}":
            raise BrokenJournal(0, f"the anchor of epoch {epoch} is missing or spoilt")
        heads[int(words[1])] = words[2]
    return heads


def _read_still(path: Path) -> bytes:
    """Read a file its writer may be at, until two readings agree."""
    data, again = b"", path.read_bytes() if path.is_file() else b""
    while data != again:
        data, again = again, path.read_bytes()
    return data


# --- the proof ------------------------------------------------------------------------------


def verify(path: Path, known: Sequence[Head] = ()) -> int:
    """Check every record of a journal, also of one that is being written.

    Args:
        path: the journal's database file; its anchor lies beside it.
        known: heads that left the machine earlier (reports, the second host).

    Returns:
        How many records there are.

    Raises:
        BrokenJournal: the chain does not hold; says where.
        StoreUnavailable: there is no such file.
    """
    connection = open_for_reading(path)
    try:
        return _verify(connection, path, known)
    except sqlite3.DatabaseError as error:
        raise BrokenJournal(0, f"the file is damaged: {error}") from error
    finally:
        connection.close()


def identity_of(path: Path) -> str:
    """The identity of a journal: made once with the file.

    Raises:
        BrokenJournal: it has none.
        StoreUnavailable: there is no such file.
    """
    connection = open_for_reading(path)
    try:
        row = connection.execute("SELECT identity FROM head").fetchone()
    except sqlite3.DatabaseError as error:
        raise BrokenJournal(0, f"the file is damaged: {error}") from error
    finally:
        connection.close()
    if row is None:
        raise BrokenJournal(0, "the head is gone")
    return str(row[0])


def _verify(connection: sqlite3.Connection, path: Path, known: Sequence[Head]) -> int:
    epochs, _, _ = _head(connection)
    witnesses = [*_anchors(path, epochs).items(), *known]
    connection.execute("BEGIN")
    _, count, last = _head(connection)
    hashes = {0: FIRST}
    wanted = {position for position, _ in witnesses} | {count}
    reached = 0
    for reached, digest in _links(connection):
        if reached in wanted:
            hashes[reached] = digest
    furthest = max(wanted)
    if furthest > reached:
        raise BrokenJournal(reached + 1, f"cut off: there were at least {furthest} records")
    for position, digest in [(count, last), *witnesses]:
        if hashes[position] != digest:
            raise BrokenJournal(position, "it is not the record that was witnessed here")
    if reached > count:
        raise BrokenJournal(count + 1, "a record was added without the head")
    _check_file(connection, reached)
    return reached


def _links(connection: sqlite3.Connection) -> Iterator[Head]:
    """Walk the chain, and stop at the first record that does not fit."""
    rows = connection.execute(
        "SELECT position, CAST(record AS BLOB), hash FROM records ORDER BY position"
    )
    previous, expected = FIRST, 0
    while True:
        expected += 1
        try:
            row = rows.fetchone()
        except sqlite3.DatabaseError as error:
            raise BrokenJournal(expected, f"unreadable: {error}") from error
        if row is None:
            return
        _check_link(expected, previous, *row)
        previous = row[2]
        yield expected, previous


def _check_link(
    expected: int, previous: str, position: int, record: bytes | None, digest: str
) -> None:
    if position != expected:
        raise BrokenJournal(expected, f"missing: the next record is number {position}")
    if record is None or link(previous, record) != digest:
        raise BrokenJournal(position, "its bytes or its hash were changed")
    place = _PLACE.decode(record)
    if (place.position, place.previous) != (position, previous):
        raise BrokenJournal(position, "it belongs to another place")


def _check_file(connection: sqlite3.Connection, reached: int) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check('records')").fetchone()
    if verdict != "ok":
        raise BrokenJournal(reached, f"the file is damaged: {verdict}")


def _head(connection: sqlite3.Connection) -> tuple[int, int, str]:
    row = connection.execute("SELECT epoch, count, hash FROM head").fetchone()
    if row is None:
        raise BrokenJournal(0, "the head is gone")
    epoch, count, digest = row
    return epoch, count, digest
