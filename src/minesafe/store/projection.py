"""The journal as a table to be asked: a projection, which can be cleared and made anew at any time.

The journal is the truth. The rows up to `through` are there, each once, and none beyond it, at
every moment and whoever is killed: also while they are cleared, from the newest down, and while a
server and a command write side by side.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from zlib import crc32

import asyncpg
import msgspec

from minesafe.model.events import Event
from minesafe.model.search import Search
from minesafe.store import copies, feeds
from minesafe.store.feeds import Writer
from minesafe.wording import Sayer, asked_grams, grams

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

MAKING = 2
"""Counts up when rows are made otherwise; those of an older making are cleared and made again."""

CLEARED = 20_000
"""Rows taken away at a time: a second at most, in which the server's own writes wait."""

COLUMNS = (
    *("feed", "position", "recorded", "valid", "frame", "cause", "epoch", "kind", "body", "hash"),
    *("severity", "actor", "about", "said", "grams"),
)

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


async def ready(connection: Connection, feed: int) -> None:
    """Begin anew where rows are of an older making."""
    query = "UPDATE feeds SET clearing = through > 0, making = $2 WHERE id = $1 AND making < $2"
    await connection.execute(query, feed, MAKING)


async def begin_anew(connection: Connection, feed: int) -> None:
    """From now on every write clears, until nothing is left, and then writes from the first on."""
    await connection.execute("UPDATE feeds SET clearing = through > 0 WHERE id = $1", feed)


async def is_clearing(connection: Connection, feed: int) -> bool:
    """Whether that is still going on."""
    return bool(await connection.fetchval("SELECT clearing FROM feeds WHERE id = $1", feed))


async def project(
    connection: Connection, feed: int, writer: Writer | None, sayer: Sayer, events: Sequence[Event]
) -> int:
    """Store what is new of these records; those before a gap are asked for first.

    Args:
        connection: inside a transaction.
        feed: the journal's.
        writer: who writes.
        sayer: says what they are about.
        events: in their order, without a gap.

    Returns:
        The last position stored; where less than was thought, go on from there.
    """
    found = await feeds.locked(connection, feed, writer)
    if found.clearing:
        return await _clear(connection, feed, found.through)
    old = [event for event in events if event.position <= found.through]
    await copies.check_same_events(connection, feed, old)
    new = events[len(old) :]
    if not new or new[0].position != found.through + 1:
        return found.through
    rows = await asyncio.to_thread(_rows, feed, sayer, new)
    await connection.copy_records_to_table("events", columns=COLUMNS, records=rows)
    await feeds.move(connection, feed, new[-1].position)
    return new[-1].position


async def _clear(connection: Connection, feed: int, through: int) -> int:
    left = max(0, through - CLEARED)
    await connection.execute("DELETE FROM events WHERE feed = $1 AND position > $2", feed, left)
    query = "UPDATE feeds SET through = $2::bigint, clearing = $2::bigint > 0 WHERE id = $1"
    await connection.execute(query, feed, left)
    return left


def _rows(feed: int, sayer: Sayer, events: Sequence[Event]) -> list[tuple[Any, ...]]:
    return [_row(feed, sayer, event) for event in events]


def _row(feed: int, sayer: Sayer, event: Event) -> tuple[Any, ...]:
    """PostgreSQL takes no U+0000, which a device's text may hold."""
    said, body = sayer.said(event.body), msgspec.json.encode(event.body).decode()
    return (
        *(feed, event.position, event.recorded, event.valid, event.frame, event.cause),
        *(event.epoch, said.kind, _NUL.sub(r"\1\\ufffd", body), event.hash),
        *(said.severity, _kept(said.actor), [_kept(word) for word in said.about]),
        *(_kept(said.text), _numbers(grams(said.text))),
    )


def _numbers(words: Iterable[str]) -> list[int]:
    """CRC-32 as PostgreSQL's integer: four bytes a word instead of a dozen.

    >>> _numbers(["甲烷"])
    [1081648858]
    """
    return [crc32(word.encode()) - 0x8000_0000 for word in words]


def _kept(text: str) -> str:
    return text.replace("\0", "\ufffd")


# --- asking -------------------------------------------------------------------------------------


async def find(connection: Connection, feed: int, search: Search) -> tuple[list[int], int]:
    """Positions of the records that are looked for, and how far there are any.

    One more than the limit, if there is one more.
    """
    through = int(await connection.fetchval("SELECT through FROM feeds WHERE id = $1", feed))
    clauses = [("feed = {}", feed), *_clauses(search)]
    words = [word for _, word in clauses]
    where = " AND ".join(clause.format(f"${i}") for i, (clause, _) in enumerate(clauses, 1))
    order = "DESC" if search.newest else "ASC"
    query = f"SELECT position FROM events WHERE {where} ORDER BY position {order} LIMIT {{}}"  # noqa: S608  clauses of ours
    rows = await connection.fetch(query.format(f"${len(words) + 1}"), *words, search.limit + 1)
    return [row["position"] for row in rows], through


def _clauses(search: Search) -> list[tuple[str, object]]:
    """What is asked, each with what stands for `{}`."""
    spans = (("valid", search.valid), ("recorded", search.recorded))
    asked: list[tuple[str, object]] = [
        (f"{column} {sign} {{}}", time)
        for column, span in spans
        if span is not None
        for sign, time in zip((">=", "<"), span, strict=True)
    ]
    said = [f"%{_escaped(word)}%" for word in search.text.lower().split()]
    beyond = "position < {}" if search.newest else "position > {}"
    optional: list[tuple[str, object]] = [
        ("kind = ANY({})", list(search.kinds)),
        ("severity = ANY({})", list(search.severities)),
        ("about @> {}", list(search.about)),
        ("actor = {}", search.actor),
        ("grams @> {}", _numbers(asked_grams(search.text))),
        ("said LIKE ALL ({})", said),
        (beyond, search.after),
    ]
    return asked + [(clause, word) for clause, word in optional if word]


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
