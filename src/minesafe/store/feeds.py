"""Feeds: how far each spool and each journal has been taken over, and by whom.

A row of `feeds` is locked by every write before anything else, so writers of one feed stand in
line, and each sees who was there before it. A server writes under its epoch, which grows with
each start: of an older epoch, or of the same one under another name (a copied data directory),
nothing is taken any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from minesafe.model.errors import SecondWriter

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_ADD = """
INSERT INTO feeds (identity)
SELECT $1 WHERE NOT EXISTS (SELECT FROM feeds WHERE identity = $1) ON CONFLICT DO NOTHING
"""

_OF = "SELECT id FROM feeds WHERE identity = $1"

_FEED = "SELECT through, epoch, writer, clearing FROM feeds WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes."""

    epoch: int
    """Counts the openings of the journal."""
    name: str
    """Of this one opening."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A row of `feeds`."""

    through: int
    epoch: int
    writer: str
    clearing: bool
    """Its rows are taken away, to be written again."""


async def register(connection: Connection, identities: Sequence[str]) -> list[int]:
    """The numbers of feeds, made where they are new."""
    await connection.executemany(_ADD, [(identity,) for identity in identities])
    return [int(await connection.fetchval(_OF, identity)) for identity in identities]


async def locked(connection: Connection, feed: int, writer: Writer | None) -> Feed:
    """The row, which is ours until the transaction ends.

    Args:
        connection: inside a transaction.
        feed: whose.
        writer: who writes; None: beside whoever does, what the journal says already.

    Raises:
        SecondWriter: somebody later, or somebody else, writes here.
    """
    row = await connection.fetchrow(f"{_FEED} FOR UPDATE", feed)
    assert row is not None, "made when the database was made ready"
    found = Feed(**dict(row))
    if writer is not None and (found.epoch, found.writer) != (writer.epoch, writer.name):
        _check(found, writer)
        claim = "UPDATE feeds SET epoch = $2, writer = $3 WHERE id = $1"
        await connection.execute(claim, feed, writer.epoch, writer.name)
    return found


def _check(found: Feed, writer: Writer) -> None:
    if found.epoch > writer.epoch:
        raise SecondWriter(
            f"the database is written by start {found.epoch} of this data directory, we are start "
            f"{writer.epoch}: a later server runs, or this directory is an older copy"
        )
    if found.epoch == writer.epoch and found.writer:
        raise SecondWriter(
            f"another server writes under the name of this data directory, as start {found.epoch} "
            "too: one of the two runs on a copy"
        )


async def move(connection: Connection, feed: int, through: int) -> None:
    """It has been taken over so far."""
    await connection.execute("UPDATE feeds SET through = $2 WHERE id = $1", feed, through)
