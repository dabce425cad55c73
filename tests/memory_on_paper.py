"""The memory of the web's tests: a desk's records by their position, and no past."""

from collections.abc import Awaitable, Callable, Sequence

from small_mine import small_mine

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import Event
from minesafe.model.past import Past, Walked
from minesafe.model.search import Found, Search
from minesafe.model.time import Micros
from minesafe.wording import Sayer


class MemoryOnPaper:
    """`ports.Memory` over a list."""

    def __init__(self, read: Callable[[int, int], Awaitable[Sequence[Event]]]) -> None:
        self._read = read
        self._sayer = Sayer(small_mine())

    async def at(self, valid: Micros, known: Micros) -> Past:
        raise StoreUnavailable("there is no journal")

    async def walk(self) -> Walked:
        events = await self._read(0, 10_000)
        return Walked(len(events), events[-1].hash if events else "", "")

    async def find(self, search: Search) -> Found:
        events = [e for e in await self._read(0, 10_000) if self._meets(e, search)]
        if search.newest:
            events = [e for e in reversed(events) if e.position < (search.after or e.position + 1)]
        else:
            events = [e for e in events if e.position > search.after]
        more = events[search.limit - 1].position if len(events) > search.limit else 0
        return Found(events[: search.limit], "journal", 0, len(events), more)

    def _meets(self, event: Event, search: Search) -> bool:
        said = self._sayer.said(event.body)
        spans = ((event.valid, search.valid), (event.recorded, search.recorded))
        return (
            all(span is None or span[0] <= at < span[1] for at, span in spans)
            and (not search.kinds or said.kind in search.kinds)
            and (not search.actor or said.actor == search.actor)
            and set(search.about) <= set(said.about)
        )
