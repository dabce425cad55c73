"""The phones' memory: every SMS that reached one, by number."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from device_sims.clock import Micros


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message as it lies on a phone."""

    at: Micros
    phone: str
    """The number it went to, digits only."""
    sender: str
    text: str
    message_id: str


def digits(phone: str) -> str:
    """A number without its plus sign or spaces, so that both spellings are one phone.

    >>> digits("+86 138 0000 0001")
    '8613800000001'
    """
    return "".join(c for c in phone if c.isdigit())


class Inbox:
    """Remembers every message, and wakes whoever follows a phone."""

    def __init__(self) -> None:
        self.messages: list[Sms] = []
        self._news = asyncio.Event()

    def put(self, sms: Sms) -> None:
        """A message reached a phone."""
        self.messages.append(sms)
        self._news.set()
        self._news = asyncio.Event()

    def of(self, phone: str) -> list[Sms]:
        """Everything a phone has received, oldest first."""
        return [m for m in self.messages if m.phone == digits(phone)]

    async def follow(self) -> AsyncIterator[Sms]:
        """Every message so far, and then each new one as it comes."""
        read = 0
        while True:
            news = self._news
            for sms in self.messages[read:]:
                yield sms
                read += 1
            if read == len(self.messages):
                await news.wait()
