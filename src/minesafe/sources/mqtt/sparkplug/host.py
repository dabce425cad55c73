"""We, as edge nodes see us: a host application whose STATE is kept by the broker."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from minesafe.links.messages import Handler, Message
from minesafe.links.stream.stream import State
from minesafe.model.errors import LinkDown
from minesafe.ports import Clock
from minesafe.sources.mqtt.sparkplug.ears import SPACE


class Said(msgspec.Struct):
    """The body of a STATE."""

    online: bool
    timestamp: int


def said_of(data: bytes) -> Said:
    """What a STATE says; whatever else stands there says that nobody is there."""
    try:
        return msgspec.json.decode(data, type=Said)
    except (ValueError, RecursionError):
        return Said(False, 0)


class Host:
    """Says that we are there, and says it again where somebody says that we are not.

    Will and word of one connection carry one timestamp, so that the late will of an older one is
    known for what it is.

    Args:
        name: what edge nodes call us: the mine's id.
        clock: the mine's clock.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.topic = f"{SPACE}/STATE/{name}"
        self._clock = clock
        self._since = 0
        self.say: Callable[[str, bytes], Awaitable[None]] | None = None
        """Set by whoever has the link."""

    def state(self) -> State:
        """For one connection."""
        self._since = max(self._clock.now() // 1000, self._since + 1)
        return State(self.topic, self._word(True), self._word(False))

    def _word(self, online: bool) -> bytes:
        return msgspec.json.encode(Said(online, self._since))

    @property
    def routes(self) -> dict[str, Handler]:
        """What to subscribe to."""
        return {self.topic: self.hear}

    async def hear(self, message: Message) -> None:
        """Our own word, or the will of a connection we no longer have."""
        if not said_of(message.payload).online and self.say is not None:
            with suppress(LinkDown):  # then it is said at the next connection
                await self.say(self.topic, self._word(True))
