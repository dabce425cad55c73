"""What is over is cleared away: samples after 400 days, minutes after 800.

The law asks for one year and for two (docs/storage.md); longer steps and events stay for ever. A
bite at a time: each is a transaction of its own over rows nobody writes any more, waits for
nobody's lock, and leaves the disk to the writer between two of them. On TimescaleDB samples and
minutes are dropped by its own policies; what is no hypertable is cleared from here there too.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from minesafe.model.errors import StoreUnavailable
from minesafe.model.steps import MINUTE
from minesafe.model.time import SECOND, Micros
from minesafe.store.database import Database
from minesafe.store.shelves import shelf_of

log = logging.getLogger(__name__)
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

DAY: Micros = 86_400 * SECOND

SAMPLES = 400 * DAY
"""How long samples, frames and the map of each minute are kept; the law asks for a year."""

STEPS = 800 * DAY
"""How long minutes and attendance are kept; the law asks for two years."""

AT_ONCE = DAY
"""How much a turn clears at most, by the time of the samples. Together with `EVERY_S` it bounds
what a clock that stands a year ahead can cost before somebody has seen that it does: a day an
hour, and not a year at once."""

EVERY_S = 3600.0
"""Real seconds from turn to turn."""

REST_S = 0.2
"""Real seconds between two bites, so that they take a part of the disk and not all of it."""

BITE = 5_000
"""Rows of a bite, where they are counted."""

BITE_S = 30.0
"""Real seconds for one."""

_THROUGH = "SELECT through FROM retention"

_FIRST = """
SELECT min(now) FROM feeds, LATERAL (SELECT now FROM frames WHERE feed = feeds.id
                                     ORDER BY seq LIMIT 1) AS first
"""

_TURNED = """
INSERT INTO retention (through) VALUES ($1)
ON CONFLICT (one) DO UPDATE SET through = $1, turned = clock_timestamp()
"""

_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

_LATE = """
NOT EXISTS (SELECT FROM late_hours l JOIN frames f ON f.feed = l.feed AND f.seq = l.seq_to
            WHERE l.feed = c.feed AND l.what = '{what}' AND l.key = c.{key}
              AND l.hour = floor(c.minute / 60.0)::bigint AND f.now >= $2)
"""
"""Rows that are old by their own label only, for a device's clock stood wrong: they are as young
as the frame they came in, and stay as long."""

_SAMPLES = f"""
WITH gone AS (DELETE FROM reading_chunks c WHERE minute = $1
              AND {_LATE.format(what="readings", key="point")} RETURNING *)
INSERT INTO reading_steps AS s (point, width_s, start, samples, believed, lowest, highest, total,
                                first, opening, last, closing)
SELECT point, 60, minute * 60000000, sum(rows), sum(believed), min(lowest), max(highest),
       sum(total), min(first), (array_agg(opening ORDER BY first) FILTER (WHERE believed > 0))[1],
       max(last), (array_agg(closing ORDER BY last DESC) FILTER (WHERE believed > 0))[1]
FROM gone GROUP BY point, minute
ON CONFLICT (point, width_s, start) DO UPDATE SET
  samples = s.samples + excluded.samples,
  believed = s.believed + excluded.believed,
  lowest = least(s.lowest, excluded.lowest),
  highest = greatest(s.highest, excluded.highest),
  total = coalesce(s.total + excluded.total, s.total, excluded.total),
  opening = CASE WHEN s.first <= excluded.first THEN s.opening
                 ELSE coalesce(excluded.opening, s.opening) END,
  closing = CASE WHEN s.last > excluded.last THEN s.closing
                 ELSE coalesce(excluded.closing, s.closing) END,
  first = least(s.first, excluded.first),
  last = greatest(s.last, excluded.last)
"""  # noqa: S608  words of ours

_PLACES = f"""
DELETE FROM sighting_chunks c WHERE minute = $1 AND {_LATE.format(what="sightings", key="tag")}
"""  # noqa: S608  words of ours


@dataclass(frozen=True, slots=True)
class Drop:
    """Something that is kept for so long, and how a bite of what is over is taken."""

    kept: Micros
    bite: str
    """SQL; $1 is what is being cleared, $2 the time everything of which is over before."""
    each: str = ""
    """SQL: the next thing to be cleared after $1 and before time $2, NULL where there is none.
    Without it the bite is taken again until it finds fewer than `BITE` rows ($1)."""


def _minutes(kept: Micros, table: str, bite: str) -> Drop:
    over = f"minute > $1 AND minute < $2::bigint / {MINUTE}"
    return Drop(kept, bite, f"SELECT min(minute) FROM {table} WHERE {over}")  # noqa: S608  ours


def _rows(kept: Micros, table: str, over: str) -> Drop:
    some = f"SELECT ctid FROM {table} WHERE {over} LIMIT $1"  # noqa: S608  words of ours
    return Drop(kept, f"DELETE FROM {table} WHERE ctid = ANY(ARRAY({some}))")  # noqa: S608  as above


_FRAMES = """
DELETE FROM frames WHERE ctid = ANY(ARRAY(
  SELECT f.ctid FROM feeds, LATERAL (SELECT ctid, now FROM frames WHERE feed = feeds.id
                                     ORDER BY seq LIMIT $1) f WHERE f.now < $2 LIMIT $1))
"""
"""A feed's frames are in order of time, so its first ones are its oldest."""

_NO_FRAMES = """
EXISTS (SELECT FROM feeds, LATERAL (SELECT seq, now FROM frames WHERE feed = feeds.id
                                    ORDER BY seq LIMIT 1) f
        WHERE feeds.id = late_hours.feed AND late_hours.seq_to < f.seq AND f.now >= $2)
"""
"""Late rows of which every frame is gone."""

EVERYWHERE = (
    _rows(SAMPLES, "moments", "now < $2"),
    Drop(SAMPLES, _FRAMES),
    _rows(SAMPLES, "late_hours", _NO_FRAMES),
)

PLAIN = (
    _minutes(SAMPLES, "reading_chunks", _SAMPLES),
    _minutes(SAMPLES, "sighting_chunks", _PLACES),
    _rows(SAMPLES, "readings_before", "sampled < $2"),
    _rows(SAMPLES, "sightings_before", "sampled < $2"),
    _rows(STEPS, "reading_steps", "width_s = 60 AND start < $2"),
    _rows(STEPS, "presences", f"minute < $2::bigint / {MINUTE}"),
    _rows(STEPS, "reading_spells", f"minute < $2::bigint / {MINUTE}"),
    *EVERYWHERE,
)

DROPS: dict[str, Sequence[Drop]] = {"plain": PLAIN, "timescale": EVERYWHERE}
"""By shelf."""


class Retention:
    """Clears away what is over. Runs under a supervisor, as a source does."""

    name = "retention"

    def __init__(
        self,
        dsn: str,
        now: Callable[[], Micros],
        *,
        rest_s: float = REST_S,
        at_once: Micros = AT_ONCE,
    ) -> None:
        """Nothing is connected yet.

        Args:
            dsn: where PostgreSQL is.
            now: the mine's time; where the database's own is earlier, that one counts.
            rest_s: real seconds between two bites.
            at_once: how much of the mine's time a turn clears at most.
        """
        self._database = Database(dsn, connections=1, settings={"lock_timeout": "100"})
        self._now, self._rest_s, self._at_once = now, rest_s, at_once

    async def run(self) -> None:
        """A turn an hour until cancelled; a database that is away is tried at the next."""
        try:
            while True:
                await asyncio.sleep(EVERY_S)
                try:
                    await self.turn()
                except StoreUnavailable as error:
                    log.warning("nothing is cleared away this hour: %s", error)
        finally:
            await self._database.close()

    async def turn(self) -> bool:
        """Clear what is over, a day of it at most; tells whether there was any.

        Raises:
            StoreUnavailable: not reachable now; what was cleared until then is, the rest is not.
        """
        through = await self._database.run(self._due, BITE_S)
        if through is None:
            return False
        shelf = await self._database.run(shelf_of, BITE_S)
        for drop in DROPS[shelf.migrations]:
            await self._clear(drop, through - drop.kept + SAMPLES)
        await self._database.run(lambda c: c.execute(_TURNED, through), BITE_S)
        return True

    async def _due(self, connection: Connection) -> Micros | None:
        """Up to where samples are over, and are to be cleared now."""
        now = min(self._now(), await connection.fetchval(_NOW))
        was = await connection.fetchval(_THROUGH) or await connection.fetchval(_FIRST)
        over = (now - SAMPLES) // MINUTE * MINUTE
        return None if was is None or was >= over else int(min(was + self._at_once, over))

    async def _clear(self, drop: Drop, over: Micros) -> None:
        what = BITE if not drop.each else await self._next(drop, _BEFORE_ALL, over)
        while what is not None:
            taken = await self._bite(drop.bite, what, over)
            if drop.each:
                what = await self._next(drop, what, over)
            elif taken < BITE:
                return
            if taken:
                await asyncio.sleep(self._rest_s)

    async def _next(self, drop: Drop, after: int, over: Micros) -> int | None:
        found = await self._database.run(lambda c: c.fetchval(drop.each, after, over), BITE_S)
        return None if found is None else int(found)

    async def _bite(self, bite: str, what: int, over: Micros) -> int:
        """How many rows it took: PostgreSQL says "DELETE 5" or "INSERT 0 5"."""
        done = await self._database.run(lambda c: c.execute(bite, what, over), BITE_S)
        return int(done.rsplit(" ", 1)[1])

    async def close(self) -> None:
        """Tear the connection down."""
        await self._database.close()


_BEFORE_ALL = -(1 << 62)
