"""Where samples lie in the database: one way for a plain PostgreSQL, one for TimescaleDB."""

from typing import Protocol, TypeAlias

import asyncpg

from minesafe.model.frame import Column
from minesafe.model.time import Micros
from minesafe.model.trend import Trend
from minesafe.store.chunks import Shape, Table

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Shelf(Protocol):
    """Keeps stored rows. Every call runs on its caller's connection, in his transaction."""

    migrations: str
    """The folder of `store/sql` that makes it."""

    async def store(
        self, connection: Connection, shape: Shape, table: Table, minutes: Column
    ) -> None:
        """Put rows away.

        Args:
            connection: inside a transaction.
            shape: which table.
            table: its rows, at least one.
            minutes: of each row, that of the frame it came in.
        """

    async def rows(
        self,
        connection: Connection,
        shape: Shape,
        key: int,
        span: tuple[Micros, Micros],
        limit: int,
    ) -> Table:
        """Rows of one key with start <= sampled < end, by time and then as they came."""

    async def trend(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Trend:
        """Steps of a point that begin in the span; `width_s` is one of `WIDTHS_S`."""
