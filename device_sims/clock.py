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
    """At the monotonic time `anchor` it shows `start`; from there it runs `speed` times as fast.

    Server and simulators are handed the same line; between, each follows its monotonic clock, so
    a step of the wall clock does not tear them apart.
    """

    start: Micros
    anchor: float
    """Monotonic seconds at `start`."""
    speed: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "MineClock":
        """Read `START:SPEED` or `START:SPEED:WALL`: mine time was START when the wall's was WALL.

        Without WALL the mine's time left from the wall's: START is both.

        Raises:
            ValueError: it is something else, or the speed is out of range.

        >>> MineClock.parse("1764000000000000:20").speed
        20.0
        """
        start, speed, *wall = text.split(":")
        if len(wall) > 1 or not 0 < float(speed) <= 1000:
            raise ValueError(f"clock was {text}, must be START:SPEED[:WALL] with 0 < SPEED ≤ 1000")
        ago = (_wall() - int(wall[0] if wall else start)) / SECOND
        return cls(int(start), time.monotonic() - ago, float(speed))

    @classmethod
    def from_now(cls, speed: float = 1.0) -> "MineClock":
        """A clock that leaves from the present."""
        return cls(_wall(), time.monotonic(), speed)

    def now(self) -> Micros:
        """The mine's time."""
        return self.start + round((time.monotonic() - self.anchor) * self.speed * SECOND)

    async def sleep(self, seconds: float) -> None:
        """Wait so many of the mine's seconds."""
        await asyncio.sleep(seconds / self.speed)

    async def sleep_until(self, moment: Micros) -> None:
        """Wait for a moment of the mine's time; at once if it has passed."""
        await self.sleep(max(0, moment - self.now()) / SECOND)


def _wall() -> Micros:
    return time.time_ns() // 1000
