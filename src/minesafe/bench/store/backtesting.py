"""A back-test of a day: one limit changed, in a table of ever more points.

One point's day is stored as the writer does it, in frames of which each says that it held all
points; the others are copies of its minutes in the database, for what is measured is finding one
among many and judging its day, second by second.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from minesafe.backtest import Asked, back_test
from minesafe.bench.store.keeping import START, mine_of
from minesafe.embedded import kernels
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.store.history import PostgresHistory

LADDER = (200, 1_000, 2_000)
"""Points whose day is there."""

SECONDS = 86_400
BATCH = 500

LOOPS = True
"""Judge by compiled loops, as a server does from its second start on."""

LIMIT = 0.55
"""Tried instead of the point's own: its gas comes to it now and then."""

_NAMES = """
SELECT n.id FROM revision_rows r JOIN names n ON n.id = r.name
WHERE r.revision = $1 AND r.what = 'point' ORDER BY r.row_number
"""

_FEED = "SELECT id FROM feeds WHERE identity = 'spool:bench-backtest'"

_COPIES = """
INSERT INTO reading_chunks (minute, first, last, lowest, highest, total, opening, closing,
                            point, rows, believed, feed, body)
SELECT minute, first, last, lowest, highest, total, opening, closing,
       other, rows, believed, feed, body
FROM reading_chunks c, unnest($1::int[]) AS other WHERE c.feed = $2 AND c.point = $3
"""

_HELD = "UPDATE frames SET readings = $2 WHERE feed = $1"


async def run(dsn: str, folder: Path, seed: int) -> dict[str, Any]:
    """Seconds a back-test of a day takes, by how many points there are, and how often it fired."""
    mine = mine_of(max(LADDER))
    mine = replace(mine, revision="fedcba9876543210", logic=(), suppressions=())
    loops = await asyncio.to_thread(_loops, folder / "kernels")
    history = PostgresHistory(dsn, mine, spool="bench-backtest", journal="bench-backtest")
    for batch in _day(mine, np.random.default_rng(seed)):
        await history.write(batch)
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=1800)
    seconds, fired, there = {}, 0, 1
    try:
        feed = await connection.fetchval(
            "SELECT id FROM feeds WHERE identity LIKE '%bench-backtest'"
        )
        every = [row["id"] for row in await connection.fetch(_NAMES, mine.revision)]
        for points in LADDER:
            await connection.execute(_COPIES, every[there:points], feed, every[0])
            await connection.execute(_HELD, feed, points)
            await connection.execute("ANALYZE reading_chunks; ANALYZE frames")
            there = points
            begin = time.perf_counter()
            fired = await _tried(history, mine, loops)
            seconds[str(points)] = round(time.perf_counter() - begin, 1)
    finally:
        await connection.close()
        await history.close()
    return {"backtest_day_s": seconds, "backtest_fired": fired}


def _loops(cache: Path) -> Kernels:
    return kernels.compiled(cache).kernels if LOOPS else ARRAYS


async def _tried(history: PostgresHistory, mine: Mine, loops: Kernels) -> int:
    first = mine.points[0]
    other = replace(first, limits=replace(first.limits, warn_high=LIMIT))
    asked = Asked(mine, replace(mine, points=(other, *mine.points[1:])))
    span = START, START + SECONDS * SECOND
    report = await back_test(history, asked, span, lambda _seq: None, kernels=loops)
    assert (report.frames, report.points) == (SECONDS, 1), report
    return report.total().would_fire


def _day(mine: Mine, hand: np.random.Generator) -> Iterator[list[Frame]]:
    """Frames of a second, of the first point's gas."""
    wander = np.cumsum(hand.normal(0, 0.004, SECONDS))
    value = np.round(0.3 + 0.3 * np.abs(np.sin(wander)), 2)
    batch: list[Frame] = []
    for second in range(SECONDS):
        at = START + second * SECOND
        told = Readings.of([(0, value[second], 0, at, at + 20_000)])
        batch.append(Frame(second + 1, at, mine.revision, told, Sightings.none()))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
