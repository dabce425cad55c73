"""The mine's time: it leaves from START and runs SPEED times as fast as the wall's."""

import asyncio
import time
from dataclasses import dataclass
from typing import TypeAlias

Micros: TypeAlias = int
"""Microseconds since 1970-01-01 UTC."""

SECOND: Micros = 1_000_000


@dataclass(frozen=True, slots=True)
class MineClock:
    """Mine time = start + (real - began) * speed, the same line the server's demo clock follows."""

    start: Micros
    speed: float = 1.0
    began: Micros | None = None
    """The wall's time at `start`; None: the same number."""

    @classmethod
    def parse(cls, text: str) -> "MineClock":
        """Read `START_MICROS:SPEED` or `START_MICROS:SPEED:REAL_MICROS`.

        Raises:
            ValueError: it is something else, or the speed is not above zero.

        >>> MineClock.parse("1764000000000000:20")
        MineClock(start=1764000000000000, speed=20.0, began=None)
        """
        start, speed, began = (*text.split(":"), "", "")[:3]
        clock = cls(int(start), float(speed or 1), int(began) if began else None)
        if not 0 < clock.speed <= 1000:
            raise ValueError(f"speed was {speed}, must lie above 0 and not above 1000")
        return clock

    @classmethod
    def from_now(cls, speed: float = 1.0) -> "MineClock":
        """A clock that leaves from the present."""
        return cls(time.time_ns() // 1000, speed)

    def now(self) -> Micros:
        """The mine's wall time."""
        real = time.time_ns() // 1000
        began = self.start if self.began is None else self.began
        return self.start + round((real - began) * self.speed)

    async def sleep(self, seconds: float) -> None:
        """Wait so many of the mine's seconds."""
        await asyncio.sleep(seconds / self.speed)

    async def sleep_until(self, moment: Micros) -> None:
        """Wait for a moment of the mine's time; at once if it has passed."""
        await self.sleep(max(0, moment - self.now()) / SECOND)
