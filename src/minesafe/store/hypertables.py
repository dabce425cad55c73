"""The history's shelf on TimescaleDB: rows as they are; the extension packs and adds them up."""

from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Column
from minesafe.model.quality import BELIEVED
from minesafe.model.steps import Steps, merged
from minesafe.model.time import SECOND, Micros
from minesafe.model.trend import Trend
from minesafe.store.chunks import Shape, Table
from minesafe.store.copies import copy_in
from minesafe.store.records import as_table, as_trend

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_ROWS = """
SELECT * FROM {name} WHERE {key} = $1 AND sampled >= $2 AND sampled < $3
ORDER BY sampled, feed, seq, ord LIMIT $4
"""

_STEPS = """
SELECT start, samples, CASE WHEN quality = ANY($4) THEN believed ELSE 0 END AS believed,
       lowest, highest, total, first, opening, last, closing
FROM reading_{width_s} WHERE point = $1 AND start >= $2 AND start < $3
"""


class Hypertables:
    """Implements `Shelf`."""

    migrations = "timescale"

    async def store(
        self, connection: Connection, shape: Shape, table: Table, minutes: Column
    ) -> None:
        """As `Shelf.store`."""
        await copy_in(connection, shape.name, shape.columns, table)

    async def rows(
        self,
        connection: Connection,
        shape: Shape,
        key: int,
        span: tuple[Micros, Micros],
        limit: int,
    ) -> Table:
        """As `Shelf.rows`."""
        query = _ROWS.format(name=shape.name, key=shape.key)
        return as_table(shape, await connection.fetch(query, key, *span, limit))

    async def trend(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Trend:
        """As `Shelf.trend`. A step of each quality is stored; those believed make the numbers."""
        believed = [int(quality) for quality in BELIEVED]
        query = _STEPS.format(width_s=width_s)
        found = as_trend(await connection.fetch(query, point, *span, believed))
        return merged(Steps(np.full(len(found), point), found), width_s * SECOND).trend
