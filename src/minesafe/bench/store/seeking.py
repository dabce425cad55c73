"""How soon the map of any moment of 90 days is there: 2,000 points and 1,000 people, once a second.

Around each moment sought the rows are real, as the writer stores and squeezes them. Between them
there are the frames' heads (one in ten seconds) and a snapshot a minute; of those one in ten is
of full size and the others are small, for ninety days of full ones are six gigabytes.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from minesafe.bench.store.keeping import START, mine_of
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros
from minesafe.store.history import PostgresHistory

POINTS, PEOPLE = 2_000, 1_000
DAYS = 90
MOMENTS = 12
"""Stretches of raw rows, spread over the days."""
RAW_S = 200
"""Seconds of each."""
SEEKS = 8
"""Times sought within one, none of them twice."""
UNAIDED = 6
"""Of them again, as in a history of an earlier version."""
BATCH_S = 5

_HEADS = """
INSERT INTO frames (feed, seq, now, revision)
SELECT f.id, s, $2 + s * 1000000, $5 FROM feeds f, generate_series($3::bigint, $4::bigint, 10) AS s
WHERE f.identity = $1
"""

_SNAPSHOTS = """
INSERT INTO moments (seq, now, feed, readings, sightings)
SELECT s, $2 + s * 1000000, m.feed,
       CASE WHEN s / 60 % 10 = 0 THEN m.readings ELSE m.readings[:0] END,
       CASE WHEN s / 60 % 10 = 0 THEN m.sightings ELSE m.sightings[:0] END
FROM (SELECT m.* FROM moments m JOIN feeds f ON f.id = m.feed WHERE f.identity = $1
      ORDER BY seq LIMIT 1) AS m,
     generate_series($3::bigint, $4::bigint, 60) AS s
ON CONFLICT DO NOTHING
"""

_BYTES = """
SELECT max((SELECT sum(octet_length(b)) FROM unnest(m.readings || m.sightings) AS b))
FROM moments m
"""


async def run(dsn: str, folder: Path, seed: int) -> dict[str, Any]:
    """Milliseconds from the question to the moment, and bytes of a snapshot."""
    mine = _mine()
    history = PostgresHistory(dsn, mine, spool="bench-seek", journal="bench-seek")
    hand = np.random.default_rng(seed)
    begins = [DAYS * 86_400 * n // MOMENTS for n in range(MOMENTS)]
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=600)
    try:
        for begin, end in zip(begins, [*begins[1:], DAYS * 86_400], strict=True):
            await _write(history, mine, begin, hand)
            gap = (begin + RAW_S + 1, end)
            await connection.execute(_HEADS, "spool:bench-seek", START, *gap, mine.revision)
            await connection.execute(_SNAPSHOTS, "spool:bench-seek", START, *gap)
        await connection.execute("ANALYZE")
        spent = [await _seek(history, at) for at in _sought(begins, hand)]
        size = int(await connection.fetchval(_BYTES))
        await connection.execute("TRUNCATE moments")
        unaided = [await _seek(history, at) for at in _sought(begins, hand)[:UNAIDED]]
    finally:
        await connection.close()
        await history.close()
    return {
        "seek_ms": {
            "p50": round(float(np.percentile(spent, 50)), 1),
            "p99": round(float(np.percentile(spent, 99)), 1),
            "worst": round(max(spent), 1),
        },
        "seek_without_snapshots_ms": round(max(unaided), 1),
        "snapshot_bytes": size,
    }


def _mine() -> Mine:
    mine = mine_of(POINTS)
    one = mine.people[0]
    return replace(mine, people=tuple(replace(one, id=f"P{n:04d}") for n in range(PEOPLE)))


async def _write(history: PostgresHistory, mine: Mine, begin: int, hand: Any) -> None:
    """Real frames of some minutes."""
    value, place = hand.uniform(0, 0.6, POINTS), hand.uniform(0, 400, PEOPLE)
    batch: list[Frame] = []
    for second in range(begin + 1, begin + RAW_S + 1):
        value = np.abs(value + hand.normal(0, 0.004, POINTS))
        place = np.abs(place + hand.normal(0, 1.0, PEOPLE))
        at = START + second * SECOND
        batch.append(
            Frame(
                second, at, mine.revision, _readings(value, at, hand), _seen(mine, place, at, hand)
            )
        )
        if len(batch) == BATCH_S:
            await history.write(batch)
            batch = []


def _readings(value: Any, at: Micros, hand: Any) -> Readings:
    when = np.full(POINTS, at)
    delay = hand.integers(2_000, 40_000, POINTS)
    return Readings(np.arange(POINTS), np.round(value, 2), when * 0, when, when + delay)


def _seen(mine: Mine, place: Any, at: Micros, hand: Any) -> Sightings:
    none, when = np.zeros(PEOPLE, np.int64), np.full(PEOPLE, at)
    who = np.arange(PEOPLE)
    return Sightings(
        tag=who,
        station=who % len(mine.readers),
        roadway=who % len(mine.roadways),
        chainage=np.round(place, 1),
        level=none,
        x=np.round(place, 1),
        y=np.round(place / 2, 1),
        z=none,
        error=none + 2.5,
        flags=none,
        quality=none,
        sampled=when - hand.integers(0, 900_000, PEOPLE),
        received=when,
    )


def _sought(begins: Sequence[int], hand: Any) -> list[Micros]:
    """Times within the raw stretches, none twice in a row in the same."""
    return [
        START + int((begin + hand.uniform(70, RAW_S)) * SECOND)
        for _ in range(SEEKS)
        for begin in begins
    ]


async def _seek(history: PostgresHistory, at: Micros) -> float:
    begin = time.perf_counter()
    found = await history.moment(at)
    spent = 1000 * (time.perf_counter() - begin)
    assert found is not None
    assert (len(found.readings), found.now) == (POINTS, at // SECOND * SECOND)
    return spent
