"""Hands a train to the compiled loop, and says what is left for others to read."""

from collections.abc import Iterator, Mapping

import numpy as np

from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import Publish
from minesafe.links.stream.train import Train
from minesafe.model.frame import Column
from minesafe.model.mine import Shape, TimeUnit
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.model.units import SAME
from minesafe.sources.mqtt.points import Spot
from minesafe.sources.mqtt.rows import Columns
from minesafe.sources.mqtt.scanning import Room, Spots, Words

_SAID = 256
"""Qualities that the loop knows are numbers below this."""


class Scanner:
    """Reads the plain messages of one gateway whose topic names the point.

    Args:
        shape: the mapping.
        said: our quality by the gateway's word or number.
        scale: microseconds of its unit of time.
        latest: of its times, the last that is one.
        known: the topics of the link, and the loop.
    """

    def __init__(
        self, shape: Shape, said: Mapping[str | int, int], scale: int, latest: int, known: Known
    ) -> None:
        keys = [path.encode() for path in (shape.value, shape.quality, shape.time)]
        numbers = np.full(_SAID, -1, np.int16)
        for word, quality in said.items():
            if isinstance(word, int) and 0 <= word < _SAID:
                numbers[word] = quality
        self._words = Words(
            np.frombuffer(b"".join(keys) + b"?", np.uint8),
            np.array([0, *np.cumsum([len(key) for key in keys])]),
            numbers,
            np.frombuffer(b"truefalsenull", np.uint8),
            scale or 1,
            latest,
            int(Quality.GOOD),
        )
        self._known = known
        none = np.empty(0)
        self._spots = Spots(none.astype(np.int32), none.astype(bool), none, none, none, none)

    @classmethod
    def fits(cls, shape: Shape) -> bool:
        """Whether such messages are of the kind the loop reads: each path no more than a key."""
        paths = [path for path in (shape.value, shape.quality, shape.time) if path]
        return (
            bool(shape.value)
            and shape.points is None
            and not shape.unit
            and (not shape.time or shape.time_unit is not TimeUnit.ISO)
            and not any("." in path for path in paths)
            and len(set(paths)) == len(paths)
        )

    @property
    def ready(self) -> bool:
        """Whether there is a loop."""
        return self._known.quick.scan is not None

    def learn(self, topic: bytes, spot: Spot) -> None:
        """A topic of this gateway is that of a point."""
        number = self._known.learn(topic)
        if number < 0:
            return
        if number >= len(self._spots.row):
            size = 2 * number + 64
            self._spots = Spots(*(_longer(column, size) for column in self._spots))
        row, scaled, factor, offset, low, high = self._spots
        low[number], high[number] = spot.low, spot.high
        row[number], scaled[number] = spot.row, spot.line is not SAME
        factor[number], offset[number] = spot.line

    def read(self, train: Train, received: Micros) -> Iterator[Columns | Publish]:
        """All of it in order: readings of what was plain, and the messages that were not."""
        loop, count = self._known.quick.scan, len(train)
        assert loop is not None
        room = Room(
            np.empty(count, bool),
            np.empty(count, np.int32),
            np.empty(count),
            np.empty(count, np.uint8),
            np.empty(count, np.int64),
            np.empty(count, np.int64),
        )
        done = loop(train.data, train.rows, self._spots, self._words, received, room)
        if done == count:
            yield Columns(*room[1:])
        elif done < count / 2:
            yield from train
        else:
            yield from _in_runs(train, room)


def _in_runs(train: Train, room: Room) -> Iterator[Columns | Publish]:
    columns, begin = room[1:], 0
    for other in [*np.flatnonzero(~room.plain).tolist(), len(train)]:
        if other > begin:
            yield Columns(*(column[begin:other] for column in columns))
        if other < len(train):
            yield train[other]
        begin = other + 1


def _longer(column: Column, size: int) -> Column:
    grown = np.full(size, -1, column.dtype)
    grown[: len(column)] = column
    return grown
