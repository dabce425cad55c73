"""People who only walked on, in bytes: ten thousand of them are 26 kB instead of two megabytes.

Nothing is told as a difference: a place stands alone, so a page that missed a message is right
again with the next. Whatever else changes about somebody (the roadway, the zones, a cry for help)
is told in words.

Little-endian: number of the message (u32), kind (u8) and three bytes of nothing, the mine's time
(f64, microseconds), revision (u32, its first eight digits), people underground (u32), people of the
mine (u32); then a bit for each person of the mine, lowest first, of whom it is told; for each of
these how far along the roadway (u16, of its length), then how long ago (half a byte, quarters of a
second, rounded up; the lower half first).
"""

import struct

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

KIND = 1

AGE_STEP: Micros = SECOND // 4
OLDEST = 15
"""Steps that fit into half a byte; who was seen longer ago is told in words."""

ALONG = 65_535
"""Parts of a roadway: a decimetre of six kilometres."""

_HEAD = struct.Struct("<BxxxdIII")


class Walks:
    """Tells walks in one revision."""

    def __init__(self, mine: Mine) -> None:
        lengths = np.array([roadway.length_m for roadway in mine.roadways])
        self._parts = ALONG / np.maximum(lengths, 1e-9)
        self._revision = int(mine.revision[:8], 16)
        self._open = np.array([bool(zone.polygon) for zone in mine.zones], bool)
        """Zones off the roadways: there a place is more than how far along."""

    def tellable(self, picture: Picture, now: Micros, rows: Column) -> Column:
        """Of some people those whose walk can be told so."""
        fresh = now - picture.seen[rows] <= OLDEST * AGE_STEP
        fresh &= (picture.roadway[rows] >= 0) & ~picture.out[rows]
        if self._open.any():
            fresh &= ~picture.inside[np.ix_(rows, self._open)].any(axis=1)
        return rows[fresh]

    def told(self, picture: Picture, now: Micros, rows: Column) -> bytes:
        """The message without its number.

        Args:
            picture: where everybody is.
            now: the mine's time.
            rows: people, ascending, all of them `tellable`.
        """
        people = len(picture.out)
        whom = np.zeros(people, bool)
        whom[rows] = True
        along = picture.chainage[rows] * self._parts[picture.roadway[rows]]
        head = _HEAD.pack(KIND, now, self._revision, picture.underground, people)
        parts = np.clip(along + 0.5, 0, ALONG).astype("<u2")
        bits, ages = np.packbits(whom, bitorder="little"), _ages(picture.seen[rows], now)
        return b"".join((head, *(column.tobytes() for column in (bits, parts, ages))))


def _ages(seen: Column, now: Micros) -> Column:
    """Half a byte each, rounded up: nobody is shown as seen later than he was."""
    steps = np.clip(-(-(now - seen) // AGE_STEP), 0, OLDEST).astype(np.uint8)
    pairs = np.zeros(2 * ((len(steps) + 1) // 2), np.uint8)
    pairs[: len(steps)] = steps
    return pairs[0::2] | (pairs[1::2] << 4)
