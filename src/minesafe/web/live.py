"""The live wire's hub: tells every open page what changed, encoded once for all of them.

Alarms go out with the event that moved them. An order's message is the whole order, so the
newest says all the earlier ones did: after the first they are at least `ORDER_S` apart. Readings
are gathered for `READINGS_S`.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from minesafe.evacuation.acts import override_needed
from minesafe.model.events import AlarmMoved, Event, FindingBegan, FindingEnded
from minesafe.model.frame import Column
from minesafe.ports import Desk
from minesafe.web import views
from minesafe.web.alarm_views import alarm_out, gone_alarm
from minesafe.web.changes import Rows, Told, every
from minesafe.web.client import GOING_AWAY, POLICY, Body, Client
from minesafe.web.models import (
    LiveAlarms,
    LiveBeat,
    LiveMessage,
    LiveOrders,
    LiveSnapshot,
    ReplayEnd,
    SnapshotOut,
)
from minesafe.web.snapshot import readings_out, snapshot_out, state_out
from minesafe.web.walks import Walks

READINGS_S = 0.5
BEAT_S = 1.0 - READINGS_S / 2
"""A heartbeat with every second look at the readings: each second."""
ORDER_S = 0.1
ALARMS_TOLD = 500
"""In one message, some 200 kB: each has a second to be sent, also over a slow line."""
MAX_CLIENTS = 500


def encoded(message: LiveMessage | ReplayEnd) -> str:
    """The message once for all pages; each connection puts its own number in front."""
    return message.model_dump_json(exclude={"n"})[1:]


class Hub:
    """Knows the open pages and what they were told last. Lives in the desk's event loop."""

    def __init__(
        self,
        desk: Desk,
        monotonic: Callable[[], float] = time.monotonic,
        readings_s: float = READINGS_S,
    ) -> None:
        """Watch `desk`; nothing is sent before `run`.

        `readings_s`: how long readings are gathered, real seconds; where the mine's clock runs N
        times as fast, N times as short tells every page as much as it would be told.
        """
        self._desk, self._monotonic, self._readings_s = desk, monotonic, readings_s
        self._clients: set[Client] = set()
        self._mine, self._told = desk.mine, Told(desk.picture())
        self._walks = Walks(desk.mine)
        self._state = ""
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self._dirty: set[str] = set()
        self._orders_at = self._tick_at = self._beat_at = monotonic()
        self._snapshot: str | None = None
        self._overrides: dict[str, bool] = {}
        self._frame = (desk.picture().now, monotonic())
        self.cannot: Callable[[], list[str]] = list
        """Why no alarm can be raised now; the site knows (`web.health`)."""
        self.frames_seen = 0
        """How often a look at the picture found it newer."""
        self.evicted = 0
        """Pages given up because they stopped reading."""

    # --- pages come and go ----------------------------------------------------------------

    def join(self, session: str) -> Client | None:
        """A new page: its first message is a snapshot. None when there are too many."""
        if len(self._clients) >= MAX_CLIENTS:
            return None
        client = Client(session, self._whole)
        client.say(self._snapshot_body())
        self._clients.add(client)
        return client

    def leave(self, client: Client) -> None:
        """The page has gone."""
        self._clients.discard(client)

    def end_session(self, session: str) -> None:
        """Close the pages of a session that ended."""
        for client in self._clients:
            if client.session == session:
                client.close(POLICY)

    @property
    def sessions(self) -> frozenset[str]:
        """Those that have a page open."""
        return frozenset(client.session for client in self._clients)

    @property
    def pages(self) -> int:
        """How many are open."""
        return len(self._clients)

    @property
    def frame_age_s(self) -> float:
        """Real seconds since the engine was last seen to have judged something new."""
        return self._monotonic() - self._frame[1]

    # --- the hub's own life ----------------------------------------------------------------

    async def run(self) -> None:
        """Listen to the desk and tell the pages, until cancelled; then close them all."""
        end = self._desk.on_events(self._hear)
        try:
            while True:
                await self._wait()
                if self._desk.mine is not self._mine:
                    self._begin_anew()
                self._tell_events()
                if self._dirty and self._monotonic() >= self._orders_at:
                    self._tell_orders()
                if self._monotonic() >= self._tick_at:
                    self._tick()
        finally:
            end()
            for client in self._clients:
                client.close(GOING_AWAY)

    def _begin_anew(self) -> None:
        """Another revision: its rows are others, so every page comes back for the whole."""
        self._mine, self._told = self._desk.mine, Told(self._desk.picture())
        self._walks = Walks(self._mine)
        self._state, self._snapshot = "", None
        for client in self._clients:
            client.close(GOING_AWAY)

    def _hear(self, events: Sequence[Event]) -> None:
        """Only remember them: a fault of the pages must not stop the desk that calls this."""
        self._events.extend(events)
        self._news.set()

    async def _wait(self) -> None:
        """Until there is news, or the time of orders that wait or of the next readings."""
        due = min(self._tick_at, self._orders_at) if self._dirty else self._tick_at
        with suppress(TimeoutError):
            async with asyncio.timeout(due - self._monotonic()):
                await self._news.wait()
        self._news.clear()

    def _tick(self) -> None:
        now = self._monotonic()
        self._tick_at = now + self._readings_s
        if now >= self._beat_at:
            self._beat_at = now + BEAT_S
            self._beat()
        self._snapshot = None
        self._tell_readings()
        self._tell_state()
        self._watch_overrides()

    def _tell_readings(self) -> None:
        picture = self._desk.picture()
        if picture.now != self._frame[0]:
            self._frame = (picture.now, self._monotonic())
            self.frames_seen += 1
        rows, walked = self._told.turn_apart(picture)
        if rows.any and self._clients:
            bodies = self._bodies(rows, walked)
            for client in self._clients:
                client.say_readings(bodies)

    def _bodies(self, rows: Rows, walked: Column) -> list[Body]:
        """Who only walked in bytes, whatever else changed in words."""
        picture, now = self._desk.picture(), self._desk.now()
        walkers = self._walks.tellable(picture, now, walked)
        others = rows.without(walkers)
        words: list[Body] = [self._readings(others)] if others.any else []
        return [*words, self._walks.told(picture, now, walkers)] if walkers.size else words

    def _beat(self) -> None:
        desk = self._desk
        cannot = self.cannot()
        self._say(LiveBeat(n=0, now=desk.now(), position=desk.position, cannot=cannot))

    # --- what the journal says ----------------------------------------------------------------

    def _tell_events(self) -> None:
        events, self._events = self._events, []
        if not events:
            return
        self._snapshot = None
        self._tell_alarms(events)
        self._dirty |= {order for e in events if (order := getattr(e.body, "order", ""))}
        if any(isinstance(e.body, FindingBegan | FindingEnded) for e in events):
            self._tell_state()

    def _tell_alarms(self, events: Sequence[Event]) -> None:
        moved = {e.body.episode: (e, e.body) for e in events if isinstance(e.body, AlarmMoved)}
        if not moved:
            return
        mine, book = self._desk.mine, {a.episode: a for a in self._desk.alarms()}
        alarms = [
            alarm_out(mine, book[episode]) if episode in book else gone_alarm(*last)
            for episode, last in moved.items()
        ]
        for first in range(0, len(alarms), ALARMS_TOLD):
            told = alarms[first : first + ALARMS_TOLD]
            self._say(LiveAlarms(n=0, position=self._desk.position, alarms=told))

    def _tell_orders(self) -> None:
        desk, dirty, self._dirty = self._desk, self._dirty, set()
        self._orders_at = self._monotonic() + ORDER_S
        now = desk.now()
        orders = [views.order_out(desk.mine, o, now) for o in desk.orders() if o.order in dirty]
        if orders:
            self._say(LiveOrders(n=0, position=desk.position, orders=orders))

    def _watch_overrides(self) -> None:
        """An order says anew when its all-clear no longer needs a reason: time alone does that."""
        desk = self._desk
        now = desk.now()
        policy = desk.mine.policy
        overrides = {o.order: override_needed(o, policy, now) for o in desk.orders() if o.is_open}
        told = self._overrides
        self._dirty |= {o for o, needed in overrides.items() if told.get(o, needed) is not needed}
        self._overrides = overrides

    def _tell_state(self) -> None:
        state = state_out(self._desk)
        body = encoded(state.model_copy(update={"position": 0}))
        if body != self._state:
            self._state = body
            self._say(state)

    # --- bodies -----------------------------------------------------------------------------

    def _say(self, message: LiveMessage) -> None:
        body = encoded(message)
        for client in self._clients:
            client.say(body)

    def _readings(self, rows: Rows) -> str:
        return encoded(readings_out(self._desk, rows))

    def _whole(self) -> str:
        return self._readings(every(self._desk.picture()))

    def snapshot(self) -> SnapshotOut:
        """Everything that changes, now."""
        return snapshot_out(self._desk)

    def _snapshot_body(self) -> str:
        """One encoding serves all pages that come between two changes."""
        if self._snapshot is None:
            self._snapshot = encoded(LiveSnapshot(n=0, snapshot=self.snapshot()))
        return self._snapshot
