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
    TOPIC,
)
from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import AGAIN, LARGEST, Control, Publish, Splitter
from minesafe.model.frame import Column

WORTH_IT = 1024
"""Bytes of a read from which the loop is worth its call."""


AT_ONCE = 4096
"""Messages of a read that the loop cuts; what is behind them is cut without."""


class Train(Sequence[Publish]):
    """Some messages of one read.

    Attributes:
        data: all that was read.
        rows: a row a message, columns as in `cutting`.
        known: what numbers of topics mean.
        strange: how many of them have a topic that is not known.
        flags: all that any of them has.
        acknowledgements: of all the read's, in their order; with `some` of them there are none.
    """

    __slots__ = ("acknowledgements", "data", "flags", "known", "rows", "strange")

    def __init__(
        self,
        data: bytes,
        rows: Column,
        known: Known,
        strange: int,
        flags: int,
        acknowledgements: bytes = b"",
    ) -> None:
        self.data, self.rows, self.known = data, rows, known
        self.strange, self.flags, self.acknowledgements = strange, flags, acknowledgements

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
        strange, flags = (rows[:, TOPIC] < 0).sum(), np.bitwise_or.reduce(rows[:, FLAGS])
        return Train(self.data, rows, self.known, int(strange), int(flags))

    @property
    def topic(self) -> Column:
        """Numbers of topics."""
        return self.rows[:, TOPIC]

    @property
    def again(self) -> bool:
        """Whether the broker says of any that it gave it before."""
        return bool(self.flags & AGAIN)


class QuickSplitter(Splitter):
    """A splitter that lets the loop go first, where there is one and a read is worth its call."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._known = known
        self._rows = np.empty((AT_ONCE, COLUMNS), np.int32)
        self._said = np.empty(4 * AT_ONCE, np.uint8)

    def _all(
        self, data: bytes, out: tuple[list[Publish], list[Control]]
    ) -> tuple[Sequence[Publish], bytes]:
        loop, known = self._known.quick.cut, self._known
        if loop is None or out[0] or len(data) < WORTH_IT or not len(known):
            return super()._all(data, out)
        rows, said = self._rows, self._said
        count, took, told, strange, flags = loop(data, known.table, LARGEST, rows, said)
        messages, rest = super()._all(data[took:] if took else data, out)
        if not count:
            return messages, rest
        train = Train(data, rows[:count].copy(), known, strange, flags, said[:told].tobytes())
        return ([*train, *messages] if messages else train), rest
