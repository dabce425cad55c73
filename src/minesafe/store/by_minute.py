"""By minute, beside the chunks of a plain PostgreSQL: who was where, and what was not believed."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.presence import Presence
from minesafe.model.quality import BELIEVED
from minesafe.model.spell import Spells
from minesafe.model.steps import MINUTE
from minesafe.model.time import SECOND, Micros
from minesafe.store.chunks import SIGHTINGS, Chunk, Table, opened
from minesafe.store.presences import added, present, rounded, unpacked
from minesafe.store.records import as_columns

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_PRESENT = """
SELECT sampled - (sampled % 60000000 + 60000000) % 60000000 AS minute, tag, roadway,
       count(*) AS samples, min(sampled) AS first, max(sampled) AS last,
       min(chainage) FILTER (WHERE abs(chainage) < 'infinity') AS low,
       max(chainage) FILTER (WHERE abs(chainage) < 'infinity') AS high,
       min(x) FILTER (WHERE abs(x) < 'infinity') AS west,
       max(x) FILTER (WHERE abs(x) < 'infinity') AS east,
       min(y) FILTER (WHERE abs(y) < 'infinity') AS south,
       max(y) FILTER (WHERE abs(y) < 'infinity') AS north
FROM sightings WHERE sampled >= $1 AND sampled < $2 AND tag > 0 GROUP BY 1, tag, roadway
"""

_PRESENCES = "SELECT minute, body FROM presences WHERE minute >= $1 AND minute < $2"

_EVERYBODY = """
SELECT tag AS key, minute, feed, rows, body FROM sighting_chunks
WHERE minute >= $1 AND minute < $2 AND tag > 0
"""

_SPELLS = """
SELECT floor(minute::numeric / $4)::bigint, quality::int, sum(samples)::bigint FROM reading_spells
WHERE point = $1 AND minute >= $2 AND minute < $3 GROUP BY 1, 2
"""


async def presence(connection: Connection, span: tuple[Micros, Micros]) -> Table:
    """As `Shelf.presence`. Slots and rows in one short transaction, opened after it."""
    low, high = span[0] // MINUTE, -(-span[1] // MINUTE)
    async with connection.transaction():
        recent = await connection.fetch(_PRESENT, low * MINUTE, high * MINUTE)
        since = int(await connection.fetchval("SELECT minute FROM presences_since"))
        rows = await connection.fetch(_PRESENCES, max(low, since), high)
        older = await connection.fetch(_EVERYBODY, low, min(high, since))
    return await asyncio.to_thread(_presence, recent, rows, older)


def _presence(
    recent: Sequence[asyncpg.Record],
    rows: Sequence[asyncpg.Record],
    older: Sequence[asyncpg.Record],
) -> Table:
    """What is in the slots, what is packed, and what was packed before there were presences."""
    chunks = [Chunk(r["key"], r["minute"], r["feed"], r["rows"], r["body"]) for r in older]
    parts = [
        rounded(as_columns(Presence.DTYPES, recent)),
        unpacked([(r["minute"], r["body"]) for r in rows]),
        present(opened(SIGHTINGS, chunks)),
    ]
    return added({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def whole(span: tuple[Micros, Micros], width_s: int) -> tuple[Micros, Micros]:
    """From the first step that begins in a span to the end of the last."""
    width = width_s * SECOND
    return -(-span[0] // width) * width, -(-span[1] // width) * width


async def spells(
    connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int, recent: Table
) -> Spells:
    """As `Shelf.spells`; `recent` are the point's rows in the slots."""
    every = width_s * SECOND // MINUTE
    low, high = (at // MINUTE for at in whole(span, width_s))
    parts = [tuple(r) for r in await connection.fetch(_SPELLS, point, low, high, every)]
    parts += [(minute // every, q, n) for minute, _, n, q in doubted(recent)]
    total: dict[tuple[int, int], int] = {}
    for step, quality, samples in parts:
        total[step, quality] = total.get((step, quality), 0) + samples
    return Spells.of([(step * width_s * SECOND, q, n) for (step, q), n in sorted(total.items())])


def doubted(table: Table) -> list[tuple[int, int, int, int]]:
    """Readings of no believed quality by minute, point and quality, and how many."""
    bad = np.flatnonzero(~np.isin(table["quality"], [int(q) for q in BELIEVED]))
    keys = (table["sampled"][bad] // MINUTE, table["point"][bad], table["quality"][bad])
    rows, count = np.unique(np.stack(keys, axis=1), axis=0, return_counts=True)
    whole = zip(rows.tolist(), count.tolist(), strict=True)
    return [(minute, point, n, quality) for (minute, point, quality), n in whole]
