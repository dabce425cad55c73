"""The state: everything a judgement remembers from frame to frame, and nothing else is.

It lives in arrays, is changed in place by `judge` alone, and goes to disk and back as one piece
of bytes. Times are `Micros`; 0 means never.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from minesafe.engine.fences import FOREVER, NO_FENCE
from minesafe.engine.layout import Layout
from minesafe.engine.places import NOWHERE
from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Column
from minesafe.model.picture import Placing
from minesafe.model.quality import Quality
from minesafe.model.time import Micros

NEVER = np.iinfo(np.int64).max
"""When a timer that does not run is due."""

_HEADER = struct.Struct("<4sIqqq16s")
_MAGIC = b"MSE4"

COLUMNS: dict[str, tuple[str, str, Any]] = {
    # name: (type, shape as letters of Layout.sizes, value before anything was heard)
    "value": ("<f8", "P", np.nan),
    "compared": ("<f8", "P", np.nan),
    "quality": ("|u1", "P", Quality.COMMS_LOST),
    "judged": ("<i8", "P", 0),
    "bad": ("|u1", "P", 0),
    "silent": ("|b1", "P", False),
    "stirred": ("|b1", "P", False),
    "active": ("|b1", "PL", False),
    "due": ("<i8", "PL", NEVER),
    "followed": ("<f8", "P", np.nan),
    "followed_at": ("<i8", "P", 0),
    "anchor": ("<f8", "P", np.nan),
    "moved": ("<i8", "P", 0),
    "stuck": ("|b1", "P", False),
    "noise": ("<f8", "P", 0.0),
    "usual_noise": ("<f8", "P", 0.0),
    "steps": ("<i4", "P", 0),
    "noiseless": ("|b1", "P", False),
    "calibrating": ("<i8", "P", 0),
    "calibrating_long": ("|b1", "P", False),
    "window_bins": ("<f8", "WBS", 0.0),
    "window_older": ("<f8", "WS", 0.0),
    "window_reach": ("|u1", "W", 0),
    "window_bin": ("<i8", "W", 0),
    "window_held": ("<f8", "W", np.nan),
    "window_at": ("<i8", "W", 0),
    "window_on": ("|b1", "W", False),
    "counted": ("<f8", "P", np.nan),
    "counted_at": ("<i8", "P", 0),
    "counted_shift": ("<i8", "P", 0),
    "counted_back": ("<i8", "P", 0),
    "total": ("<f8", "P", 0.0),
    "rate": ("<f8", "P", np.nan),
    "rate_from": ("<i8", "P", 0),
    "rate_gained": ("<f8", "P", 0.0),
    "logic_on": ("|b1", "G", False),
    "logic_since": ("<i8", "G", 0),
    "reader_heard": ("<i8", "R", 0),
    "reader_gone": ("<i8", "R", 0),
    "reader_silent": ("|b1", "R", False),
    "seen": ("<i8", "T", 0),
    "placed": ("<i8", "T", 0),
    "reader": ("<i4", "T", -1),
    "roadway": ("<i4", "T", -1),
    "chainage": ("<f8", "T", np.nan),
    "level": ("<i2", "T", -1),
    "x": ("<f8", "T", np.nan),
    "y": ("<f8", "T", np.nan),
    "z": ("<f8", "T", np.nan),
    "error": ("<f4", "T", np.inf),
    "flags": ("|u1", "T", 0),
    "cell": ("<i4", "T", NOWHERE),
    "out": ("|b1", "T", True),
    "lost": ("|b1", "T", False),
    "placing": ("|u1", "T", Placing.NONE),
    "doubts": ("|u1", "T", 0),
    "doubt_way": ("<i4", "T", -1),
    "doubt_m": ("<f8", "T", np.nan),
    "doubt_error": ("<f4", "T", np.inf),
    "doubt_at": ("<i8", "T", 0),
    "doubted": ("|b1", "T", False),
    "stay": ("<i4", "TK", NO_FENCE),
    "entered": ("<i8", "TK", 0),
    "fuse": ("<i8", "TKJ", FOREVER),
    "told": ("|u1", "TK", 0),
    "next": ("<i8", "T", FOREVER),
    "unsure": ("|b1", "T", False),
    "patience": ("<i8", "T", FOREVER),
    "rest_way": ("<i4", "T", -1),
    "rest_m": ("<f8", "T", np.nan),
    "rest_since": ("<i8", "T", 0),
    "resting": ("|b1", "T", False),
    "mate": ("<i4", "T", -1),
    "mate_since": ("<i8", "T", 0),
    "mate_at": ("<i8", "T", 0),
    "mate_walked": ("<f8", "T", 0.0),
    "mate_way": ("<i4", "T", -1),
    "mate_m": ("<f8", "T", np.nan),
    "as_one": ("|b1", "T", False),
    "count": ("<i4", "Z", 0),
    "over": ("|b1", "Z", False),
    "gross": ("|b1", "Z", False),
    "unknown": ("|b1", "Z", False),
    "leaderless": ("|b1", "Z", False),
    "postless": ("|b1", "Z", False),
    "vacant": ("<i8", "Q", 0),
}


@dataclass(slots=True, eq=False)
class State:
    """What is known of every point, person, zone and reader."""

    revision: str
    seq: int
    """Of the last frame judged."""
    now: Micros
    """Of the last frame judged."""
    started: Micros
    """`now` of the first frame judged."""

    value: Column
    compared: Column
    """The last value held against limits that are active or whose timer runs: they will tell it."""
    quality: Column
    judged: Column
    """Time of the newest sample; what is older is history."""
    bad: Column
    """Quality code for which BAD is raised, 0 where it is not."""
    silent: Column
    stirred: Column
    """Whether a limit is active or a timer runs: such points get the exact look each time."""
    active: Column
    due: Column
    """When the running on-delay (not active) or off-delay (active) of a limit ends."""

    followed: Column
    """The value before, where both it and the next may be held against each other."""
    followed_at: Column
    """Time of the newest sample of a point that may not stand still."""
    anchor: Column
    """Where the value last moved to."""
    moved: Column
    """When it did."""
    stuck: Column
    noise: Column
    """Mean square of the steps from sample to sample of late, in resolutions."""
    usual_noise: Column
    """The same over a long time."""
    steps: Column
    """How many steps made the means, as far as it matters."""
    noiseless: Column

    calibrating: Column
    """Since when; 0 where it is not."""
    calibrating_long: Column

    window_bins: Column
    """Sums of each rule over time; bin k of a row holds bin numbers that are k modulo B."""
    window_older: Column
    """The sums of all bins but the newest, as they were added up when that began."""
    window_reach: Column
    """How many bins before it the oldest that holds anything lies."""
    window_bin: Column
    """Number of the newest bin."""
    window_held: Column
    """The last value, times the sign of the side; NaN where it was not believed."""
    window_at: Column
    """Time of the newest sample."""
    window_on: Column

    counted: Column
    """What a counter showed last, and when (`counters`)."""
    counted_at: Column
    counted_shift: Column
    """When the shift began that `total` is of."""
    counted_back: Column
    """When it last fell, or rose faster than it can; 0: never."""
    total: Column
    rate: Column
    """Per hour, of the last whole minute; NaN where that is not known."""
    rate_from: Column
    rate_gained: Column

    logic_on: Column
    logic_since: Column
    """Since when an expression has held that is not yet told; 0 where none does."""

    reader_heard: Column
    reader_gone: Column
    """When it was last reported lost."""
    reader_silent: Column

    seen: Column
    """Time of the newest sighting; what is older is history."""
    placed: Column
    """Time of the sighting that gave the place; one soon after it with a greater error does
    not."""
    reader: Column
    """Who saw the person last, -1 for nobody yet."""
    roadway: Column
    chainage: Column
    level: Column
    x: Column
    y: Column
    z: Column
    error: Column
    flags: Column
    cell: Column
    """Cell of `PlaceTable` the person was placed in last."""
    out: Column
    lost: Column
    placing: Column
    """`Placing`: what became of the newest sighting."""
    doubts: Column
    """Sightings in a row that agree with each other and not with the place in force (`pace`)."""
    doubt_way: Column
    doubt_m: Column
    doubt_error: Column
    doubt_at: Column
    """When a place was last doubted; with those before, where."""
    doubted: Column
    """Whether that has been told."""
    stay: Column
    """Fences of `FenceTable` the person is within, in no order."""
    entered: Column
    fuse: Column
    """When a stay ends: by the tolerance time-out, by the exit delay (`stays`)."""
    told: Column
    """Bits of what was said of a stay while it lasts (`stays`): too long, without a licence."""
    next: Column
    """When the first fuse of a person has burnt down; not later than that."""
    unsure: Column
    """Whether the stays are to be held against the cell anew, even where that is the same."""

    patience: Column
    """µs that a person may stand still, by the strictest of his stays."""
    rest_way: Column
    """Roadway on which he came to rest; -1 where nobody asks, or it is not known."""
    rest_m: Column
    rest_since: Column
    resting: Column

    mate: Column
    """Row of who was beside a person at the last look (`together`), -1 for nobody."""
    mate_since: Column
    mate_at: Column
    """When he was beside him last."""
    mate_walked: Column
    """Metres they came since."""
    mate_way: Column
    """Roadway at the last look, -1 where the place was too old."""
    mate_m: Column
    as_one: Column

    count: Column
    over: Column
    gross: Column
    unknown: Column
    leaderless: Column
    postless: Column
    vacant: Column
    """Since when a post is not kept while people are there; 0 while it is."""

    boxes: Any = None
    """Likewise of people: where each may move within the same areas; whoever else changes stays
    sets it to None."""
    near: Any = None
    """What compiled loops keep of these columns for themselves (`kernels.near`). Whoever else
    changes a column of points sets it to None, and it is found anew."""

    @classmethod
    def fresh(cls, layout: Layout) -> Self:
        """Nothing heard yet."""
        columns = {
            name: np.full(_shape(layout.sizes, letters), before, dtype)
            for name, (dtype, letters, before) in COLUMNS.items()
        }
        return cls(layout.revision, 0, 0, 0, **columns)

    def snapshot(self) -> bytes:
        """Version, CRC-32, last frame and revision, then every column little-endian."""
        body = b"".join(getattr(self, name).tobytes() for name in COLUMNS)
        fields = (self.seq, self.now, self.started, self.revision.encode())
        crc = zlib.crc32(body, zlib.crc32(_HEADER.pack(_MAGIC, 0, *fields)))
        return _HEADER.pack(_MAGIC, crc, *fields) + body

    @classmethod
    def restore(cls, layout: Layout, data: bytes) -> Self:
        """Read what `snapshot` wrote.

        Raises:
            BrokenFrame: if a byte differs from what was written, or it was written by another
                version or under another revision of the configuration.
        """
        return cls.read(layout.revision, layout.sizes, data)

    @classmethod
    def read(cls, revision: str, sizes: Mapping[str, int], data: bytes) -> Self:
        """As `restore`, for a revision of which only its name and its sizes are known."""
        seq, now, started = _checked(revision, sizes, data)
        columns, offset = {}, _HEADER.size
        for name, (dtype, letters, _) in COLUMNS.items():
            shape = _shape(sizes, letters)
            column = np.frombuffer(data, dtype, int(np.prod(shape)), offset)
            columns[name] = column.reshape(shape).copy()
            offset += column.nbytes
        return cls(revision, seq, now, started, **columns)


def _shape(sizes: Mapping[str, int], letters: str) -> tuple[int, ...]:
    return tuple(sizes[letter] for letter in letters)


def _checked(revision: str, sizes: Mapping[str, int], data: bytes) -> tuple[int, Micros, Micros]:
    if data[: len(_MAGIC)] != _MAGIC:
        raise BrokenFrame(f"snapshot is of format {data[:4]!r}; this server reads {_MAGIC!r}")
    size = sum(
        int(np.prod(_shape(sizes, letters))) * np.dtype(dtype).itemsize
        for dtype, letters, _ in COLUMNS.values()
    )
    if len(data) != _HEADER.size + size:
        raise BrokenFrame("snapshot is not of this layout's length")
    magic, crc, seq, now, started, of = _HEADER.unpack_from(data)
    head = _HEADER.pack(magic, 0, seq, now, started, of)
    if zlib.crc32(data[_HEADER.size :], zlib.crc32(head)) != crc:
        raise BrokenFrame("snapshot's checksum differs")
    if of != revision.encode():
        raise BrokenFrame(f"snapshot is of revision {of!r}")
    return seq, now, started
