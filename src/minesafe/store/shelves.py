"""Which shelf a database has."""

from typing import TypeAlias

import asyncpg

from minesafe.store.minutes import Minutes
from minesafe.store.shelf import Shelf

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def shelf_of(connection: Connection) -> Shelf:
    """That it was made with."""
    return Minutes()
