"""Frames and events as COPY: which column of a table comes from where."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias

import asyncpg
import msgspec
import numpy as np

from minesafe.model.events import Event
from minesafe.model.frame import Column, Columns, Frame, Readings, Sightings
from minesafe.store.names import Names
from minesafe.store.pgcopy import pgcopy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_CHUNK = 1 << 18
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


async def frames(connection: Connection, feed: int, rows: Sequence[Frame]) -> None:
    """One row a frame."""
    await connection.copy_records_to_table(
        "frames",
        columns=("feed", "seq", "now", "revision"),
        records=[(feed, f.seq, f.now, f.revision) for f in rows],
    )


async def readings(
    connection: Connection, feed: int, rows: Sequence[Frame], joined: Readings, names: Names
) -> None:
    """One row a reading."""
    seq, order = _numbered(rows, [f.readings for f in rows])
    columns = {
        "sampled": (">i8", joined.sampled),
        "received": (">i8", joined.received),
        "value": (">f8", joined.value),
        "seq": (">i8", seq),
        "ord": (">i4", order),
        "point": (">i4", names.numbers("point", joined.point)),
        "feed": (">i2", np.full(len(joined), feed)),
        "quality": (">i2", joined.quality),
    }
    await _copy(connection, "readings", columns)


async def sightings(
    connection: Connection, feed: int, rows: Sequence[Frame], joined: Sightings, names: Names
) -> None:
    """One row a sighting."""
    seq, order = _numbered(rows, [f.sightings for f in rows])
    columns = {
        "sampled": (">i8", joined.sampled),
        "received": (">i8", joined.received),
        "chainage": (">f8", joined.chainage),
        "x": (">f8", joined.x),
        "y": (">f8", joined.y),
        "z": (">f8", joined.z),
        "seq": (">i8", seq),
        "ord": (">i4", order),
        "tag": (">i4", names.numbers("person", joined.tag)),
        "station": (">i4", names.numbers("reader", joined.station)),
        "roadway": (">i4", names.numbers("roadway", joined.roadway)),
        "level": (">i4", names.numbers("level", joined.level)),
        "error": (">f4", joined.error),
        "feed": (">i2", np.full(len(joined), feed)),
        "flags": (">i2", joined.flags),
        "quality": (">i2", joined.quality),
    }
    await _copy(connection, "sightings", columns)


def _numbered(rows: Sequence[Frame], parts: Sequence[Columns]) -> tuple[Column, Column]:
    """For every joined row its frame's seq and its place within the frame."""
    lengths = [len(part) for part in parts]
    seq = np.repeat(np.array([frame.seq for frame in rows], np.int64), lengths)
    order = np.concatenate([np.arange(n) for n in lengths]) if lengths else np.empty(0, np.int64)
    return seq, order


async def _copy(connection: Connection, table: str, columns: dict[str, tuple[str, Column]]) -> None:
    if not len(columns["seq"][1]):
        return
    await connection.copy_to_table(
        table, source=_chunks(pgcopy(columns)), columns=list(columns), format="binary"
    )


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    """Pieces, because the loop must get a turn while a large batch is sent."""
    view = memoryview(data)
    for start in range(0, len(data), _CHUNK):
        yield bytes(view[start : start + _CHUNK])


async def events(connection: Connection, feed: int, rows: Sequence[Event]) -> None:
    """One row an event."""
    await connection.copy_records_to_table(
        "events",
        columns=(
            *("feed", "position", "recorded", "valid", "frame", "cause"),
            *("epoch", "kind", "body", "hash"),
        ),
        records=[
            (feed, e.position, e.recorded, e.valid, e.frame, e.cause, e.epoch, *_body(e), e.hash)
            for e in rows
        ],
    )


def _body(event: Event) -> tuple[str, str]:
    """Kind and JSON. PostgreSQL's jsonb refuses U+0000, which a device's text may hold."""
    text = msgspec.json.encode(event.body).decode()
    return str(event.body.__struct_config__.tag), _NUL.sub(r"\1\\ufffd", text)
