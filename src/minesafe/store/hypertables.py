"""The history's shelf on TimescaleDB: rows as they are; the extension packs and adds them up."""

from collections.abc import Sequence
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Column
from minesafe.model.presence import Presence
from minesafe.model.quality import BELIEVED
from minesafe.model.spell import Spells
from minesafe.model.steps import MINUTE, Steps, merged
from minesafe.model.time import SECOND, Micros
from minesafe.model.trend import Trend
from minesafe.store.chunks import Shape, Table
from minesafe.store.copies import copy_in, copy_some
from minesafe.store.lateness import HOUR
from minesafe.store.presences import rounded
from minesafe.store.records import as_columns, as_table, as_trend
from minesafe.store.shelf import Sought

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_ROWS = """
SELECT * FROM {name} WHERE {key} = ANY($1) AND sampled >= $2 AND sampled < $3
ORDER BY sampled, feed, seq, ord LIMIT $4
"""

_PRESENCES = """
SELECT minute, tag, roadway, samples, first, last, low, high, west, east, south, north
FROM sighting_60 WHERE minute >= $1 AND minute < $2 ORDER BY minute, tag, roadway
"""

_SPELLS = """
SELECT start, quality, samples FROM reading_{width_s}
WHERE point = $1 AND start >= $2 AND start < $3 AND quality <> ALL($4) ORDER BY start, quality
"""

_STEPS = """
SELECT start, samples, CASE WHEN quality = ANY($4) THEN believed ELSE 0 END AS believed,
       lowest, highest, total, first, opening, last, closing
FROM reading_{width_s} WHERE point = $1 AND start >= $2 AND start < $3
"""


_NEWEST = """
SELECT r.* FROM unnest($1::int[]) AS k (key) CROSS JOIN LATERAL (
  SELECT * FROM {name} WHERE {key} = k.key AND sampled <= $2 AND feed = $3 AND seq <= $4
  ORDER BY sampled DESC, seq DESC, ord DESC LIMIT 1) AS r
"""

_OF_FRAMES = "feed = $1 AND seq BETWEEN $2 AND $3"

_ON_TIME = "sampled >= $4 AND sampled < $5"
"""Whole minutes."""

_LATE = f"{_OF_FRAMES} AND NOT ({_ON_TIME}) AND {{key}} = ANY($6) AND sampled BETWEEN $7 AND $8"

_LAST = np.iinfo(np.int64)
"""Times that can be told."""


class Hypertables:
    """Implements `Shelf`."""

    migrations = "timescale"

    async def store(
        self, connection: Connection, shape: Shape, table: Table, minutes: Column
    ) -> None:
        """As `Shelf.store`."""
        await copy_in(connection, shape.name, shape.columns, table)

    async def several(
        self,
        connection: Connection,
        shape: Shape,
        keys: Sequence[int],
        span: tuple[Micros, Micros],
        limit: int,
    ) -> Table:
        """As `Shelf.several`."""
        query = _ROWS.format(name=shape.name, key=shape.key)
        return as_table(shape, await connection.fetch(query, list(keys), *span, limit))

    async def presence(self, connection: Connection, span: tuple[Micros, Micros]) -> Table:
        """As `Shelf.presence`."""
        low, high = span[0] // MINUTE * MINUTE, -(-span[1] // MINUTE) * MINUTE
        records = await connection.fetch(_PRESENCES, low, high)
        return rounded(as_columns(Presence.DTYPES, records))

    async def spells(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Spells:
        """As `Shelf.spells`: a step of each quality is stored."""
        believed = [int(quality) for quality in BELIEVED]
        query = _SPELLS.format(width_s=width_s)
        records = await connection.fetch(query, point, *span, believed)
        return Spells.of([tuple(record) for record in records])

    async def of_frames(self, connection: Connection, shape: Shape, sought: Sought) -> Table:
        """As `Shelf.of_frames`."""
        low, high = sought.minutes
        words = (sought.feed, *sought.seqs, low * MINUTE, (high + 1) * MINUTE)
        name, kinds = shape.name, shape.columns
        where = f"{_OF_FRAMES} AND {_ON_TIME}"
        if sought.keys is None:
            parts = [await copy_some(connection, name, kinds, where, *words)]
        else:
            where += f" AND {shape.key} = ANY($6)"
            parts = [await copy_some(connection, name, kinds, where, *words, list(sought.keys))]
        late = _LATE.format(key=shape.key)
        for hour in sought.late:
            if keys := sought.late_keys(hour):
                span = (max(hour * HOUR, _LAST.min), min((hour + 1) * HOUR - 1, _LAST.max))
                more = await copy_some(connection, name, kinds, late, *words, keys, *span)
                parts.append(more)
        return {name: np.concatenate([part[name] for part in parts]) for name in kinds}

    async def newest(
        self,
        connection: Connection,
        shape: Shape,
        feed: int,
        keys: Sequence[int],
        before: tuple[int, Micros],
    ) -> Table:
        """As `Shelf.newest`."""
        query = _NEWEST.format(name=shape.name, key=shape.key)
        seq, at = before
        return as_table(shape, await connection.fetch(query, keys, at, feed, seq))

    async def trend(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Trend:
        """As `Shelf.trend`. A step of each quality is stored; those believed make the numbers."""
        believed = [int(quality) for quality in BELIEVED]
        query = _STEPS.format(width_s=width_s)
        found = as_trend(await connection.fetch(query, point, *span, believed))
        return merged(Steps(np.full(len(found), point), found), width_s * SECOND).trend
