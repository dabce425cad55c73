"""What a curve takes: a day of minutes, a year of hours, in a table of many points.

Of some points a day is squeezed as the writer does it; the others are copies of them in the
database, for what is measured is finding one among many.
"""

import statistics
import time
from pathlib import Path
from typing import Any

import asyncpg

from minesafe.bench.store.keeping import START, mine_of
from minesafe.model.steps import MINUTE
from minesafe.model.time import SECOND
from minesafe.store.history import PostgresHistory

DAY = 86_400 * SECOND
YEAR = 365 * DAY
LADDER = (200, 2_000)
"""Points whose day of minutes, and year of hours, are there."""

YEAR_OF_FIVE_MINUTES = 20
"""Points that have their five minutes too: 105,120 steps each."""

REPEATS = 20

_NAMES = """
SELECT n.id FROM revision_rows r JOIN names n ON n.id = r.name
WHERE r.revision = '0123456789abcdef' AND r.what = 'point' ORDER BY r.row_number
"""

_MINUTES = """
INSERT INTO reading_chunks (minute, first, last, lowest, highest, total, opening, closing,
                            point, rows, believed, feed, body)
SELECT minute, minute * 60000000, minute * 60000000 + 59000000, 0.1, 0.5, 18, 0.3, 0.3,
       point, 60, 60, 99, decode(repeat('00', 360), 'hex')
FROM generate_series($1::bigint, $2::bigint) AS minute, unnest($3::int[]) AS point
ORDER BY minute, point
"""

_STEPS = """
INSERT INTO reading_steps (start, first, last, samples, believed, lowest, highest, total, opening,
                           closing, point, width_s)
SELECT start, start, start, 3600, 3600, 0.1, 0.5, 1080, 0.3, 0.3, point, $4
FROM generate_series($1::bigint, $2::bigint, $4::bigint * 1000000) AS start,
     unnest($3::int[]) AS point
ORDER BY start, point
ON CONFLICT DO NOTHING
"""


async def run(dsn: str, folder: Path, seed: int) -> dict[str, Any]:
    """Milliseconds of a trend of 24 hours and of a year, by how many points there are."""
    mine = mine_of(max(LADDER))
    history = PostgresHistory(dsn, mine, spool="bench-asking", journal="bench-asking")
    await history.stored_through()
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=1800)
    begin, there = START - START % DAY, 0
    day, year = {}, {}
    try:
        every = [row["id"] for row in await connection.fetch(_NAMES)]
        for points in LADDER:
            await _fill(connection, begin, every[there:points], fine=not there)
            there = points
            day[str(points)] = await _median(history, points, (begin, begin + DAY), 60)
            year[str(points)] = await _median(history, points, (begin, begin + YEAR), 3600)
    finally:
        await connection.close()
        await history.close()
    return {"trend_24h_ms": day, "trend_1y_ms": year}


async def _fill(connection: Any, begin: int, points: list[int], *, fine: bool) -> None:
    """A day of minutes and a year of hours of the points; of some their five minutes too."""
    low = begin // MINUTE
    await connection.execute(_MINUTES, low, low + DAY // MINUTE - 1, points)
    await connection.execute(_STEPS, begin, begin + YEAR - 1, points, 3600)
    if fine:
        few = points[:YEAR_OF_FIVE_MINUTES]
        await connection.execute(_STEPS, begin, begin + YEAR - 1, few, 300)
    for table in ("reading_chunks", "reading_steps"):
        await connection.execute(f"VACUUM ANALYZE {table}")  # as autovacuum has by then


async def _median(
    history: PostgresHistory, points: int, span: tuple[int, int], width_s: int
) -> float:
    times = []
    for repeat in range(REPEATS):
        begin = time.perf_counter()
        found = await history.trend(repeat * 7919 % points, *span, width_s)
        times.append(1000 * (time.perf_counter() - begin))
        assert len(found) >= 1440, len(found)
    return round(statistics.median(times), 1)
