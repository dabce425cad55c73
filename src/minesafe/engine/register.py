"""Who stands in which row, and by which definition: what a state is carried over by.

Row numbers mean something within one revision only. So beside the arrays goes, for every axis of
them, what its rows are called, and for every rule a *mark*: 64 bits that differ where its
definition does. Two revisions are then compared without either one's files.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from struct import Struct
from typing import Self

import msgspec
import numpy as np

from minesafe.engine.layout import Layout
from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Column
from minesafe.model.mine import Mine
from minesafe.model.windows import WindowFamily

_HEAD = Struct("<4sI")
_MAGIC = b"MSR1"

SENSOR, STEADY, FIRST_LIMIT = 0, 1, 2
"""Columns of a point's marks: what its values mean, what may not stand still, then its limits."""

_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Axis:
    """The rows of one axis (n)."""

    ids: tuple[str, ...]
    """No two alike."""
    marks: Column
    """(n, m) uint64; m = 0 where a row is what it is called."""

    @cached_property
    def row(self) -> dict[str, int]:
        """Row by id."""
        return {ident: i for i, ident in enumerate(self.ids)}


@dataclass(frozen=True, eq=False)
class Register:
    """The rows of one revision, by the letter of their axis.

    P points · W rules over time · G rules of several points · T people · Z zones · R readers ·
    Q posts · F fences · A roadways · V levels.
    """

    revision: str
    sizes: Mapping[str, int]
    """How long every axis of the state was, those without names too."""
    axes: Mapping[str, Axis]

    @classmethod
    def of(cls, mine: Mine, layout: Layout) -> Self:
        """The rows of a layout that was made of this mine."""
        points = _points(mine, layout)
        sensor = points.marks[:, SENSOR]
        return cls(
            mine.revision,
            layout.sizes,
            {
                "P": points,
                "W": _windows(mine, layout, sensor),
                "G": Axis(
                    tuple(rule.id for rule in mine.logic),
                    _texts([repr((r.about, r.when, r.until, r.for_s)) for r in mine.logic]),
                ),
                "T": _named(p.id for p in mine.people),
                "Z": _named(z.id for z in mine.zones),
                "R": _named(r.id for r in mine.readers),
                "Q": _named(layout.posts.names),
                "F": _fences(mine, layout),
                "A": _named(r.id for r in mine.roadways),
                "V": _named(v.id for v in mine.levels),
            },
        )

    @cached_property
    def data(self) -> bytes:
        """As it goes to disk: version, CRC-32, then everything."""
        axes = {
            letter: (axis.ids, axis.marks.shape[1], axis.marks.tobytes())
            for letter, axis in self.axes.items()
        }
        body = msgspec.msgpack.encode((self.revision, self.sizes, axes))
        return _HEAD.pack(_MAGIC, zlib.crc32(body)) + body

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read what `data` was.

        Raises:
            BrokenFrame: it is damaged, or was written by another version.
        """
        if len(data) < _HEAD.size or data[:4] != _MAGIC:
            raise BrokenFrame(f"a register of format {data[:4]!r}, not {_MAGIC!r}")
        if zlib.crc32(data[_HEAD.size :]) != _HEAD.unpack_from(data)[1]:
            raise BrokenFrame("the register's checksum differs")
        try:
            revision, sizes, axes = msgspec.msgpack.decode(data[_HEAD.size :], type=_Written)
            return cls(revision, sizes, {letter: _axis(*axis) for letter, axis in axes.items()})
        except (msgspec.MsgspecError, ValueError) as error:
            raise BrokenFrame(f"the register cannot be read: {error}") from error


_Written = tuple[str, dict[str, int], dict[str, tuple[tuple[str, ...], int, bytes]]]


def _axis(ids: tuple[str, ...], columns: int, marks: bytes) -> Axis:
    return Axis(ids, np.frombuffer(marks, np.uint64).reshape(len(ids), columns))


def _named(ids: Iterable[str]) -> Axis:
    names = tuple(ids)
    return Axis(names, np.empty((len(names), 0), np.uint64))


def _points(mine: Mine, layout: Layout) -> Axis:
    points, steady = layout.points, layout.steady
    kinds = {k.id: text(f"{k.id} {k.unit}") for k in mine.kinds}
    sensor = mark(
        np.array([kinds[p.kind] for p in mine.points], np.uint64), points.low, points.high
    )
    still = mark(sensor, steady.patience, steady.noisy, steady.quiet, steady.step)
    limits = [
        mark(sensor, points.threshold[:, k], points.restore[:, k], *points.delay.T)
        for k in range(points.threshold.shape[1])
    ]
    return Axis(tuple(p.id for p in mine.points), np.stack([sensor, still, *limits], axis=1))


def _windows(mine: Mine, layout: Layout, sensor: Column) -> Axis:
    """A rule is one of its point; its sums mean nothing under another definition."""
    table, families = layout.windows, list(WindowFamily)
    columns: tuple[str, ...] = ("family", "sign", "width", "window", "limit", "restore")
    columns += ("count", "of", "over", "horizon", "target", "slack")
    marks = mark(sensor[table.point], *(getattr(table, name) for name in columns))
    ids = [
        f"{mine.points[point].id} {families[code]}"
        for point, code in zip(table.point.tolist(), table.family.tolist(), strict=True)
    ]
    return Axis(tuple(ids), marks[:, None])


def _fences(mine: Mine, layout: Layout) -> Axis:
    """A zone, and around it perhaps a halo; marked by its ground and by what watches it."""
    fences, zones = layout.fences, mine.zones
    halo = (fences.halo_m[:-1] > 0).tolist()
    rows = list(zip(fences.zone[:-1].tolist(), halo, strict=True))
    grounds = [
        repr((z.intervals, z.polygon, z.level, z.guard, z.near_m, z.max_dwell_s, z.still_s))
        for z in zones
    ]
    return Axis(
        tuple(zones[zone].id + (" halo" if near else "") for zone, near in rows),
        _texts([grounds[zone] for zone, _ in rows]),
    )


# --- marks ----------------------------------------------------------------------------------


def text(words: str) -> int:
    """64 bits of a text."""
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "little")


def _texts(words: Sequence[str]) -> Column:
    return np.array([text(w) for w in words], np.uint64).reshape(-1, 1)


def mark(*columns: Column) -> Column:
    """64 bits of each row; equal numbers of whatever type mark equally, −0 as 0.

    >>> a = mark(np.array([0.0, 1.0]), np.array([True, True]))
    >>> b = mark(np.array([-0.0, 1.0]), np.array([True, False]))
    >>> (a == b).tolist()
    [True, False]
    """
    marks = np.full(len(columns[0]), _SEED)
    for column in columns:
        marks = (marks ^ _bits(column)) * _PRIME
        marks ^= marks >> np.uint64(29)
    return marks


def _bits(column: Column) -> Column:
    if column.dtype.kind != "f":
        return column.astype(np.uint64)
    bits: Column = (column.astype(np.float64) + 0.0).view(np.uint64)
    return bits
