"""One connection to a broker: handshake, micro-batches, acknowledgements in order, keep-alive."""

import asyncio
import struct
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import (
    AT_LEAST_ONCE,
    CONNACK,
    GOODBYE,
    PING,
    PINGRESP,
    PUBACK,
    REASONS,
    REFUSED,
    SUBACK,
    Control,
    Hello,
    Malformed,
    Publish,
    acknowledge,
    publish,
    subscribe,
)
from minesafe.links.stream.train import QuickSplitter, Train
from minesafe.model.errors import LinkDown

GATHER_S = 0.005
"""After a read that emptied the socket the next one waits so long: a broker that sends each
message as it comes would cost a turn of the loop and a system call each."""

HOT = 64
HOT_S = 0.01
"""A read of so many messages is of a stream at 13,000 a second or more: then the next one waits
longer, for a read costs the same whatever is in it, and what is judged is taken up each 20 ms."""

FULL = 16 << 10
"""A read of so many bytes has left more behind: it is not waited for."""

MOST_HELD = 8192
BYTES_HELD = 16 << 20
"""Messages, and bytes of them, that may be unacknowledged before the socket is read on. What is
not read stays in the broker, whose own bounds say how much of it."""

GOODBYE_S = 1.0
"""Real seconds a goodbye may take."""


@dataclass(slots=True)
class Held:
    """One micro-batch until it is acknowledged."""

    acknowledgements: bytes
    messages: int
    size: int
    done: bool = False


Take = Callable[["Session", Sequence[Publish], Held], None]
"""Takes a micro-batch; whoever has it says `settled` once it need not come again."""


class Session(asyncio.Protocol):
    """What `loop.create_connection` makes; it ends when `gone` is done, for the reason in it.

    Args:
        hello: the CONNECT that is sent.
        take: called with each micro-batch, in order of arrival.
        most_held: messages that may be unacknowledged.
        known: the topics of the link, where it has loops that look them up.
    """

    def __init__(
        self, hello: Hello, take: Take, most_held: int = MOST_HELD, known: Known | None = None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._hello, self._take, self._most_held = hello, take, most_held
        self._transport: asyncio.Transport | None = None
        self._splitter = QuickSplitter(Known() if known is None else known)
        self._held: deque[Held] = deque()
        self._messages = self._bytes = 0
        self._number = 0
        self._answers: dict[tuple[int, int], asyncio.Future[bytes]] = {}
        """By kind of packet and number. A CONNACK has none, and may be here before it is asked."""
        self._answers[CONNACK, 0] = self._loop.create_future()
        self._next_beat: asyncio.TimerHandle | None = None
        self._pausing = False
        self.gone: asyncio.Future[None] = self._loop.create_future()
        self.over = False
        """It has ended for us to get again what could not be taken; that is no broken link."""
        self.kept = False
        """The broker knew us and has kept what came meanwhile."""
        self.heard = self._read = self._loop.time()
        """When the last message came, and the last byte; the loop's seconds."""

    # --- what the loop calls -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first thing said is who we are; uvloop's transports are of no class of asyncio's."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._hello.to_bytes())
        self._beats()

    def data_received(self, data: bytes) -> None:
        """One read: one micro-batch."""
        self._read = self._loop.time()
        try:
            messages, controls = self._splitter.feed(data)
            for control in controls:
                self._control(control)
        except Malformed as error:
            self.fail(error)
            return
        if messages:
            self.heard = self._read
            self._hand_on(messages)
        if len(data) < FULL or self.too_much:
            self._gather(HOT_S if len(messages) >= HOT else GATHER_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The broker has gone, or we have."""
        self.fail(exc or LinkDown("the broker hung up"))

    # --- messages and their acknowledgements -----------------------------------------------------

    def _hand_on(self, messages: Sequence[Publish]) -> None:
        if isinstance(messages, Train):
            held = Held(messages.acknowledgements, len(messages), len(messages.data))
        else:
            said = acknowledge([m.number for m in messages if m.number])
            held = Held(said, len(messages), sum([len(m.payload) for m in messages]))
        self._held.append(held)
        self._messages += held.messages
        self._bytes += held.size
        self._take(self, messages, held)

    def settled(self, held: Held) -> None:
        """This micro-batch need not come again: tell the broker, in the order of arrival (§4.6)."""
        held.done = True
        said = []
        while self._held and self._held[0].done:
            first = self._held.popleft()
            said.append(first.acknowledgements)
            self._messages -= first.messages
            self._bytes -= first.size
        if any(said):
            self._send(b"".join(said))

    @property
    def too_much(self) -> bool:
        """More is unacknowledged than may be."""
        return self._messages >= self._most_held or self._bytes >= BYTES_HELD

    def _gather(self, seconds: float) -> None:
        if self._transport is not None and not self._pausing and not self._transport.is_closing():
            self._pausing = True
            self._transport.pause_reading()
            self._loop.call_later(seconds, self._read_on)

    def _read_on(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self.too_much:
            self._read = self.heard = self._loop.time()  # it is we who do not listen
            self._loop.call_later(GATHER_S, self._read_on)
            return
        self._pausing = False
        self._transport.resume_reading()

    # --- the rest of the conversation ------------------------------------------------------------

    async def welcomed(self) -> None:
        """Return when the broker has let us in.

        Raises:
            LinkDown: it has not, and says why.
        """
        flags, code = (await self._answer(CONNACK, 0))[:2]
        if code:
            raise LinkDown(f"the broker refuses us: {REASONS.get(code, f'reason {code}')}")
        self.kept = bool(flags & 1)

    async def subscribe(self, filters: Sequence[str]) -> None:
        """Hear these from now on.

        Raises:
            LinkDown: one of them is refused.
        """
        number = self._next_number()
        self._send(subscribe(number, list(filters)))
        granted = (await self._answer(SUBACK, number))[2:]
        if len(granted) != len(filters):
            raise LinkDown("the broker answers for other topics than were asked for")
        bad = [f for f, code in zip(filters, granted, strict=True) if code >= REFUSED]
        if bad:
            raise LinkDown(f"the broker refuses {', '.join(bad)}")

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        """Tell the broker; at QoS 1 return once it has it."""
        number = self._next_number() if qos == AT_LEAST_ONCE else 0
        self._send(publish(topic, payload, number=number, retain=retain))
        if number:
            await self._answer(PUBACK, number)

    def _next_number(self) -> int:
        self._number = self._number % 0xFFFF + 1
        return self._number

    async def _answer(self, kind: int, number: int) -> bytes:
        """Wait for it, or for the end of the connection."""
        if self.gone.done():
            raise LinkDown("the connection has ended")
        answer = self._answers.setdefault((kind, number), self._loop.create_future())
        try:
            return await answer
        finally:
            self._answers.pop((kind, number), None)

    def _control(self, packet: Control) -> None:
        if packet.kind == PINGRESP:
            return
        if packet.kind not in (CONNACK, SUBACK, PUBACK) or len(packet.body) < 2:
            raise Malformed(f"a packet of kind {packet.kind} that no broker sends")
        number = 0 if packet.kind == CONNACK else struct.unpack_from(">H", packet.body)[0]
        answer = self._answers.get((packet.kind, number))
        if answer is not None and not answer.done():
            answer.set_result(packet.body)

    def _beat(self) -> None:
        """Say that we are there; a broker that has said nothing to two of these is not."""
        if self._loop.time() - self._read > 2 * self._hello.keep_alive_s:
            self.fail(LinkDown("the broker is silent"))
            return
        self._send(PING)
        self._beats()

    def _beats(self) -> None:
        self._next_beat = self._loop.call_later(self._hello.keep_alive_s / 2, self._beat)

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    # --- the end -----------------------------------------------------------------------------

    def fail(self, error: Exception) -> None:
        """End now; whoever waits for an answer is told."""
        if self._next_beat is not None:
            self._next_beat.cancel()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(LinkDown(str(error)))
                answer.exception()  # it may be that nobody waits for it
        if not self.gone.done():
            self.gone.set_exception(error)
            self.gone.exception()  # it may be that nobody waits: then it is no news
        if self._transport is not None:
            self._transport.abort()

    async def leave(self) -> None:
        """Say goodbye, so that no last will is spoken; the broker then hangs up (§3.14.4).

        Whoever comes back before it has would be taken for two.
        """
        try:
            if self._transport is not None and not self._transport.is_closing():
                self._send(GOODBYE)
                self._take = _take_nothing
                self._transport.resume_reading()
                await asyncio.wait({self.gone}, timeout=GOODBYE_S)
        finally:
            self.fail(LinkDown("left"))


def _take_nothing(_session: Session, _messages: Sequence[Publish], _held: Held) -> None:
    """What still comes after a goodbye is not acknowledged, so it comes again."""
