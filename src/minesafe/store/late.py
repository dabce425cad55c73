"""The history of a server whose database may not be there yet, or any more."""

from collections.abc import AsyncIterator, Collection, Sequence

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.moment import Mark, Moment
from minesafe.model.presence import Presence
from minesafe.model.search import Search
from minesafe.model.spell import Spells
from minesafe.model.time import Micros
from minesafe.model.trend import Trend
from minesafe.store.history import PostgresHistory


class LateHistory:
    """`ports.History` before, while and after the database is there."""

    def __init__(self, mine: Mine) -> None:
        self.mine = mine
        self.there: PostgresHistory | None = None

    def take_over(self, mine: Mine) -> None:
        """Go by another revision, now or when the database is there."""
        self.mine = mine
        if self.there is not None:
            self.there.take_over(mine)

    def _now(self) -> PostgresHistory:
        if self.there is None:
            raise StoreUnavailable("the database has not started yet")
        return self.there

    async def write(self, frames: Sequence[Frame]) -> None:
        """As `ports.History`; so below."""
        await self._now().write(frames)

    async def stored_through(self) -> int:
        """The greatest seq stored."""
        return await self._now().stored_through()

    async def values(self, point: int, start: Micros, end: Micros, limit: int) -> Readings:
        """A point's samples."""
        return await self._now().values(point, start, end, limit)

    async def track(self, tag: int, start: Micros, end: Micros, limit: int) -> Sightings:
        """A person's places."""
        return await self._now().track(tag, start, end, limit)

    def frames(
        self, start: Micros, end: Micros, *, points: Collection[int] | None = None
    ) -> AsyncIterator[Frame]:
        """Frames as they were judged."""
        return self._now().frames(start, end, points=points)

    def journalled(
        self, kinds: Collection[str], start: Micros, end: Micros
    ) -> AsyncIterator[Event]:
        """Events of the journal of some kinds."""
        return self._now().journalled(kinds, start, end)

    async def tracks(
        self, tags: Sequence[int], start: Micros, end: Micros, limit: int
    ) -> Sightings:
        """Several people's places."""
        return await self._now().tracks(tags, start, end, limit)

    async def presence(self, start: Micros, end: Micros) -> Presence:
        """Who was where, by minute."""
        return await self._now().presence(start, end)

    async def spells(self, point: int, start: Micros, end: Micros, width_s: int) -> Spells:
        """When a point was not believed."""
        return await self._now().spells(point, start, end, width_s)

    async def moment(self, at: Micros, *, rows_of: str = "") -> Moment | None:
        """What was known at a time."""
        return await self._now().moment(at, rows_of=rows_of)

    async def since(self, moment: Moment, at: Micros) -> Moment | None:
        """What is newer at a later time."""
        return await self._now().since(moment, at)

    async def recorded(self) -> tuple[Micros, Micros] | None:
        """Time of the first and of the newest frame."""
        return await self._now().recorded()

    async def find(self, search: Search) -> tuple[list[int], int]:
        """Positions of records."""
        return await self._now().find(search)

    async def marks(self, start: Micros, end: Micros, dots: int) -> Sequence[Mark]:
        """Alarms and orders between."""
        return await self._now().marks(start, end, dots)

    async def trend(self, point: int, start: Micros, end: Micros, width_s: int) -> Trend:
        """A point's steps."""
        return await self._now().trend(point, start, end, width_s)
