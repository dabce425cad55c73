"""Which rows lie in another place than their frame's time says, written down as they are stored.

History keeps rows by when they were sampled. Nearly all were within a minute of the minute of
their frame; the others are looked for by the hour they were sampled in.
"""

from collections.abc import Mapping
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Column
from minesafe.model.steps import MINUTE, starts
from minesafe.store.chunks import Shape, Table

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

NEAR = 1
"""Minutes: a network's delay, and a clock that is a little off."""

HOUR = 60 * MINUTE

_NOTE = """
INSERT INTO late_hours AS l (feed, what, key, hour, seq_from, seq_to)
SELECT $1, $2, * FROM unnest($3::int[], $4::bigint[], $5::bigint[], $6::bigint[])
ON CONFLICT (feed, what, key, hour) DO UPDATE SET
  seq_from = least(l.seq_from, excluded.seq_from), seq_to = greatest(l.seq_to, excluded.seq_to)
"""

_HOURS = """
SELECT hour, array_agg(key) AS keys FROM late_hours
WHERE feed = $1 AND what = $2 AND seq_to >= $3 AND seq_from <= $4 GROUP BY hour
"""


async def note(
    connection: Connection, feed: int, shape: Shape, table: Table, minutes: Column
) -> None:
    """Write down where the late rows of a write lie.

    Args:
        connection: inside the transaction that stores the rows.
        feed: whose they are.
        shape: which table.
        table: its rows.
        minutes: of each row, that of the frame it came in.
    """
    away = np.abs(table["sampled"] // MINUTE - minutes) > NEAR
    if not away.any():
        return
    key, seq = table[shape.key][away], table["seq"][away]
    hour = table["sampled"][away] // HOUR
    order = np.lexsort((seq, hour, key))
    key, hour, seq = key[order], hour[order], seq[order]
    begin = starts(key, hour)
    end = np.append(begin[1:], len(key)) - 1
    where = (key[begin].tolist(), hour[begin].tolist(), seq[begin].tolist(), seq[end].tolist())
    await connection.execute(_NOTE, feed, shape.name, *where)


async def hours(
    connection: Connection, feed: int, shape: Shape, seqs: tuple[int, int]
) -> Mapping[int, list[int]]:
    """Hours in which rows of these frames (both ends included) lie besides, and whose."""
    found = await connection.fetch(_HOURS, feed, shape.name, *seqs)
    return {record["hour"]: record["keys"] for record in found}
