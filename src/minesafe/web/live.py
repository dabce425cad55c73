"""The live wire's hub: tells every open page what changed, encoded once for all of them.

Alarms go out with the event that moved them. An order's message is the whole order, so the
newest says all the earlier ones did: after the first they are at least `ORDER_S` apart. Readings
are gathered for `READINGS_S`.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from minesafe.model.events import AlarmMoved, Event, FindingBegan, FindingEnded
from minesafe.ports import Desk
from minesafe.web import views
from minesafe.web.changes import Rows, Told, every, inside
from minesafe.web.client import GOING_AWAY, POLICY, Body, Client
from minesafe.web.models import (
    LiveAlarms,
    LiveBeat,
    LiveMessage,
    LiveOrders,
    LiveReadings,
    LiveSnapshot,
    LiveState,
    SnapshotOut,
)
from minesafe.web.tiles import Tiles

READINGS_S = 0.5
BEATS = 2
"""A heartbeat with every so many readings: each second."""
ORDER_S = 0.1
MAX_CLIENTS = 500


def encoded(message: LiveMessage) -> Body:
    """The message once for all pages; each connection puts its own number in front."""
    return message.model_dump_json(exclude={"n"})[1:]


class Hub:
    """Knows the open pages and what they were told last. Lives in the desk's event loop."""

    def __init__(self, desk: Desk, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Watch `desk`; nothing is sent before `run`."""
        self._desk, self._monotonic = desk, monotonic
        self._clients: set[Client] = set()
        self._told = Told(desk.picture())
        self._tiles = Tiles()
        self._state: Body = ""
        self._dirty: set[str] = set()
        self._orders_due: asyncio.TimerHandle | None = None
        self._orders_sent = -ORDER_S
        self._snapshot: Body | None = None
        self._overrides: dict[str, bool] = {}
        self._frame = (desk.picture().now, monotonic())
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
        end = self._desk.on_events(self._on_events)
        try:
            beat = 0
            while True:
                self._tick()
                beat = (beat + 1) % BEATS
                if beat == 0:
                    self._beat()
                await asyncio.sleep(READINGS_S)
        finally:
            end()
            if self._orders_due:
                self._orders_due.cancel()
            for client in self._clients:
                client.close(GOING_AWAY)

    def _tick(self) -> None:
        picture = self._desk.picture()
        if picture.now != self._frame[0]:
            self._frame = (picture.now, self._monotonic())
            self.frames_seen += 1
        self._snapshot = None
        rows = self._told.turn(picture)
        if rows.any and self._clients:
            body = self._readings(rows)
            for client in self._clients:
                client.say_readings(body)
        self._tell_state()
        self._watch_overrides()

    def _beat(self) -> None:
        desk = self._desk
        self._say(LiveBeat(n=0, now=desk.now(), position=desk.position))

    # --- what the journal says ----------------------------------------------------------------

    def _on_events(self, events: Sequence[Event]) -> None:
        self._snapshot = None
        self._tell_alarms(events)
        orders = {order for e in events if (order := getattr(e.body, "order", ""))}
        self._tell_orders(orders)
        if any(isinstance(e.body, FindingBegan | FindingEnded) for e in events):
            self._tell_state()

    def _tell_alarms(self, events: Sequence[Event]) -> None:
        moved = {e.body.episode: (e, e.body) for e in events if isinstance(e.body, AlarmMoved)}
        if not moved:
            return
        book = {a.episode: a for a in self._desk.alarms()}
        alarms = [
            views.alarm_out(book[episode]) if episode in book else views.gone_alarm(*last)
            for episode, last in moved.items()
        ]
        self._say(LiveAlarms(n=0, position=self._desk.position, alarms=alarms))

    def _tell_orders(self, orders: set[str]) -> None:
        """Now, or when the time since the last order message has passed."""
        self._dirty |= orders
        if not self._dirty or self._orders_due:
            return
        wait = self._orders_sent + ORDER_S - self._monotonic()
        if wait <= 0:
            self._send_orders()
        else:
            self._orders_due = asyncio.get_running_loop().call_later(wait, self._send_orders)

    def _send_orders(self) -> None:
        desk, self._orders_due = self._desk, None
        self._orders_sent = self._monotonic()
        now, dirty = desk.now(), self._dirty
        self._dirty = set()
        orders = [views.order_out(desk.mine, o, now) for o in desk.orders() if o.order in dirty]
        if orders:
            self._say(LiveOrders(n=0, position=desk.position, orders=orders))

    def _watch_overrides(self) -> None:
        """An order says anew when its all-clear no longer needs a reason: time alone does that."""
        desk = self._desk
        now = desk.now()
        overrides = {
            o.order: views.override_needed(desk.mine, o, now) for o in desk.orders() if o.is_open
        }
        changed = {o for o, needed in overrides.items() if self._overrides.get(o) is not needed}
        self._overrides = overrides
        self._tell_orders(changed)

    def _tell_state(self) -> None:
        state = self._state_message()
        body = encoded(state.model_copy(update={"position": 0}))
        if body != self._state:
            self._state = body
            self._say(state)

    # --- bodies -----------------------------------------------------------------------------

    def _say(self, message: LiveMessage) -> None:
        body = encoded(message)
        for client in self._clients:
            client.say(body)

    def _readings(self, rows: Rows) -> Body:
        mine, picture = self._desk.mine, self._desk.picture()
        return encoded(
            LiveReadings(
                n=0,
                now=self._desk.now(),
                values=views.values(mine, picture, rows.points),
                places=views.places(mine, picture, rows.people),
                counts=views.counts(mine, picture, rows.zones),
                underground=picture.underground,
            )
        )

    def _whole(self) -> Body:
        return self._readings(every(self._desk.picture()))

    def _state_message(self) -> LiveState:
        desk = self._desk
        now, findings = desk.now(), desk.findings()
        return LiveState(
            n=0,
            position=desk.position,
            findings=views.findings_out(findings),
            duty=views.duty_out(desk.mine, now),
            systems=self._tiles.look(desk.mine, desk.picture(), findings, now),
        )

    def snapshot(self) -> SnapshotOut:
        """Everything that changes, now."""
        desk, state = self._desk, self._state_message()
        mine, picture, now = desk.mine, desk.picture(), desk.now()
        rows = inside(picture)
        return SnapshotOut(
            position=desk.position,
            now=now,
            epoch=desk.epoch,
            values=views.values(mine, picture, rows.points),
            places=views.places(mine, picture, rows.people),
            counts=views.counts(mine, picture, rows.zones),
            alarms=[views.alarm_out(alarm) for alarm in desk.alarms()],
            orders=[views.order_out(mine, order, now) for order in desk.orders()],
            findings=state.findings,
            duty=state.duty,
            systems=state.systems,
            underground=picture.underground,
        )

    def _snapshot_body(self) -> Body:
        """One encoding serves all pages that come between two changes."""
        if self._snapshot is None:
            self._snapshot = encoded(LiveSnapshot(n=0, snapshot=self.snapshot()))
        return self._snapshot
