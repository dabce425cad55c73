"""The history's shelf on a plain PostgreSQL: narrow rows of the newest minute, chunks before.

A frame's rows go into the slot of its minute. When a newer minute has begun, the slot is read, its
rows are squeezed into chunks, and it is emptied, all in the transaction that stores the newer
frames: so a row is always in one of the two places. What comes late in a backlog, whose minute is
over already, goes into chunks straight away.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

import asyncpg
import numpy as np

from minesafe.model.frame import Column
from minesafe.model.spell import Spells
from minesafe.model.steps import MINUTE, WIDTHS_S, Steps, is_believed, merged, starts, summed
from minesafe.model.time import SECOND, Micros
from minesafe.model.trend import Trend
from minesafe.store import by_frame, by_minute
from minesafe.store.by_frame import SLOTS, as_chunks
from minesafe.store.chunks import (
    READINGS,
    Chunk,
    Shape,
    Table,
    chunked,
    groups_of,
    in_order,
    opened,
)
from minesafe.store.copies import copy_in, copy_out, copy_steps
from minesafe.store.presences import packed, present
from minesafe.store.records import as_table
from minesafe.store.shelf import Sought

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

BOTH = 2
"""Minutes of a write that go by way of the slots: the newest, and the one it ends: most of that
one may lie there already, and is to be squeezed together with the rest. Older ones are a backlog.
"""

PAGE = 600
"""Chunks read at a time: ten hours of a point."""

_CHUNKS = """
SELECT {key} AS key, minute, feed, rows, body FROM {chunks}
WHERE {key} {whose} AND minute BETWEEN $2 AND $3 ORDER BY minute, feed, {key}
LIMIT $4 OFFSET $5
"""

_RECENT = "SELECT * FROM {name} WHERE {key} = ANY($1) AND sampled >= $2 AND sampled < $3"

_HELD = "SELECT name, minute FROM slots WHERE name LIKE $1 ORDER BY name FOR UPDATE"

_NAME = "UPDATE slots SET minute = $2 WHERE name = $1"

_MINUTES = """
(SELECT minute * 60000000 AS start, rows::bigint AS samples, believed, lowest, highest, total,
        first, opening, last, closing
 FROM reading_chunks WHERE point = $1 AND minute BETWEEN $2 AND $3
 UNION ALL
 SELECT start, samples, believed, lowest, highest, total, first, opening, last, closing
 FROM reading_steps WHERE point = $1 AND width_s = 60
   AND start BETWEEN $2 * 60000000::bigint AND $3 * 60000000::bigint) AS minutes
"""
"""Those whose samples are gone are among the steps (`retention`)."""

_WITHIN = "point = $1 AND width_s = $2 AND start >= $3 AND start < $4"

_ADD_STEPS = """
INSERT INTO reading_steps AS s (point, width_s, start, samples, believed, lowest, highest, total,
                                first, opening, last, closing)
SELECT * FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[],
                     $6::float8[], $7::float8[], $8::float8[], $9::bigint[], $10::float8[],
                     $11::bigint[], $12::float8[])
ON CONFLICT (point, width_s, start) DO UPDATE SET
  samples = s.samples + excluded.samples,
  believed = s.believed + excluded.believed,
  lowest = least(s.lowest, excluded.lowest),
  highest = greatest(s.highest, excluded.highest),
  total = coalesce(s.total, 0) + coalesce(excluded.total, 0),
  opening = CASE WHEN s.first <= excluded.first THEN s.opening
                 ELSE coalesce(excluded.opening, s.opening) END,
  closing = CASE WHEN s.last > excluded.last THEN s.closing
                 ELSE coalesce(excluded.closing, s.closing) END,
  first = least(s.first, excluded.first),
  last = greatest(s.last, excluded.last)
"""


class Minutes:
    """Implements `Shelf`."""

    migrations = "plain"

    async def store(
        self, connection: Connection, shape: Shape, table: Table, minutes: Column
    ) -> None:
        """As `Shelf.store`."""
        newest = int(minutes.max())
        over = minutes <= newest - BOTH
        if over.any():
            await _pack(connection, shape, {name: c[over] for name, c in table.items()})
        now = [int(minute) for minute in np.unique(minutes[~over])]
        held = await _make_room(connection, shape, now)
        for minute in now:
            part = {name: column[minutes == minute] for name, column in table.items()}
            await copy_in(connection, _slot(shape, minute), shape.columns, part)
        for name, minute in held.items():
            if minute < newest:
                await _empty(connection, shape, name, None)

    async def several(
        self,
        connection: Connection,
        shape: Shape,
        keys: Sequence[int],
        span: tuple[Micros, Micros],
        limit: int,
    ) -> Table:
        """As `Shelf.several`.

        The slots first: what moves on to the chunks meanwhile is met twice, and counts once. They
        are not held: a reader that holds one holds up the writer who empties it.
        """
        parts = [await _recent(connection, shape, keys, span)]
        found, page = 0, 0
        while found < limit:
            chunks = await _chunks(connection, shape, keys, span, page)
            if not chunks:
                break
            parts.append(_within(await asyncio.to_thread(opened, shape, chunks), span))
            found += len(parts[-1]["seq"])
            page += 1
        return _once(shape, parts, limit)

    async def presence(self, connection: Connection, span: tuple[Micros, Micros]) -> Table:
        """As `Shelf.presence`. Slots and rows in one short transaction, opened after it."""
        return await by_minute.presence(connection, span)

    async def spells(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Spells:
        """As `Shelf.spells`."""
        async with connection.transaction():
            recent = await _recent(connection, READINGS, [point], by_minute.whole(span, width_s))
            return await by_minute.spells(connection, point, span, width_s, recent)

    async def of_frames(self, connection: Connection, shape: Shape, sought: Sought) -> Table:
        """As `Shelf.of_frames`."""
        return await by_frame.of_frames(connection, shape, sought)

    async def newest(
        self,
        connection: Connection,
        shape: Shape,
        feed: int,
        keys: Sequence[int],
        before: tuple[int, Micros],
    ) -> Table:
        """As `Shelf.newest`."""
        return await by_frame.newest(connection, shape, feed, keys, before)

    async def trend(
        self, connection: Connection, point: int, span: tuple[Micros, Micros], width_s: int
    ) -> Trend:
        """As `Shelf.trend`."""
        low, high = span
        async with connection.transaction():
            recent = await _recent(connection, READINGS, [point], span)
            if width_s == WIDTHS_S[0]:
                minutes = (low // MINUTE, (high - 1) // MINUTE)
                found = await copy_steps(connection, _MINUTES, "true", point, *minutes)
            else:
                words = (point, width_s, low, high)
                found = await copy_steps(connection, "reading_steps", _WITHIN, *words)
        both = Trend.joined([found, step_of_each(recent)])
        return merged(Steps(np.full(len(both), point), both), width_s * SECOND).trend


def _slot(shape: Shape, minute: int) -> str:
    return f"{shape.name}_{minute % SLOTS}"


# --- from rows to chunks -------------------------------------------------------------------


async def _make_room(connection: Connection, shape: Shape, now: Sequence[int]) -> dict[str, int]:
    """Name the slots these minutes go to, emptied of any other; which slot then holds which."""
    wanted = {_slot(shape, minute): minute for minute in now}
    rows = await connection.fetch(_HELD, f"{shape.name}\\_%")
    held: dict[str, int | None] = {row["name"]: row["minute"] for row in rows}
    for name, minute in wanted.items():
        if held[name] is None:
            await connection.execute(_NAME, name, minute)
        elif held[name] != minute:
            await _empty(connection, shape, name, minute)
    return {name: minute for name, minute in (held | wanted).items() if minute is not None}


async def _empty(connection: Connection, shape: Shape, name: str, minute: int | None) -> None:
    """What a slot holds becomes chunks; it is another minute's from now on, or nobody's."""
    await _pack(connection, shape, await copy_out(connection, name, shape.columns))
    await connection.execute(f"TRUNCATE {name}")
    await connection.execute(_NAME, name, minute)


async def _pack(connection: Connection, shape: Shape, table: Table) -> None:
    """Store rows as chunks, and what they add up to."""
    if not len(table["seq"]):
        return
    rows = await asyncio.to_thread(in_order, shape, table)
    groups = groups_of(shape, rows)
    chunks = await asyncio.to_thread(lambda: list(chunked(shape, rows, groups)))
    if shape is READINGS:
        await _store_readings(connection, rows, groups, chunks)
        return
    await connection.copy_records_to_table(
        "sighting_chunks",
        columns=("minute", "tag", "rows", "feed", "body"),
        records=[(c.minute, c.key, c.rows, c.feed, c.body) for c in chunks],
    )
    seen = await asyncio.to_thread(lambda: list(packed(present(rows))))
    await connection.copy_records_to_table(
        "presences", columns=("minute", "rows", "body"), records=seen
    )


async def _store_readings(
    connection: Connection, rows: Table, groups: Column, chunks: Sequence[Chunk]
) -> None:
    """Each chunk with its minute's step, and the longer steps."""
    good = is_believed(rows["value"], rows["quality"])
    start = np.array([c.minute for c in chunks]) * MINUTE
    trend = summed(groups, start, rows["sampled"], rows["value"], good)
    steps = [_nullable(trend, name) for name in _STEP]
    outer = [(c.minute, c.key, c.rows, c.feed, c.body) for c in chunks]
    await connection.copy_records_to_table(
        "reading_chunks",
        columns=("minute", "point", "rows", "feed", "body", "believed", *_STEP),
        records=[
            (*of_chunk, believed, *of_step)
            for of_chunk, believed, *of_step in zip(
                outer, trend.believed.tolist(), *steps, strict=True
            )
        ],
    )
    spells = by_minute.doubted(rows)
    if spells:
        await connection.copy_records_to_table(
            "reading_spells",
            columns=("minute", "point", "samples", "quality"),
            records=spells,
        )
    minutes = Steps(np.array([c.key for c in chunks]), trend)
    for width_s in WIDTHS_S[1:]:
        await _add_steps(connection, merged(minutes, width_s * SECOND), width_s)


async def _add_steps(connection: Connection, steps: Steps, width_s: int) -> None:
    trend = steps.trend
    whole = (trend.start, trend.samples, trend.believed)
    await connection.execute(
        _ADD_STEPS,
        steps.point.tolist(),
        [width_s] * len(steps.point),
        *(column.tolist() for column in whole),
        *(_nullable(trend, name) for name in _STEP),
    )


_STEP = ("lowest", "highest", "total", "first", "opening", "last", "closing")
"""What is NULL where no sample is believed."""


def _nullable(trend: Trend, name: str) -> list[float | None]:
    some, values = trend.believed.tolist(), getattr(trend, name).tolist()
    return [value if n else None for n, value in zip(some, values, strict=True)]


# --- reading ---------------------------------------------------------------------------------


async def _recent(
    connection: Connection, shape: Shape, keys: Sequence[int], span: tuple[Micros, Micros]
) -> Table:
    query = _RECENT.format(name=shape.name, key=shape.key)
    return as_table(shape, await connection.fetch(query, list(keys), *span))


def _once(shape: Shape, parts: Sequence[Table], limit: int) -> Table:
    """Rows of all parts by time and as they came, each once."""
    whole = {name: np.concatenate([part[name] for part in parts]) for name in shape.columns}
    order = np.lexsort((whole["ord"], whole["seq"], whole["feed"], whole["sampled"]))
    whole = {name: column[order] for name, column in whole.items()}
    first = starts(*(whole[name] for name in ("sampled", "feed", "seq", "ord")))[:limit]
    return {name: column[first] for name, column in whole.items()}


async def _chunks(
    connection: Connection,
    shape: Shape,
    keys: Sequence[int],
    span: tuple[Micros, Micros],
    page: int,
) -> list[Chunk]:
    """A page of chunks by time; one key alone is met in the order of its index."""
    whose = "= ANY($1)" if len(keys) > 1 else "= ($1::int[])[1]"
    chunks = f"{shape.name.removesuffix('s')}_chunks"
    query = _CHUNKS.format(key=shape.key, chunks=chunks, whose=whose)
    minutes = (span[0] // MINUTE, (span[1] - 1) // MINUTE)
    records = await connection.fetch(query, list(keys), *minutes, PAGE, page * PAGE)
    return as_chunks(records)


def _within(table: Table, span: tuple[Micros, Micros]) -> Table:
    inside = (table["sampled"] >= span[0]) & (table["sampled"] < span[1])
    return {name: column[inside] for name, column in table.items()}


def step_of_each(table: Table) -> Trend:
    """Every row as a step of its own."""
    if not len(table["seq"]):
        return Trend.none()
    order = np.lexsort((table["ord"], table["seq"], table["sampled"]))
    sampled, value, quality = (table[name][order] for name in ("sampled", "value", "quality"))
    return summed(np.arange(len(value)), sampled, sampled, value, is_believed(value, quality))
