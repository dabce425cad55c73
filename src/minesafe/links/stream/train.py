"""Messages as they lie in one read: columns over its bytes; a `Publish` where one is asked for.

Where no compiled loop has looked for topics, messages are a list; whoever takes them need not know
which of the two it was handed.
"""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from minesafe.links.stream.cutting import (
    COLUMNS,
    FLAGS,
    LEAST_PACKET,
    NUMBER,
    TOPIC,
)
from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import AGAIN, LARGEST, Control, Publish, Splitter
from minesafe.model.frame import Column

WORTH_IT = 1024
"""Bytes of a read from which the loop is worth its call."""


class Train(Sequence[Publish]):
    """Some messages of one read.

    Attributes:
        data: all that was read.
        rows: a row a message, columns as in `cutting`.
        known: what numbers of topics mean.
        strange: whether a topic among them is not known.
    """

    __slots__ = ("data", "known", "rows", "strange")

    def __init__(self, data: bytes, rows: Column, known: Known, *, strange: bool) -> None:
        self.data, self.rows, self.known, self.strange = data, rows, known, strange

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, key: int) -> Publish: ...
    @overload
    def __getitem__(self, key: slice) -> list[Publish]: ...
    def __getitem__(self, key: int | slice) -> Publish | list[Publish]:
        if isinstance(key, slice):
            return [self._publish(*row) for row in self.rows[key].tolist()]
        return self._publish(*self.rows[key].tolist())

    def __iter__(self) -> Iterator[Publish]:
        return iter(self[:])

    def _publish(self, _: int, name: int, begin: int, end: int, flags: int, number: int) -> Publish:
        data, topic_end = self.data, begin - 2 if number else begin
        return Publish(data[name:topic_end], data[begin:end], flags, data[topic_end:begin])

    def some(self, where: Column) -> "Train":
        """Those of these rows."""
        rows = self.rows[where]
        return Train(self.data, rows, self.known, strange=bool((rows[:, TOPIC] < 0).any()))

    @property
    def topic(self) -> Column:
        """Numbers of topics."""
        return self.rows[:, TOPIC]

    @property
    def again(self) -> bool:
        """Whether the broker says of any that it gave it before."""
        return bool(np.bitwise_or.reduce(self.rows[:, FLAGS]) & AGAIN)

    @property
    def acknowledgements(self) -> bytes:
        """§3.4: a PUBACK for each that has a number, in their order."""
        numbers = self.rows[:, NUMBER]
        numbers = numbers if numbers.all() else numbers[numbers > 0]
        said = np.full((len(numbers), 2), 0x4002, ">u2")
        said[:, 1] = numbers
        return said.tobytes()


class QuickSplitter(Splitter):
    """A splitter that lets the loop go first, where there is one and a read is worth its call."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._known = known

    def _all(
        self, data: bytes, out: tuple[list[Publish], list[Control]]
    ) -> tuple[Sequence[Publish], bytes]:
        loop, known = self._known.quick.cut, self._known
        if loop is None or out[0] or len(data) < WORTH_IT or not len(known):
            return super()._all(data, out)
        rows = np.empty((len(data) // LEAST_PACKET, COLUMNS), np.int32)
        count, took, strange = loop(data, known.table, LARGEST, rows)
        messages, rest = super()._all(data[took:] if took else data, out)
        if not count:
            return messages, rest
        train = Train(data, rows[:count], known, strange=strange > 0)
        return ([*train, *messages] if messages else train), rest
