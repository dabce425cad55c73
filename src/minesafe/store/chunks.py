"""Rows as chunks: all of one point, or of one person, in one minute, squeezed into one row.

A plain PostgreSQL keeps a year of one sample a second this way in a tenth of the space that rows
and their index would take, and takes them in without a random write (decision 0104).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.steps import MINUTE, starts
from minesafe.store.squeeze import MOST_ROWS, expand_alike, squeeze

Table = Mapping[str, Column]
"""Stored columns by name, equally long."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table of samples holds."""

    name: str
    key: str
    """The column that says whose they are."""
    columns: Mapping[str, str]
    """In the order they are stored, and as NumPy has them; those of `key` and `feed` stand outside
    of a chunk's body."""

    @property
    def body(self) -> tuple[str, ...]:
        """Columns within a chunk."""
        return tuple(name for name in self.columns if name not in (self.key, "feed"))


READINGS = Shape(
    "readings",
    "point",
    {
        "sampled": "<i8",
        "received": "<i8",
        "value": "<f8",
        "seq": "<i8",
        "ord": "<i4",
        "point": "<i4",
        "feed": "<i2",
        "quality": "<i2",
    },
)

SIGHTINGS = Shape(
    "sightings",
    "tag",
    {
        "sampled": "<i8",
        "received": "<i8",
        "chainage": "<f8",
        "x": "<f8",
        "y": "<f8",
        "z": "<f8",
        "seq": "<i8",
        "ord": "<i4",
        "tag": "<i4",
        "station": "<i4",
        "roadway": "<i4",
        "level": "<i4",
        "error": "<f4",
        "feed": "<i2",
        "flags": "<i2",
        "quality": "<i2",
    },
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one key, one minute and one feed, in order of time."""

    key: int
    minute: int
    """Minutes since 1970 by sample time; of a time before it below 0."""
    feed: int
    rows: int
    body: bytes


def in_order(shape: Shape, table: Table) -> Table:
    """Rows by key, minute, feed, time, and then as they came."""
    minute = table["sampled"] // MINUTE
    order = np.lexsort(
        (table["ord"], table["seq"], table["sampled"], table["feed"], minute, table[shape.key])
    )
    return {name: column[order] for name, column in table.items()}


def groups_of(shape: Shape, table: Table) -> Column:
    """Where each chunk of rows in order begins; none is longer than `MOST_ROWS`."""
    groups = starts(table[shape.key], table["sampled"] // MINUTE, table["feed"])
    sizes = np.diff(np.append(groups, len(table["seq"])))
    further = [
        np.arange(begin, begin + size, MOST_ROWS)
        for begin, size in zip(groups[sizes > MOST_ROWS], sizes[sizes > MOST_ROWS], strict=True)
    ]
    return np.unique(np.concatenate([groups, *further]))


def chunked(shape: Shape, table: Table, groups: Column) -> Iterator[Chunk]:
    """Rows in order as chunks, one a group."""
    body = {name: table[name] for name in shape.body} | {
        "received": table["received"] - table["sampled"]  # a delay is small, and often always 0
    }
    minute = table["sampled"] // MINUTE
    ends = np.append(groups[1:], len(minute))
    for begin, end in zip(groups.tolist(), ends.tolist(), strict=True):
        yield Chunk(
            key=int(table[shape.key][begin]),
            minute=int(minute[begin]),
            feed=int(table["feed"][begin]),
            rows=end - begin,
            body=squeeze([body[name][begin:end] for name in shape.body]),
        )


def opened(shape: Shape, chunks: Sequence[Chunk]) -> Table:
    """The rows of chunks again, in no certain order.

    Raises:
        StoreUnavailable: a chunk is not what was stored.
    """
    alike: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        alike.setdefault(chunk.rows, []).append(chunk)
    parts = [_opened(shape, rows, group) for rows, group in alike.items()]
    return {
        name: np.concatenate([part[name] for part in parts])
        if parts
        else np.empty(0, shape.columns[name])
        for name in shape.columns
    }


def _opened(shape: Shape, rows: int, chunks: Sequence[Chunk]) -> Table:
    """Of chunks that hold equally many rows."""
    types = [shape.columns[name] for name in shape.body]
    columns = expand_alike([c.body for c in chunks], types)
    table = {n: c.ravel() for n, c in zip(shape.body, columns, strict=True)}
    table["received"] = table["received"] + table["sampled"]
    table[shape.key] = np.repeat(np.array([c.key for c in chunks], np.int32), rows)
    table["feed"] = np.repeat(np.array([c.feed for c in chunks], np.int16), rows)
    return table
