"""What a broker delivers, and who takes it."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec


class Message(msgspec.Struct, frozen=True, gc=False):
    """What a broker delivered."""

    topic: str
    payload: bytes
    retained: bool
    """The broker kept it and gives it to every new subscriber: it may be of any age."""
    cut: int = 0
    """Bytes it had where it was too long to be held; `payload` is empty then."""


Handler: TypeAlias = Callable[[Message], Awaitable[None]]
"""Returns once the message needs to be sent no more. Raising one of our errors means: again."""
