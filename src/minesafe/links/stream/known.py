"""Topics by number, in a table that a compiled loop can look them up in.

A topic is learnt by whoever knows what it is of, so what a sender makes up takes no room here. One
that is not known is no fault: its message is read the plain way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from minesafe.model.frame import Column

MOST = 65_536
"""Topics of a link; as many as are remembered elsewhere."""

LONGEST = 256
"""Bytes of a topic that is learnt."""

PROBES = 16
"""Places at which a topic may lie. The loop looks at no more: nobody can make it slow by names."""

BEGUN = 2_166_136_261
STEP = 16_777_619
"""FNV-1a of 32 bits (draft-eastlake-fnv): small enough to be the same in Python and compiled."""

Loop = Callable[..., Any]


@dataclass(slots=True)
class Quick:
    """The compiled loops of the hot stream, from the moment when there are some.

    One is shared by all that read a stream, whatever revision they belong to; each takes the loops
    between two reads.
    """

    cut: Loop | None = None
    """`cutting.cut`."""
    scan: Loop | None = None
    """`sources.mqtt.scanning.scan`."""

    def take(self, other: "Quick") -> None:
        """From now on those of the other."""
        self.cut, self.scan = other.cut, other.scan


class Table(NamedTuple):
    """What a loop looks a topic up in."""

    slots: Column
    """int32 (a power of two,): a topic's number at one of `PROBES` places from its hash; or -1."""
    hashes: Column
    """int64, by number."""
    ends: Column
    """int32: the text of number n lies from `ends[n]` to `ends[n + 1]`."""
    text: Column
    """uint8."""


class Known:
    """The topics of one link, and the loops that look them up."""

    def __init__(self, quick: Quick | None = None) -> None:
        self.quick = quick or Quick()
        self._numbers: dict[bytes, int] = {}
        none = np.zeros(0, np.int64)
        self.table = Table(
            np.full(64, -1, np.int32), none, np.zeros(1, np.int32), none.astype(np.uint8)
        )

    def __len__(self) -> int:
        return len(self._numbers)

    def topics(self, since: int) -> list[bytes]:
        """Those of the numbers from `since` on."""
        return list(self._numbers)[since:]

    def learn(self, topic: bytes) -> int:
        """Its number; -1 where it has none and gets none."""
        number = self._numbers.get(topic)
        if number is None and len(self) < MOST and len(topic) <= LONGEST:
            number = self._numbers[topic] = len(self)
            self._put(topic, hashed(topic), number)
        return -1 if number is None else number

    def _put(self, topic: bytes, mark: int, number: int) -> None:
        """Columns grow by doubling; slots are at most a quarter full."""
        slots, hashes, ends, text = self.table
        begin = int(ends[number])
        hashes = _with_room(hashes, number + 1)
        ends = _with_room(ends, number + 2)
        text = _with_room(text, begin + len(topic))
        hashes[number], ends[number + 1] = mark, begin + len(topic)
        text[begin : begin + len(topic)] = np.frombuffer(topic, np.uint8)
        if 4 * (number + 1) > len(slots):
            slots = np.full(2 * len(slots), -1, np.int32)
            for n, known in enumerate(hashes[:number].tolist()):
                _place(slots, known, n)
        _place(slots, mark, number)
        self.table = Table(slots, hashes, ends, text)


def hashed(topic: bytes) -> int:
    """As the loop does it.

    >>> hex(hashed(b"foobar"))
    '0xbf9cf968'
    """
    mark = BEGUN
    for byte in topic:
        mark = ((mark ^ byte) * STEP) & 0xFFFFFFFF
    return mark


def _place(slots: Column, mark: int, number: int) -> None:
    """One that finds no place stays out of the table, and its messages are read plainly."""
    for probe in range(PROBES):
        at = (mark + probe) & (len(slots) - 1)
        if slots[at] < 0:
            slots[at] = number
            return


def _with_room(column: Column, size: int) -> Column:
    if len(column) >= size:
        return column
    grown = np.zeros(max(64, 2 * size), column.dtype)
    grown[: len(column)] = column
    return grown
