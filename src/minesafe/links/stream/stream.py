"""The hot stream from a broker: heard, handed on in micro-batches, acknowledged when that is done.

As `links.mqtt` it keeps what F1 taught: the session is persistent, nothing is acknowledged before
whoever has it has returned, and after every trouble it connects, subscribes and listens again,
also when nothing at all was heard for `quiet_s`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

from minesafe.links import tls
from minesafe.links.backoff import Backoff
from minesafe.links.messages import Handler, Message
from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import Hello, Publish, Will
from minesafe.links.stream.session import MOST_HELD, Held, Session
from minesafe.links.stream.topics import Filters
from minesafe.links.stream.train import Train
from minesafe.model.errors import LinkDown, MinesafeError
from minesafe.model.events import FindingKind
from minesafe.model.mine import Broker
from minesafe.ports import Findings

CONNECT_S = 5.0
"""Real seconds for connection, TLS and welcome together."""

LOOK_S = 0.25
"""How often it is asked whether anything was heard at all, at the most."""

Lane: TypeAlias = Callable[[Sequence[Publish]], Awaitable[None]]
"""Takes the messages of a micro-batch at once; what it does before it first waits is done in
their order. Returns once they need be sent no more; raising one of our errors means: again."""


_Part: TypeAlias = tuple[str, Lane, Sequence[Publish]]
"""Messages of one lane, and the filter of the first."""


@dataclass(frozen=True, slots=True)
class State:
    """What is kept at a topic while we are there, and what the broker puts there afterwards."""

    topic: str
    online: bytes
    offline: bytes


@dataclass(frozen=True, slots=True)
class Talk:
    """What the stream says of itself to a broker."""

    client_id: str
    """Stable over restarts: the broker keeps this client's messages by it."""
    state: Callable[[], State] | None = None
    """Made anew for each connection."""


class MqttStream:
    """Hears topics, each for its handler or lane; a `ports.Source` of its own.

    Args:
        name: what findings call it.
        broker: where to connect.
        talk: who we are to it.
        routes: the handler of each topic filter; every message in a task of its own.
        lanes: the lane of each topic filter.
        findings: LINK_DOWN of `name`, QUEUE_FULL, and TASK_CRASHED of a handler with a fault.
        known: topics that lanes have learnt, and the loops that look them up.
        most_held: messages that may be unacknowledged.
        quiet_s: with nothing heard for so long (real seconds) the connection is built anew.
        backoff: pauses between connections.
    """

    def __init__(
        self,
        name: str,
        broker: Broker,
        talk: Talk,
        routes: Mapping[str, Handler],
        lanes: Mapping[str, Lane],
        findings: Findings,
        *,
        known: Known | None = None,
        most_held: int = MOST_HELD,
        quiet_s: float = 30.0,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._broker, self._talk = broker, talk
        alone = {topic: _Way(_alone(handler), False) for topic, handler in routes.items()}
        together = {topic: _Way(lane, True) for topic, lane in lanes.items()}
        self._filters = Filters(alone | together)
        self._findings = findings
        self._known = Known() if known is None else known
        self._most_held = most_held
        self._quiet_s = quiet_s
        self._backoff = backoff or Backoff(0.5, 10.0)
        self._running: set[asyncio.Task[None]] = set()
        self._session: Session | None = None
        self.sessions = 0
        """How often it has connected and subscribed."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there, and has taken our subscriptions."""
        return self._session is not None

    @property
    def idle(self) -> bool:
        """Whether all that was heard is done with."""
        return not self._running

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False
    ) -> None:
        """Tell the broker something.

        Raises:
            LinkDown: there is no connection, or it ended before the broker had it.
        """
        if self._session is None:
            raise LinkDown("not connected to the broker")
        await self._session.publish(topic, payload, qos=qos, retain=retain)

    async def run(self) -> None:
        """Hear until cancelled."""
        try:
            while True:
                await self._one_session()
        finally:
            await self._stop_lanes()

    async def _one_session(self) -> None:
        session = None
        try:
            state = self._talk.state() if self._talk.state is not None else None
            async with asyncio.timeout(CONNECT_S):
                session = await self._connected(state)
                await self._let_in(session, state)
            if not await self._listen(session):
                return  # silence is the engine's to judge, not a broken link
        except (MinesafeError, OSError, ValueError) as error:
            if session is None or not session.over:
                what = tls.refused(error) or "the broker does not answer"
                self._findings.began(FindingKind.LINK_DOWN, self.name, what)
        finally:
            self._session = None
            if session is not None:
                await session.leave()
        await asyncio.sleep(self._backoff.next_s())

    # --- a connection ----------------------------------------------------------------------------

    async def _connected(self, state: State | None) -> Session:
        """With TLS where the broker is configured so; its files are read anew each time."""
        broker, talk = self._broker, self._talk
        will = Will(state.topic, state.offline) if state is not None else None
        secure = None if broker.tls is None else await asyncio.to_thread(tls.context, broker.tls)
        hello = Hello(talk.client_id, broker.user, broker.password, will=will)
        _, session = await asyncio.get_running_loop().create_connection(
            lambda: Session(hello, self._take, self._most_held, self._known),
            broker.host,
            broker.port,
            ssl=secure,
            server_hostname=(broker.tls.name or broker.host) if broker.tls else None,
        )
        return session

    async def _let_in(self, session: Session, state: State | None) -> None:
        """Welcomed, and our topics subscribed to.

        Raises:
            LinkDown: the broker does not want us, or not all of it.
        """
        await session.welcomed()
        await session.subscribe(self._filters.all)
        if state is not None:
            await session.publish(state.topic, state.online, qos=1, retain=True)

    async def _listen(self, session: Session) -> bool:
        """Until the connection breaks, or messages must be asked for again.

        Returns:
            False where nothing was heard for so long that it may be deaf.
        """
        self.sessions += 1
        self._findings.ended(FindingKind.LINK_DOWN, self.name)
        self._session, loop = session, asyncio.get_running_loop()
        look_s = min(LOOK_S, self._quiet_s / 2)
        while not session.gone.done():
            await asyncio.wait({session.gone}, timeout=look_s)
            self._watch_flood(session)
            if loop.time() - session.heard > self._quiet_s:
                return False
        session.gone.result()
        return True

    def _watch_flood(self, session: Session) -> None:
        if session.too_much:
            what = "messages come faster than they are stored"
            self._findings.began(FindingKind.QUEUE_FULL, self.name, what)
        else:
            self._findings.ended(FindingKind.QUEUE_FULL, self.name)

    # --- a micro-batch ---------------------------------------------------------------------------

    def _take(self, session: Session, messages: Sequence[Publish], held: Held) -> None:
        """Hand it on, to every lane its part; tasks start in the order in which they are made."""
        self._backoff.reset()
        of = self._parts_of_train if isinstance(messages, Train) else self._parts
        parts = of(messages)  # type: ignore[arg-type]  # each takes what it is asked for
        batch = _Batch(session, held, len(parts))
        for topic, lane, part in parts:
            task = asyncio.create_task(self._give(batch, topic, lane, part))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if not parts:
            session.settled(held)

    def _parts_of_train(self, train: Train) -> list[_Part]:
        """As `_parts`, a look at all of them at once."""
        parts: list[tuple[int, Lane, Sequence[Publish]]] = []
        for way, where, some in self._filters.parted(train):
            if way.together:
                parts.append((where[0], way.lane, some))
            else:
                alone = zip(where, some, strict=True)
                parts += [(i, way.lane, [message]) for i, message in alone]
        parts.sort(key=itemgetter(0))
        return [(self._filter(part[0].topic), lane, part) for _, lane, part in parts]

    def _filter(self, topic: bytes) -> str:
        found = self._filters.find(topic)
        return found[0] if found is not None else ""

    def _parts(self, messages: Sequence[Publish]) -> list[_Part]:
        find = self._filters.find
        parts: list[_Part] = []
        of_lane: dict[Lane, list[Publish]] = {}
        for message in messages:
            found = find(message.topic)
            if found is None:  # left over from an earlier revision's subscription
                continue
            topic, way = found
            part = of_lane.get(way.lane)
            if part is not None:
                part.append(message)
                continue
            parts.append((topic, way.lane, part := [message]))
            if way.together:
                of_lane[way.lane] = part
        return parts

    async def _give(
        self, batch: "_Batch", topic: str, lane: Lane, messages: Sequence[Publish]
    ) -> None:
        try:
            await lane(messages)
            self._findings.ended(FindingKind.TASK_CRASHED, topic)
        except MinesafeError as error:
            batch.session.over = True
            batch.session.fail(error)
            return
        except Exception as error:  # a fault of ours: sent again it would fail again
            if not await self._one_by_one(topic, lane, messages, error):
                batch.session.over = True
                batch.session.fail(LinkDown("asked for again"))
                return
        batch.left -= 1
        if not batch.left:
            batch.session.settled(batch.held)

    async def _one_by_one(
        self, topic: str, lane: Lane, messages: Sequence[Publish], error: Exception
    ) -> bool:
        """One message that breaks us costs the others of its micro-batch nothing."""
        alone = messages if len(messages) > 1 else ()
        for message in alone:
            try:
                await lane([message])
            except MinesafeError:
                return False
            except Exception as again:
                error = again
        detail = f"{type(error).__name__}: {error}"
        self._findings.began(FindingKind.TASK_CRASHED, topic, detail)
        return True

    async def _stop_lanes(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)


@dataclass(slots=True)
class _Batch:
    """A micro-batch on its way, and how many lanes still have a part of it."""

    session: Session
    held: Held
    left: int


@dataclass(frozen=True, slots=True)
class _Way:
    """Who takes the messages of a filter, and whether many at once."""

    lane: Lane
    together: bool


def _alone(handler: Handler) -> Lane:
    """A handler of single messages as a lane of one."""

    async def lane(messages: Sequence[Publish]) -> None:
        for m in messages:
            await handler(Message(m.topic.decode(), m.payload, m.retained, m.cut))

    return lane
