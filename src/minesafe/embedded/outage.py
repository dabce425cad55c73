"""Times without a part of ours: a demo's scenario plays them, a server of a mine has none."""

import asyncio
from dataclasses import dataclass, field


class Outage:
    """Whether one embedded part shall be away."""

    def __init__(self) -> None:
        self._away, self._there = asyncio.Event(), asyncio.Event()
        self._there.set()

    @property
    def lasts(self) -> bool:
        """Whether it is away now."""
        return self._away.is_set()

    def turn(self, away: bool) -> None:
        """It goes, or comes back; saying so twice does nothing."""
        gone, come = (self._away, self._there) if away else (self._there, self._away)
        gone.set()
        come.clear()

    async def begun(self) -> None:
        """Return once it is away."""
        await self._away.wait()

    async def ended(self) -> None:
        """Return once it is to be there."""
        await self._there.wait()


@dataclass(frozen=True, slots=True)
class Outages:
    """Of the parts that are ours. What a configuration names elsewhere is never touched."""

    broker: Outage = field(default_factory=Outage)
    database: Outage = field(default_factory=Outage)
