"""Which shelf a database has."""

from typing import TypeAlias

import asyncpg

from minesafe.store.hypertables import Hypertables
from minesafe.store.minutes import Minutes
from minesafe.store.shelf import Shelf

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_MADE = """
SELECT CASE WHEN to_regclass('reading_chunks') IS NOT NULL THEN 'plain'
            WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN 'timescale'
            ELSE 'plain' END
"""

SHELVES: dict[str, type[Shelf]] = {"plain": Minutes, "timescale": Hypertables}


async def shelf_of(connection: Connection) -> Shelf:
    """That it was made with; of a new one, TimescaleDB's where the extension is there."""
    return SHELVES[await shelf_there(connection)]()


async def shelf_there(connection: Connection) -> str:
    """Its name: plain or timescale."""
    return str(await connection.fetchval(_MADE))
