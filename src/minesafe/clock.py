"""The mine's clock: the wall's, or one that runs N times as fast for a demonstration.

Sample times, `now` and the ladder run in it. Sockets, sessions and watchdogs do not: they stay on
the event loop's own time.
"""

import asyncio
import ctypes
import os
import time
from dataclasses import dataclass

from minesafe.model.time import SECOND, Micros


def wall() -> Micros:
    """The machine's wall time, UTC."""
    return time.time_ns() // 1_000


TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""


def synchronised() -> bool | None:
    """Whether anything keeps the machine's clock right; None where the system does not say.

    A daemon that keeps it tells the kernel so (adjtimex(2)); nothing is set here.
    """
    buffer = ctypes.create_string_buffer(256)  # struct timex, modes 0
    state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
    return None if state < 0 else state != TIME_ERROR


def why_unknown() -> str:
    """In the system's words, after `synchronised` was None."""
    return os.strerror(ctypes.get_errno())


@dataclass(frozen=True, slots=True)
class MineClock:
    """At the monotonic time `anchor` it shows `start`; from there it runs `speed` times as fast.

    It follows the monotonic clock between, so a step of the wall clock does not move the mine.
    """

    start: Micros
    anchor: float
    """Monotonic seconds at `start`."""
    speed: float = 1.0

    @classmethod
    def since(cls, start: Micros, speed: float = 1.0) -> "MineClock":
        """A clock that shows `start` now."""
        return cls(start, time.monotonic(), speed)

    def now(self) -> Micros:
        """The mine's time."""
        return self.start + int((time.monotonic() - self.anchor) * self.speed * SECOND)

    def elapsed(self) -> float:
        """The mine's seconds since it was made."""
        return (time.monotonic() - self.anchor) * self.speed

    def told(self) -> str:
        """This clock for another process: mine µs, speed, and the wall's µs at that moment."""
        return f"{self.now()}:{self.speed:g}:{wall()}"

    async def sleep(self, seconds: float) -> None:
        """Wait so many of the mine's seconds."""
        await asyncio.sleep(seconds / self.speed)


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's wall clock, as a mine in production runs."""

    def now(self) -> Micros:
        """The machine's wall time."""
        return wall()

    def elapsed(self) -> float:
        """Seconds that no step of the wall clock moves."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
