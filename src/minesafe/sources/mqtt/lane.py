"""All gateways whose points come one by one or in any shape: one lane, one batch a micro-batch."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from minesafe.links.stream.packets import AGAIN, Publish
from minesafe.links.stream.topics import Filters
from minesafe.links.stream.train import Train
from minesafe.model.errors import LinkDown
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.ports import Clock, Intake
from minesafe.sources.mqtt.rows import Ranges, Rows
from minesafe.sources.patience import hear_at_last

REMEMBERED = 16_384
"""Messages that are known again; twice what a session may leave unacknowledged."""

SMALL = 256
"""Bytes a message of a train that is kept as it is."""

Say = Callable[[str, bytes], Awaitable[None]]
"""Publishes something at QoS 0."""


class Ears(Protocol):
    """One gateway's side of the lane."""

    def take(
        self, messages: Sequence[Publish], now: Micros, rows: Rows
    ) -> Sequence[tuple[str, bytes]]:
        """Decode its part of a micro-batch and tell what is wrong with it; at once, in order.

        Returns:
            (topic, payload) of what is to be said to the gateway.
        """


class Repeats:
    """Messages that are on disk: a broker that did not hear so gives them again."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._known: deque[list[int] | Train] = deque()
        self._count = 0
        self._most = most

    def has(self, published: Publish) -> bool:
        """Whether these very bytes are on disk; only asked where the broker says it is again."""
        for place, kept in enumerate(self._known):
            if isinstance(kept, Train):
                self._known[place] = _marks(kept)
        mark = hash(published.payload) ^ hash(published.topic)
        return any(mark in marks for marks in self._known)

    def keep(self, messages: Sequence[Publish]) -> None:
        """They are on disk now; what is asked next to never is kept as cheaply as can be.

        A train is kept itself where it holds little else: its marks are made when one is asked for.
        """
        small = isinstance(messages, Train) and len(messages.data) <= SMALL * len(messages)
        kept = messages if small else _marks(messages)
        self._known.append(kept)  # type: ignore[arg-type]  # a small one is a train
        self._count += len(kept)
        while self._count > self._most:
            self._count -= len(self._known.popleft())


def _marks(messages: Sequence[Publish]) -> list[int]:
    return [hash(m.payload) ^ hash(m.topic) for m in messages if m.number]


class PointLane:
    """Hears them all.

    Args:
        mine: the revision in force.
        ears: of each gateway, by its topic filter.
        intake: where readings go.
        clock: stamps the receipt.
    """

    def __init__(self, mine: Mine, ears: Mapping[str, Ears], intake: Intake, clock: Clock) -> None:
        self._ears = Filters(ears)
        self._ranges = Ranges.of(mine)
        self._intake, self._clock = intake, clock
        self._repeats = Repeats()
        self.say: Say | None = None
        """Set by whoever has the link."""
        self.repeated: Callable[[int], None] = lambda _messages: None
        """Told how many were heard before; set by whoever counts them."""

    async def hear(self, messages: Sequence[Publish]) -> None:
        """One micro-batch; returns once its readings are on disk."""
        now, rows = self._clock.now(), Rows()
        asked: list[tuple[str, bytes]] = []
        for ears, theirs in self._by_ears(messages):
            asked += ears.take(theirs, now, rows)
        if len(rows):
            await hear_at_last(self._intake, rows.batch(self._ranges))
        self._repeats.keep(messages)
        for topic, payload in asked:
            if self.say is not None:
                with suppress(LinkDown):  # asked for again when it is still missing
                    await self.say(topic, payload)

    def _by_ears(self, messages: Sequence[Publish]) -> Iterable[tuple[Ears, Sequence[Publish]]]:
        """What each has to hear; nothing that is on disk already."""
        if isinstance(messages, Train) and not messages.again:
            return [(ears, theirs) for ears, _, theirs in self._ears.parted(messages)]
        find, again = self._ears.find, 0
        spoke: dict[Ears, list[Publish]] = {}
        for message in messages:
            found = find(message.topic)
            if message.flags & AGAIN and self._repeats.has(message):
                again += 1
            elif found is not None:
                spoke.setdefault(found[1], []).append(message)
        self.repeated(again)
        return spoke.items()
