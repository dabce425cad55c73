"""The frame: the unit of input. One frame is one row of the spool; its seq stays in history.

Columns name things by row numbers of the configuration revision the frame carries, so a frame
means something only together with that revision.
"""

import struct
import zlib
from dataclasses import dataclass, fields
from enum import IntFlag
from functools import cache, cached_property
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
import numpy.typing as npt

from minesafe.model.errors import BrokenFrame
from minesafe.model.time import Micros

Column = npt.NDArray[Any]
C = TypeVar("C", bound="Columns")


class TagFlag(IntFlag):
    """What a tag says besides where it is."""

    SOS = 1
    BUTTON = 2
    """The wearer pressed the acknowledge button."""
    LOW_BATTERY = 4


class Columns:
    """Typed columns of equal length: row i is the same sample in every column."""

    DTYPES: ClassVar[dict[str, str]]

    def __post_init__(self) -> None:
        """Check each column's type, refuse unequal lengths, and freeze the arrays."""
        lengths = set()
        for name, dtype in self.DTYPES.items():
            column = np.ascontiguousarray(getattr(self, name), dtype=dtype)
            column.setflags(write=False)
            object.__setattr__(self, name, column)
            lengths.add(column.shape)
        if len(lengths) != 1 or len(next(iter(lengths))) != 1:
            raise ValueError(f"columns of {type(self).__name__} differ in shape: {lengths}")

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.DTYPES))))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            np.array_equal(getattr(self, n), getattr(other, n), equal_nan="f" in t)
            for n, t in self.DTYPES.items()
        )

    __hash__ = None  # type: ignore[assignment]  # arrays inside: equal, never a key

    @classmethod
    @cache
    def none(cls) -> Self:
        """No rows; the same ones each time, for nobody can change them."""
        return cls(**{n: np.empty(0, t) for n, t in cls.DTYPES.items()})

    @classmethod
    def of(cls, rows: "list[tuple[Any, ...]]") -> Self:
        """Columns from row tuples in the order of the fields; for small batches and tests."""
        if not rows:
            return cls.none()
        by_column = zip(*rows, strict=True)
        return cls(
            **{n: np.array(c, t) for (n, t), c in zip(cls.DTYPES.items(), by_column, strict=True)}
        )

    @classmethod
    def joined(cls, parts: "list[Self]") -> Self:
        """The rows of all parts, one after the other."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls.none()
        return cls(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in cls.DTYPES})

    def rows(self) -> "list[tuple[Any, ...]]":
        """Row tuples of plain Python values, in the order of the fields."""
        return list(zip(*(getattr(self, n).tolist() for n in self.DTYPES), strict=True))

    def to_bytes(self) -> bytes:
        """Length, then each column little-endian, one after the other."""
        return struct.pack("<I", len(self)) + b"".join(
            getattr(self, n).tobytes() for n in self.DTYPES
        )

    @classmethod
    def from_bytes(cls, data: bytes, offset: int = 0) -> tuple[Self, int]:
        """Read what `to_bytes` wrote.

        Returns:
            The columns and the offset just behind them.
        """
        (n,) = struct.unpack_from("<I", data, offset)
        offset += 4
        columns = {}
        for name, dtype in cls.DTYPES.items():
            columns[name] = np.frombuffer(data, dtype, n, offset)
            offset += columns[name].nbytes
        return cls(**columns), offset


@dataclass(frozen=True, slots=True, eq=False)
class Readings(Columns):
    """Values of points, shape (n,) each."""

    point: Column
    """Row number of the point in the revision."""
    value: Column
    """Engineering value in the unit of the point's kind; NaN where the device gave none."""
    quality: Column
    """`Quality` as uint8."""
    sampled: Column
    """`Micros` by the device, or of receipt where the device has no clock."""
    received: Column
    """`Micros` of receipt."""

    DTYPES: ClassVar[dict[str, str]] = {
        "point": "<i4",
        "value": "<f8",
        "quality": "|u1",
        "sampled": "<i8",
        "received": "<i8",
    }


@dataclass(frozen=True, slots=True, eq=False)
class Sightings(Columns):
    """Places of tags, shape (n,) each."""

    tag: Column
    """Row number of the tag's wearer among the revision's people; -1: the reader lives and
    sees nobody (only `station`, `quality` and the times of such a row mean anything)."""
    station: Column
    """Row number of the reader that saw it."""
    roadway: Column
    """Row number of the roadway."""
    chainage: Column
    """Metres from the roadway's start."""
    level: Column
    """Row number of the level."""
    x: Column
    """Metres in the mine's local frame."""
    y: Column
    z: Column
    error: Column
    """Expected error of the place along the roadway, metres."""
    flags: Column
    """`TagFlag` as uint8."""
    quality: Column
    """`Quality` as uint8."""
    sampled: Column
    received: Column

    DTYPES: ClassVar[dict[str, str]] = {
        "tag": "<i4",
        "station": "<i4",
        "roadway": "<i4",
        "chainage": "<f8",
        "level": "<i2",
        "x": "<f8",
        "y": "<f8",
        "z": "<f8",
        "error": "<f4",
        "flags": "|u1",
        "quality": "|u1",
        "sampled": "<i8",
        "received": "<i8",
    }


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source hears at one time, before the pipeline stamps it into a frame."""

    readings: Readings
    sightings: Sightings

    @classmethod
    def of_readings(cls, readings: Readings) -> Self:
        """A batch of readings alone."""
        return cls(readings, Sightings.none())

    @classmethod
    def of_sightings(cls, sightings: Sightings) -> Self:
        """A batch of sightings alone."""
        return cls(Readings.none(), sightings)

    def __len__(self) -> int:
        return len(self.readings) + len(self.sightings)


def of_others(now: Micros) -> Readings:
    """Stands for rows that were left out: of no point, so nothing is judged by it.

    A frame that holds it is not taken for the clock's sweep.
    """
    return Readings.of([(-1, np.nan, 0, now, now)])


_MAGIC = b"MSF1"
_HEADER = struct.Struct("<4sIqq16s")


@dataclass(frozen=True)
class Frame:
    """One stamped batch. A frame without rows is the clock's sweep."""

    seq: int
    """Counts up by one over the life of the data directory."""
    now: Micros
    """The pipeline's time; never runs back from frame to frame."""
    revision: str
    """The configuration revision the row numbers belong to (16 hex characters)."""
    readings: Readings
    sightings: Sightings

    @cached_property
    def is_sweep(self) -> bool:
        """Whether only time has passed."""
        return not len(self.readings) and not len(self.sightings)

    def to_bytes(self) -> bytes:
        """Header with CRC-32, then both column sets."""
        body = self.readings.to_bytes() + self.sightings.to_bytes()
        head = _HEADER.pack(_MAGIC, 0, self.seq, self.now, self.revision.encode())
        crc = zlib.crc32(body, zlib.crc32(head))
        return _HEADER.pack(_MAGIC, crc, self.seq, self.now, self.revision.encode()) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            BrokenFrame: if a byte differs from what was written.
        """
        try:
            magic, crc, seq, now, revision = _HEADER.unpack_from(data)
            body = data[_HEADER.size :]
            head = _HEADER.pack(_MAGIC, 0, seq, now, revision)
            if magic != _MAGIC or zlib.crc32(body, zlib.crc32(head)) != crc:
                raise BrokenFrame("checksum differs")
            readings, offset = Readings.from_bytes(body)
            sightings, _ = Sightings.from_bytes(body, offset)
            return cls(seq, now, revision.decode(), readings, sightings)
        except (struct.error, ValueError) as error:
            raise BrokenFrame(str(error)) from error


assert {f.name for f in fields(Readings)} == set(Readings.DTYPES)
assert {f.name for f in fields(Sightings)} == set(Sightings.DTYPES)
