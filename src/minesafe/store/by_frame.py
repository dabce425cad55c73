"""By frame, on a plain PostgreSQL: rows of some frames, wherever they lie by now."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.steps import MINUTE
from minesafe.model.time import Micros
from minesafe.store.chunks import Chunk, Shape, Table, opened
from minesafe.store.copies import copy_some
from minesafe.store.lateness import HOUR
from minesafe.store.records import as_table
from minesafe.store.shelf import Sought

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SLOTS = 4
"""Tables of the last minutes, which take turns."""

_OF_FRAMES = """
SELECT {key} AS key, minute, feed, rows, body FROM {chunks}
WHERE feed = $1 AND minute BETWEEN $2 AND $3 AND ($4::int[] IS NULL OR {key} = ANY($4))
"""

_LATE = """
SELECT {key} AS key, minute, feed, rows, body FROM {chunks}
WHERE feed = $1 AND NOT minute BETWEEN $2 AND $3 AND {key} = ANY($4) AND minute BETWEEN $5 AND $6
"""

_NEWEST = """
SELECT k.key, c.* FROM unnest($1::int[]) AS k (key) CROSS JOIN LATERAL (
  SELECT minute, feed, rows, body FROM {chunks}
  WHERE {key} = k.key AND minute <= $2 AND feed = $3
  ORDER BY minute DESC FETCH FIRST 1 ROW WITH TIES) AS c
"""

_BEFORE = """
SELECT c.* FROM unnest($1::int[]) AS k (key) CROSS JOIN LATERAL (
  SELECT * FROM {name}_before WHERE {key} = k.key AND sampled <= $2 AND feed = $3 AND seq <= $4
  ORDER BY sampled DESC LIMIT 1) AS c
"""

_HOLDING = "SELECT name FROM slots WHERE name = ANY($1) AND minute BETWEEN $2 AND $3"


async def of_frames(connection: Connection, shape: Shape, sought: Sought) -> Table:
    """As `Shelf.of_frames`. While the slots are held nothing moves on to the chunks."""
    async with connection.transaction():
        parts = await _slots(connection, shape, sought)
        chunks = await _chunks_of_frames(connection, shape, sought)
        parts.append(await asyncio.to_thread(_of_seqs, shape, chunks, sought.seqs))
    return {name: np.concatenate([part[name] for part in parts]) for name in shape.columns}


async def newest(
    connection: Connection,
    shape: Shape,
    feed: int,
    keys: Sequence[int],
    before: tuple[int, Micros],
) -> Table:
    """As `Shelf.newest`: a chunk of each, and what an earlier version stored."""
    seq, at = before
    named = {"key": shape.key, "chunks": f"{shape.name.removesuffix('s')}_chunks"}
    query = _NEWEST.format(**named)
    earlier = _BEFORE.format(name=shape.name, key=shape.key)
    sought = Sought(feed, (0, seq), (0, at // MINUTE), {})
    async with connection.transaction():
        parts = await _held(connection, shape, sought)
        chunks = as_chunks(await connection.fetch(query, keys, at // MINUTE, feed))
        parts.append(as_table(shape, await connection.fetch(earlier, keys, at, feed, seq)))
    parts.append(await asyncio.to_thread(_of_seqs, shape, chunks, (0, seq)))
    return {name: np.concatenate([part[name] for part in parts]) for name in shape.columns}


async def _slots(connection: Connection, shape: Shape, sought: Sought) -> list[Table]:
    """Rows of frames that are not in chunks yet, or were stored before there were any."""
    earlier = await _of_table(connection, shape, f"{shape.name}_before", sought)
    return [*await _held(connection, shape, sought), earlier]


async def _held(connection: Connection, shape: Shape, sought: Sought) -> list[Table]:
    """Rows of frames that are not in chunks yet; held on to until the transaction ends."""
    names = [f"{shape.name}_{slot}" for slot in range(SLOTS)]
    await connection.execute(f"LOCK TABLE {', '.join(names)} IN ACCESS SHARE MODE")
    held = await connection.fetch(_HOLDING, names, sought.minutes[0], sought.minutes[1])
    return [await _of_table(connection, shape, row["name"], sought) for row in held]


async def _of_table(connection: Connection, shape: Shape, table: str, sought: Sought) -> Table:
    where = "feed = $1 AND seq BETWEEN $2 AND $3"
    words: list[object] = [sought.feed, *sought.seqs]
    if sought.keys is not None:
        where, words = f"{where} AND {shape.key} = ANY($4)", [*words, list(sought.keys)]
    return await copy_some(connection, table, shape.columns, where, *words)


async def _chunks_of_frames(connection: Connection, shape: Shape, sought: Sought) -> list[Chunk]:
    named = {"key": shape.key, "chunks": f"{shape.name.removesuffix('s')}_chunks"}
    words = (sought.feed, *sought.minutes)
    keys = None if sought.keys is None else list(sought.keys)
    records = await connection.fetch(_OF_FRAMES.format(**named), *words, keys)
    for hour in sought.late:
        if late := sought.late_keys(hour):
            span = (hour * HOUR // MINUTE, (hour + 1) * HOUR // MINUTE - 1)
            records += await connection.fetch(_LATE.format(**named), *words, late, *span)
    return as_chunks(records)


def as_chunks(records: Sequence[asyncpg.Record]) -> list[Chunk]:
    """Stored chunks."""
    return [Chunk(r["key"], r["minute"], r["feed"], r["rows"], r["body"]) for r in records]


def _of_seqs(shape: Shape, chunks: Sequence[Chunk], seqs: tuple[int, int]) -> Table:
    table = opened(shape, chunks)
    of_them = (table["seq"] >= seqs[0]) & (table["seq"] <= seqs[1])
    return {name: column[of_them] for name, column in table.items()}
