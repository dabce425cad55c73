"""Where samples lie in the database: one way for a plain PostgreSQL, one for TimescaleDB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import asyncpg

from minesafe.model.frame import Column
from minesafe.model.spell import Spells
from minesafe.model.time import Micros
from minesafe.model.trend import Trend
from minesafe.store.chunks import Shape, Table

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Sought:
    """Rows of frames, and where they can lie."""

    feed: int
    seqs: tuple[int, int]
    """First and last frame."""
    minutes: tuple[int, int]
    """First and last minute of sample time in which rows that were not late can lie."""
    late: Mapping[int, Sequence[int]]
    """Hours in which late ones do besides, and whose (`lateness`)."""
    keys: Sequence[int] | None = None
    """Only of these points or persons; None: of everybody."""

    def late_keys(self, hour: int) -> list[int]:
        """Who has late rows in an hour and is asked about."""
        late = self.late[hour]
        return list(late) if self.keys is None else sorted(set(late).intersection(self.keys))


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

    async def of_frames(self, connection: Connection, shape: Shape, sought: Sought) -> Table:
        """Every row of some frames, in no certain order."""

    async def several(
        self,
        connection: Connection,
        shape: Shape,
        keys: Sequence[int],
        span: tuple[Micros, Micros],
        limit: int,
    ) -> Table:
        """Rows of these keys with start <= sampled < end, by time and then as they came."""

    async def presence(self, connection: Connection, span: tuple[Micros, Micros]) -> Table:
        """Columns of `Presence`, in stored names, of the minutes that the span touches."""

    async def spells(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Spells:
        """Steps of a point that begin in the span, of which samples were not believed."""

    async def newest(
        self,
        connection: Connection,
        shape: Shape,
        feed: int,
        keys: Sequence[int],
        before: tuple[int, Micros],
    ) -> Table:
        """Of each key what was sampled last, and maybe some rows more.

        By the devices' own clocks, and however long ago: what a moment begins with where no
        snapshot was kept.

        Args:
            connection: any.
            shape: which table.
            feed: of whose frames.
            keys: whose rows.
            before: of frames up to this one, and of sample times before this minute's end.
        """

    async def trend(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Trend:
        """Steps of a point that begin in the span; `width_s` is one of `WIDTHS_S`."""
