"""Ten thousand points once a second for an hour: what the writer costs, what a sample takes."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from minesafe.config import load, shipped
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros
from minesafe.store.history import PostgresHistory

POINTS = 10_000
MINUTES = 60
BATCH_S = 5
"""Frames written together: some seconds, as after a short wait for the disk."""

START: Micros = 1_764_000_000 * SECOND

_SIZE = """
SELECT pg_total_relation_size('reading_chunks') + pg_total_relation_size('reading_steps')
     + pg_total_relation_size('frames') + pg_total_relation_size('moments')
"""
_ROWS = "SELECT sum(rows) FROM reading_chunks"


async def run(dsn: str, folder: Path, seed: int) -> dict[str, Any]:
    """Share of a core, bytes a sample all told, and how long writes took.

    `seconds_a_second` is what a second of the mine takes: below 1 nothing waits, and
    `last_tenth_vs_first` says whether it grows with what is stored.
    """
    mine = mine_of(POINTS)
    history = PostgresHistory(dsn, mine, spool="bench", journal="bench")
    spent, times = 0.0, []
    for batch in batches(mine, MINUTES * 60, np.random.default_rng(seed)):
        at, begin = time.perf_counter(), time.process_time()
        await history.write(batch)
        spent += time.process_time() - begin
        times.append((time.perf_counter() - at) / len(batch))
    tenth = len(times) // 10 or 1
    await history.close()
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    size, rows = [await connection.fetchval(query) for query in (_SIZE, _ROWS)]
    await connection.close()
    return {
        "sustained_core_share": round(spent / (MINUTES * 60), 3),
        "longest_batch_s": round(max(times) * BATCH_S, 2),
        "seconds_a_second": round(statistics.mean(times), 3),
        "last_tenth_vs_first": round(
            statistics.mean(times[-tenth:]) / statistics.mean(times[:tenth]), 2
        ),
        "bytes_per_row": round(size / rows, 1),
    }


def mine_of(points: int) -> Mine:
    """A mine of so many methane points."""
    mine = load(shipped("demo"))
    kind = next(p for p in mine.points if p.kind == "methane")
    every = tuple(replace(kind, id=f"CH4-{n:05d}") for n in range(points))
    return replace(mine, revision="0123456789abcdef", points=every)


def batches(mine: Mine, seconds: int, hand: np.random.Generator) -> Iterator[list[Frame]]:
    """Frames of slowly changing gas, to the sensors' two places, with delays of a network."""
    count = len(mine.points)
    rows, quality = np.arange(count, dtype=np.int32), np.zeros(count, np.uint8)
    value = hand.uniform(0, 0.6, count)
    batch: list[Frame] = []
    for second in range(seconds):
        value = np.abs(value + hand.normal(0, 0.004, count))
        at = np.full(count, START + second * SECOND)
        readings = Readings(
            rows, np.round(value, 2), quality, at, at + hand.integers(2_000, 40_000, count)
        )
        batch.append(Frame(second + 1, int(at[0]), mine.revision, readings, Sightings.none()))
        if len(batch) == BATCH_S:
            yield batch
            batch = []
