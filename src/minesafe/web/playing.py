"""What a tape says on its way, in the words of the live wire: a page folds both alike."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Recorded, Replays
from minesafe.web import views
from minesafe.web.alarm_views import alarm_out
from minesafe.web.changes import Told
from minesafe.web.live import encoded
from minesafe.web.models import (
    AlarmOut,
    LiveAlarms,
    LiveBeat,
    LiveOrders,
    LiveSnapshot,
    LiveState,
    OrderOut,
    ReplayEnd,
    ReplayLine,
)
from minesafe.web.snapshot import readings_out, snapshot_out, state_out

T = TypeVar("T")

STEP_S = 1.0
"""Real seconds from line to line: what is heard changes once a second."""

LONGEST_S = 3600.0
"""Real seconds of one stream; a page that still looks asks again."""


class Player:
    """What one page was told of a tape."""

    def __init__(self, then: Recorded) -> None:
        self._told = Told(then.picture())
        self._alarms: dict[str, AlarmOut] = {}
        self._orders: dict[str, OrderOut] = {}
        self._state: LiveState | None = None
        list(self._changed(then))

    def first(self, then: Recorded) -> list[ReplayLine]:
        """All there is."""
        return [LiveSnapshot(n=0, snapshot=snapshot_out(then))]

    def next(self, then: Recorded) -> list[ReplayLine]:
        """What changed, and the time."""
        lines = [*self._changed(then)]
        rows = self._told.turn(then.picture())
        if rows.any:
            lines.append(readings_out(then, rows))
        return [*lines, LiveBeat(n=0, now=then.now(), position=then.position)]

    def _changed(self, then: Recorded) -> Iterator[ReplayLine]:
        """Alarms and orders that moved, states of which any did."""
        position, state = then.position, state_out(then)
        alarms = {a.episode: alarm_out(then.mine, a) for a in then.alarms()}
        orders = {o.order: views.order_out(then.mine, o, then.now()) for o in then.orders()}
        moved = [a for key, a in alarms.items() if self._alarms.get(key) != a]
        over = [a.model_copy(update={"state": "normal"}) for a in _gone(self._alarms, alarms)]
        issued = [o for key, o in orders.items() if self._orders.get(key) != o]
        closed = [o.model_copy(update={"closed": then.now()}) for o in _gone(self._orders, orders)]
        same = self._state is not None and state == self._state.model_copy(
            update={"position": position}
        )
        self._alarms, self._orders, self._state = alarms, orders, state
        if moved or over:
            yield LiveAlarms(n=0, position=position, alarms=[*moved, *over])
        if issued or closed:
            yield LiveOrders(n=0, position=position, orders=[*issued, *closed])
        if not same:
            yield state


def _gone(before: Mapping[str, T], now: Mapping[str, T]) -> list[T]:
    return [one for key, one in before.items() if key not in now]


class Stage:
    """A place where one page's tape is played."""

    def __init__(
        self,
        replays: Replays,
        present: Callable[[], Micros],
        still: Callable[[], Awaitable[bool]],
        recheck_s: float,
    ) -> None:
        """Nothing is played yet.

        Args:
            replays: the past.
            present: the mine's time now, where the past ends.
            still: whether whoever looks may go on looking.
            recheck_s: how often that is asked.
        """
        self._replays, self._present = replays, present
        self._still, self._recheck_s = still, recheck_s
        self._asked = time.monotonic()
        self._n = 0

    async def lines(self, at: Micros, speed: float) -> AsyncIterator[str]:
        """JSON from a moment on; the last line says why it ends.

        Args:
            at: where to begin.
            speed: mine seconds a second.
        """
        stands, code = at, "long"
        try:
            async with self._replays.play(at) as tape:
                player = await asyncio.to_thread(Player, tape.then)
                yield self._text(await asyncio.to_thread(player.first, tape.then))
                begun = time.monotonic()
                while time.monotonic() - begun < LONGEST_S:
                    await asyncio.sleep(STEP_S)
                    stands = at + int((time.monotonic() - begun) * speed * SECOND)
                    code = await self._ended(stands)
                    if code:
                        break
                    then = await tape.on(stands)
                    yield self._text(await asyncio.to_thread(player.next, then))
        except Refused as no:
            code = no.code
        except StoreUnavailable:
            code = "history_unavailable"
        yield self._text([ReplayEnd(n=0, at=stands, code=code or "long")])

    async def _ended(self, at: Micros) -> str:
        if at >= self._present():
            return "present"
        if time.monotonic() - self._asked < self._recheck_s:
            return ""
        self._asked = time.monotonic()
        return "" if await self._still() else "not_logged_in"

    def _text(self, lines: Sequence[ReplayLine]) -> str:
        """Each with its number."""
        numbered = enumerate(lines, self._n + 1)
        text = "".join(f'{{"n":{n},{encoded(line)}\n' for n, line in numbered)
        self._n += len(lines)
        return text
