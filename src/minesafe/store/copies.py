"""Frames and events as COPY: which column of a table comes from where."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from io import BytesIO
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.frame import Column, Columns, Frame, Readings, Sightings
from minesafe.model.trend import Trend
from minesafe.store.chunks import Table
from minesafe.store.names import Names
from minesafe.store.pgcopy import from_pgcopy, pieces

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def frames(connection: Connection, feed: int, rows: Sequence[Frame], *counts: Column) -> None:
    """One row a frame, with how many samples it held.

    `counts`: how many of them came late, out of order, and are not stored.
    """
    counted = zip(rows, *(column.tolist() for column in counts), strict=True)
    await connection.copy_records_to_table(
        "frames",
        columns=(
            *("feed", "seq", "now", "revision"),
            *("readings", "sightings", "late", "disordered", "left_out"),
        ),
        records=[
            (feed, f.seq, f.now, f.revision, len(f.readings), len(f.sightings), *its)
            for f, *its in counted
        ],
    )


async def check_same(connection: Connection, feed: int, rows: Sequence[Frame]) -> None:
    """What is passed over as stored must be what is stored.

    Raises:
        StoreUnavailable: another frame lies under the number of one of these.
    """
    query = "SELECT seq, now, revision FROM frames WHERE feed = $1 AND seq = ANY($2)"
    found = await connection.fetch(query, feed, [frame.seq for frame in rows]) if rows else ()
    _same(
        "frame",
        {seq: tuple(rest) for seq, *rest in found},
        {f.seq: (f.now, f.revision) for f in rows},
    )


async def check_same_events(connection: Connection, feed: int, rows: Sequence[Event]) -> None:
    """As `check_same`, of the journal: by the hash of each record."""
    query = "SELECT position, hash FROM events WHERE feed = $1 AND position = ANY($2)"
    found = await connection.fetch(query, feed, [event.position for event in rows]) if rows else ()
    _same("record", {at: tuple(rest) for at, *rest in found}, {e.position: (e.hash,) for e in rows})


def _same(what: str, stored: Mapping[int, object], ours: Mapping[int, object]) -> None:
    differ = [number for number, is_so in ours.items() if stored.get(number) != is_so]
    if differ:
        raise StoreUnavailable(
            f"{what} {min(differ)} is stored as another than ours: somebody else writes under "
            "the name of this data directory, perhaps from a copy of it"
        )


def readings(feed: int, rows: Sequence[Frame], joined: Readings, names: Names) -> Table:
    """One row a reading, as it is stored."""
    seq, order = _numbered(rows, [f.readings for f in rows])
    return {
        "sampled": joined.sampled,
        "received": joined.received,
        "value": joined.value,
        "seq": seq,
        "ord": order,
        "point": names.numbers("point", joined.point),
        "feed": np.full(len(joined), feed, np.int16),
        "quality": joined.quality,
    }


def sightings(feed: int, rows: Sequence[Frame], joined: Sightings, names: Names) -> Table:
    """One row a sighting, as it is stored."""
    seq, order = _numbered(rows, [f.sightings for f in rows])
    return {
        "sampled": joined.sampled,
        "received": joined.received,
        "chainage": joined.chainage,
        "x": joined.x,
        "y": joined.y,
        "z": joined.z,
        "seq": seq,
        "ord": order,
        "tag": names.numbers("person", joined.tag),
        "station": names.numbers("reader", joined.station),
        "roadway": names.numbers("roadway", joined.roadway),
        "level": names.numbers("level", joined.level),
        "error": joined.error,
        "feed": np.full(len(joined), feed, np.int16),
        "flags": joined.flags,
        "quality": joined.quality,
    }


def _numbered(rows: Sequence[Frame], parts: Sequence[Columns]) -> tuple[Column, Column]:
    """For every joined row its frame's seq and its place within the frame."""
    lengths = [len(part) for part in parts]
    seq = np.repeat(np.array([frame.seq for frame in rows], np.int64), lengths)
    order = np.concatenate([np.arange(n) for n in lengths]) if lengths else np.empty(0, np.int64)
    return seq, order


async def copy_in(
    connection: Connection, table: str, kinds: Mapping[str, str], columns: Table
) -> None:
    """Rows into a table, as NumPy has them.

    Args:
        connection: inside a transaction.
        table: its name.
        kinds: type of each column, as NumPy writes it; PostgreSQL's has the same width.
        columns: equally long.
    """
    sent = {name: (_sent(kind), columns[name]) for name, kind in kinds.items()}
    await connection.copy_to_table(
        table, source=_in_turn(pieces(sent)), columns=list(sent), format="binary"
    )


async def copy_out(connection: Connection, table: str, kinds: Mapping[str, str]) -> Table:
    """All rows of a table."""
    data = BytesIO()
    await connection.copy_from_table(table, output=data, columns=list(kinds), format="binary")
    return _as_columns(data, kinds)


async def copy_some(
    connection: Connection, table: str, kinds: Mapping[str, str], where: str, *words: object
) -> Table:
    """Rows of a table, or of several joined, that meet a condition; floats come to the bit.

    Args:
        connection: of whoever reads.
        table: its name.
        kinds: type of each column, as NumPy writes it.
        where: the condition, of our own words, with `$1` and so on.
        words: what stands for those.
    """
    data = BytesIO()
    query = f"SELECT {', '.join(kinds)} FROM {table} WHERE {where}"  # noqa: S608  names of ours
    await connection.copy_from_query(query, *words, output=data, format="binary")
    return _as_columns(data, kinds)


_SAID = {"<i8": "coalesce({}, 0)::bigint", "<f8": "coalesce({}, 'NaN')::float8"}
_STEP = {name: _SAID[kind].format(name) for name, kind in Trend.DTYPES.items()}


async def copy_steps(connection: Connection, table: str, where: str, *words: int) -> Trend:
    """Stored steps, as `copy_some`; what is NULL is NaN, and of whole numbers 0.

    Whole numbers are their own text: written out here they save asking the server for it, two
    turns of the wire for each curve.
    """
    kinds = {_STEP[name]: kind for name, kind in Trend.DTYPES.items()}
    for nth, word in enumerate(words, 1):
        table, where = (text.replace(f"${nth}", f"({word:d})") for text in (table, where))
    found = await copy_some(connection, table, kinds, where)
    return Trend(**{name: found[_STEP[name]] for name in Trend.DTYPES})


def _as_columns(data: BytesIO, kinds: Mapping[str, str]) -> Table:
    return from_pgcopy(data.getvalue(), {name: _sent(kind) for name, kind in kinds.items()})


def _sent(kind: str) -> str:
    return kind.replace("<", ">")


async def _in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Piece by piece, because the loop must get a turn while a large batch is sent."""
    for part in parts:
        yield part
