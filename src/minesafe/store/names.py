"""What row numbers are called: a revision's rows as numbers that stay the same for ever.

A frame names a point by its row in its own revision. A later revision has other rows for the
same points, so history stores the number of the *name*, and translates at both rims.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

NAMED: Mapping[str, Callable[[Mine], Sequence[str]]] = {
    "point": lambda mine: [p.id for p in mine.points],
    "person": lambda mine: [p.id for p in mine.people],
    "reader": lambda mine: [r.id for r in mine.readers],
    "roadway": lambda mine: [r.id for r in mine.roadways],
    "level": lambda mine: [v.id for v in mine.levels],
}
"""What a frame's columns are row numbers of."""

SIGHTED = {"tag": "person", "station": "reader", "roadway": "roadway", "level": "level"}
"""Columns of a sighting that are row numbers, and of what."""

_ADD_NAMES = """
INSERT INTO names (what, code)
SELECT $1, code FROM unnest($2::text[]) AS code
WHERE NOT EXISTS (SELECT FROM names n WHERE n.what = $1 AND n.code = code.code)
ON CONFLICT DO NOTHING
"""

_ADD_ROWS = """
INSERT INTO revision_rows (revision, what, row_number, name)
SELECT $1, $2, u.nth - 1, n.id
FROM unnest($3::text[]) WITH ORDINALITY AS u (code, nth)
JOIN names n ON n.what = $2 AND n.code = u.code
ON CONFLICT DO NOTHING
"""

_ROWS = "SELECT what, row_number, name FROM revision_rows WHERE revision = $1 ORDER BY row_number"


@dataclass(frozen=True, slots=True)
class Names:
    """One revision's rows as names."""

    revision: str
    tables: Mapping[str, Column]
    """By kind: int32, the name's number at each row."""

    def number(self, what: str, row: int) -> int:
        """The name of one row."""
        return int(self.tables[what][row])

    def numbers(self, what: str, rows: Column) -> Column:
        """Names of rows; a row below 0 is nobody: 0."""
        table = self.tables[what]
        return np.where(rows < 0, 0, table[np.maximum(rows, 0)]) if len(table) else 0 * rows

    def rows(self, what: str, numbers: Column) -> Column:
        """Rows of names; -1 where this revision no longer has it."""
        table = self.tables[what]
        back = np.full(max(table.max(initial=0), numbers.max(initial=0)) + 1, -1, np.int32)
        back[table] = np.arange(len(table))
        back[0] = -1
        return back[numbers]


async def register(connection: Connection, mine: Mine) -> None:
    """Write down a revision's names, once."""
    for what, codes in NAMED.items():
        await _register(connection, mine.revision, what, codes(mine))


async def _register(connection: Connection, revision: str, what: str, codes: Sequence[str]) -> None:
    await connection.execute(_ADD_NAMES, what, codes)
    await connection.execute(_ADD_ROWS, revision, what, codes)


async def load(connection: Connection, revision: str) -> Names:
    """What is written down of a revision; empty tables where nothing is."""
    found: dict[str, list[int]] = {what: [] for what in NAMED}
    for record in await connection.fetch(_ROWS, revision):
        found[record["what"]].append(record["name"])
    return Names(revision, {what: np.array(ids, np.int32) for what, ids in found.items()})


async def covering(connection: Connection, names: Names, what: str, rows: Column) -> Names:
    """Names that know every row, after making some for rows this database was never told of.

    Happens when the database was replaced while frames of an older revision lay in the spool.
    Their samples are kept, under names that say what is known: the revision and the row.
    """
    known, needed = len(names.tables[what]), int(rows.max(initial=-1)) + 1
    if needed <= known:
        return names
    codes = [f"{names.revision}/{row}" for row in range(needed)]
    await connection.execute(_ADD_NAMES, what, codes[known:])
    await connection.execute(_ADD_ROWS, names.revision, what, codes)
    return await load(connection, names.revision)
