"""A client of an MQTT broker that acknowledges a message only after its handler has returned.

aiomqtt 2.5 acknowledges a QoS 1 message when it queues it: what is queued when the process dies
is lost (3,015 of 4,000 in a trial with three kills; none with the acknowledgement after the
durable write). It never reconnects by itself, and a connection may be up and deaf. So:

- `_Session` switches paho to manual acknowledgement, the only use of private names here;
- the session is persistent (stable client id, clean_session off), so the broker keeps what comes
  while we are away;
- `MqttLink.run` connects, subscribes and listens again after every trouble, and also when
  nothing at all was heard for `quiet_s`.

Handlers of one topic start in the order of arrival and run together, up to `in_flight` in all, so
that acknowledgements waiting for the disk share its commits.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from minesafe.links import tls
from minesafe.links.backoff import Backoff
from minesafe.links.messages import Handler, Message
from minesafe.model.errors import LinkDown, MinesafeError
from minesafe.model.events import FindingKind
from minesafe.model.mine import Broker
from minesafe.ports import Findings

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

AT_LEAST_ONCE = 1
REFUSED = 0x80


class _BoundedQueue(asyncio.Queue[aiomqtt.Message]):
    """aiomqtt's inbox, bounded in messages and in bytes; what does not fit stays with the broker.

    aiomqtt drops what it cannot queue. It is not acknowledged then, so the broker sends it again
    to the next session: `spilled` says that this one must end.
    """

    MESSAGES = 4096
    BYTES = 32 << 20

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize or self.MESSAGES)
        self.spilled = asyncio.Event()
        self._bytes = 0

    def put_nowait(self, item: aiomqtt.Message) -> None:
        size = len(item.payload)
        if self.full() or self._bytes + size > self.BYTES:
            self.spilled.set()
            raise asyncio.QueueFull
        self._bytes += size
        super().put_nowait(item)

    def _get(self) -> aiomqtt.Message:
        item: aiomqtt.Message = super()._get()
        self._bytes -= len(item.payload)
        return item


class _Session:
    """One connection to the broker with manual acknowledgement: all that is private in aiomqtt."""

    CONNECT_S = 5.0
    KEEPALIVE_S = 10

    def __init__(self, broker: Broker, client_id: str, secure: tls.Context | None = None) -> None:
        self._secure = secure
        self._client = aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.user or None,
            password=broker.password or None,
            identifier=client_id,
            clean_session=False,
            tls_context=secure,
            queue_type=_BoundedQueue,
            timeout=self.CONNECT_S,
            keepalive=self.KEEPALIVE_S,
        )
        self._paho = self._client._client  # noqa: SLF001  manual acknowledgement has no public way
        self._paho.manual_ack_set(True)
        self._paho.connect_timeout = self.CONNECT_S
        self._loop = asyncio.get_running_loop()
        self._paho.on_socket_register_write = self._wants_to_write
        self._patience: asyncio.Timeout | None = None
        self.open = False
        self.over = False
        """It shall end, so that the next one gets what this one could not take."""

    async def __aenter__(self) -> "_Session":
        try:
            await self._client.__aenter__()
        except BaseException:
            await self._hang_up()
            raise
        self.open = True
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.open = False
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Say goodbye if there is a connection, and let go of socket and keep-alive task."""
        try:
            self._paho.disconnect()
            await asyncio.sleep(0)  # aiomqtt registers the socket for writing in the next turn
            self._paho.loop_write()  # pending acknowledgements, then the goodbye
        finally:
            self._paho._sock_close()  # noqa: SLF001  a deaf peer's buffer may be full
            if self._secure is not None:
                self._secure.let_go()
        gone = self._client._disconnected  # noqa: SLF001  there is no public way
        if gone.done() and not gone.cancelled():
            gone.exception()  # why it ended has been told; asyncio need not warn of it again

    def _wants_to_write(self, _paho: object, _userdata: object, sock: "SocketLike") -> None:
        """Comes from the loop's thread, and from another while it connects."""
        self._loop.call_soon_threadsafe(self._watch_for_writing, sock)

    def _watch_for_writing(self, sock: "SocketLike") -> None:
        """As aiomqtt does, unless the socket was closed since: its number is another's by now.

        A watch on a foreign number would cost that connection its own, or turn without end.
        """
        if self._paho.socket() is sock and self._paho.want_write():
            self._loop.add_writer(sock.fileno(), self._write)

    def _write(self) -> None:
        """A broken connection ends the session, as aiomqtt has it."""
        gone = self._client._disconnected  # noqa: SLF001  there is no public way
        try:
            self._paho.loop_write()
        except Exception as error:  # whatever a socket or a codec raises
            if not gone.done():
                gone.set_exception(error)

    async def subscribe(self, topics: list[str]) -> None:
        granted = await self._client.subscribe([(topic, AT_LEAST_ONCE) for topic in topics])
        codes = [c.value if isinstance(c, ReasonCode) else c for c in granted]
        refused = [t for t, code in zip(topics, codes, strict=True) if code >= REFUSED]
        if refused:
            raise LinkDown(f"the broker refuses {', '.join(refused)}")

    async def publish(self, topic: str, payload: bytes) -> None:
        """Return once the broker has it."""
        await self._client.publish(topic, payload, qos=AT_LEAST_ONCE)

    async def next(self, quiet_s: float) -> aiomqtt.Message | None:
        """The next message, or None when nothing came for `quiet_s` or the session shall end."""
        if self.over:
            return None
        try:
            async with asyncio.timeout(quiet_s) as self._patience:
                return await anext(self._client.messages)
        except TimeoutError:
            return None
        finally:
            self._patience = None

    def end(self) -> None:
        """Hear no more: the broker sends what is not acknowledged to the next session."""
        self.over = True
        if self._patience is not None:
            self._patience.reschedule(asyncio.get_running_loop().time())

    @property
    def spilled(self) -> bool:
        queue = self._client._queue  # noqa: SLF001  our own class, handed in above
        assert isinstance(queue, _BoundedQueue)
        return queue.spilled.is_set()

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker it may forget the message; nothing when the session has ended."""
        if self.open and message.qos:
            self._paho.ack(message.mid, message.qos)


class MqttLink:
    """Hears topics and hands each message to its handler; a `ports.Source` of its own.

    Args:
        name: what findings call it.
        broker: where to connect.
        client_id: stable over restarts: the broker keeps this client's messages by it.
        routes: the handler of each topic (exact, no wildcards).
        findings: LINK_DOWN of `name`, QUEUE_FULL, and TASK_CRASHED of a handler with a fault.
        in_flight: how many handlers may run together.
        quiet_s: with nothing heard for so long (real seconds) the connection is built anew.
        backoff: pauses between connections.
    """

    def __init__(
        self,
        name: str,
        broker: Broker,
        client_id: str,
        routes: Mapping[str, Handler],
        findings: Findings,
        *,
        in_flight: int = 512,
        quiet_s: float = 30.0,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._broker = broker
        self._client_id = client_id
        self._routes = dict(routes)
        self._findings = findings
        self._room = asyncio.Semaphore(in_flight)
        self._quiet_s = quiet_s
        self._backoff = backoff or Backoff(0.5, 10.0)
        self._running: set[asyncio.Task[None]] = set()
        self._session: _Session | None = None
        self.sessions = 0
        """How often it has connected and subscribed."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there, and has taken our subscriptions."""
        return self._session is not None

    async def publish(self, topic: str, payload: bytes) -> None:
        """Tell the broker something, at least once, not retained.

        Raises:
            LinkDown: there is no connection, or it ended before the broker had it.
        """
        if self._session is None:
            raise LinkDown("not connected to the broker")
        try:
            await self._session.publish(topic, payload)
        except (aiomqtt.MqttError, OSError, ValueError) as error:
            raise LinkDown(str(error)) from error

    async def run(self) -> None:
        """Hear until cancelled."""
        try:
            while True:
                await self._one_session()
        finally:
            await self._stop_handlers()

    async def _one_session(self) -> None:
        try:
            secure = await self._context()
            async with _Session(self._broker, self._client_id, secure) as session:
                await session.subscribe(list(self._routes))
                self.sessions += 1
                self._findings.ended(FindingKind.LINK_DOWN, self.name)
                self._session = session
                await self._listen(session)
            self._session = None
            if session.over:
                await asyncio.sleep(self._backoff.next_s())
        except (aiomqtt.MqttError, MinesafeError, OSError, ValueError) as error:
            self._findings.began(FindingKind.LINK_DOWN, self.name, tls.refused(_cause(error)))
            self._session = None
            await asyncio.sleep(self._backoff.next_s())

    async def _context(self) -> tls.Context | None:
        """Read anew for each connection: certificates are renewed while we run."""
        wanted = self._broker.tls
        return None if wanted is None else await asyncio.to_thread(tls.context, wanted)

    async def _listen(self, session: _Session) -> None:
        """Until the connection breaks, falls silent, or messages must be asked for again."""
        while message := await session.next(self._quiet_s):
            self._backoff.reset()
            await self._room.acquire()
            task = asyncio.create_task(self._handle(message, session))
            self._running.add(task)
            task.add_done_callback(self._finished)
            self._watch_spill(session)

    def _watch_spill(self, session: _Session) -> None:
        if session.spilled:
            self._findings.began(FindingKind.QUEUE_FULL, self.name, "messages come too fast")
            session.end()
        else:
            self._findings.ended(FindingKind.QUEUE_FULL, self.name)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._room.release()

    async def _handle(self, message: aiomqtt.Message, session: _Session) -> None:
        topic = str(message.topic)
        handler = self._routes.get(topic)
        try:
            if handler is not None:  # else left over from an earlier revision's subscription
                await handler(Message(topic, bytes(message.payload), message.retain))
            self._findings.ended(FindingKind.TASK_CRASHED, topic)
        except MinesafeError:
            session.end()
            return
        except Exception as error:  # a fault of ours: sent again it would fail again
            detail = f"{type(error).__name__}: {error}"
            self._findings.began(FindingKind.TASK_CRASHED, topic, detail)
        session.acknowledge(message)

    async def _stop_handlers(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)


def _cause(error: Exception) -> Exception:
    """Aiomqtt says that it could not connect; why, stands behind it."""
    behind = error.__cause__ or error.__context__
    return behind if isinstance(behind, ssl.SSLError) else error
