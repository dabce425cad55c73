"""One Modbus connection, over TCP or a serial port, from its opening to its close.

A bare protocol of callbacks: what comes is unpacked where it is received, and only an answer that
can be one wakes whoever waits (docs/decisions/0058). One question at a time; `Line` gives turns.
"""

import asyncio
from dataclasses import dataclass
from typing import Self, cast

from minesafe.links.modbus.frames import Answer, Framing, RtuFrames, TcpFrames
from minesafe.links.modbus.pdu import Question, differs
from minesafe.links.modbus.serial_port import SerialPort
from minesafe.model.errors import BadReply, LinkDown, MinesafeError
from minesafe.model.mine import Serial


@dataclass(slots=True)
class _Asked:
    """The question that waits, and what came instead of its answer."""

    transaction: int
    unit: int
    question: Question
    answer: "asyncio.Future[bytes]"
    heard: int = 0
    """Bytes received since it went out."""
    passed_over: str = ""
    """What was wrong with the newest frame that was another's."""

    def end(self, error: MinesafeError) -> None:
        """There will be no answer."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def late(self) -> None:
        """Time is up: it was silence, or noise."""
        noise = self.passed_over or f"{self.heard} bytes came, but no answer to the request"
        self.end(BadReply(noise) if self.heard else LinkDown("no answer in time"))


class Wire(asyncio.Protocol):
    """Bytes that arrive while nobody asks are looked at and forgotten, such as a second copy."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._transport: asyncio.Transport | SerialPort | None = None
        self._asked: _Asked | None = None

    @classmethod
    async def to(cls, host: str, port: int, *, rtu: bool) -> Self:
        """Connect over TCP.

        Raises:
            OSError: it cannot be reached.
        """
        loop = asyncio.get_running_loop()
        framing = RtuFrames() if rtu else TcpFrames()
        _, wire = await loop.create_connection(lambda: cls(framing), host, port)
        return wire

    @classmethod
    async def on(cls, settings: Serial) -> Self:
        """Open a serial port.

        Raises:
            OSError: it is not there, or somebody has it.
        """
        wire = cls(RtuFrames())
        wire._transport = SerialPort.opened(settings, wire)
        return wire

    @property
    def usable(self) -> bool:
        """Whether it is open as far as this side knows."""
        return self._transport is not None and not self._transport.is_closing()

    async def answer(self, transaction: int, unit: int, question: Question, until: float) -> bytes:
        """Send one request and take its answer: one without fault, or an exception.

        Args:
            transaction: a number that no request before it had, 1 … 65,535.
            unit: who is asked and must answer.
            question: what.
            until: in the loop's time; by then there is an answer or none is believed.

        Raises:
            LinkDown: no answer in time, or the device closed the connection.
            BadReply: what came was no answer. After either, and when cancelled, close.
        """
        loop = asyncio.get_running_loop()
        if self._transport is None:
            raise LinkDown("not connected")
        self._asked = asked = _Asked(transaction, unit, question, loop.create_future())
        self._transport.write(self._framing.framed(transaction, unit, question.pdu))
        deadline = loop.call_at(until, asked.late)
        try:
            return await asked.answer
        finally:
            deadline.cancel()
            self._asked = None

    def close(self) -> None:
        """Hang up, for good: what is on its way meets nobody."""
        if self._transport is not None:
            self._transport.abort()

    # --- what the loop calls ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`; so below. uvloop's transports are no subclass of asyncio's."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Unpack, and hand on what answers the question."""
        if self._asked is not None:
            self._asked.heard += len(data)
        try:
            for answer in self._framing.feed(data):
                self._take(answer)
        except BadReply as error:
            self._doubted(error)

    def connection_lost(self, error: Exception | None) -> None:
        """The peer hung up, or the socket broke."""
        self._transport = None
        if self._asked is not None:
            self._asked.end(LinkDown(str(error or "the device closed the connection")))

    def _take(self, answer: Answer) -> None:
        asked = self._asked
        if asked is None or asked.answer.done():
            return
        if others := self._others(answer, asked):
            asked.passed_over = others
            return
        if fault := self._fault(answer, asked):
            raise BadReply(fault)
        asked.answer.set_result(answer.pdu)

    def _others(self, answer: Answer, asked: _Asked) -> str:
        """Whose frame it is, where it names another request, or on serial wires another unit."""
        numbered = self._framing.numbered
        if numbered and answer.transaction not in (asked.transaction, 0):
            return differs("transaction", answer.transaction, asked.transaction)
        if not numbered and answer.unit != asked.unit:
            return differs("unit", answer.unit, asked.unit)
        return ""

    def _fault(self, answer: Answer, asked: _Asked) -> str:
        """Why it is not believed. Id 0 is nobody's: requests are counted from 1."""
        if self._framing.numbered and answer.transaction == 0:
            return differs("transaction", 0, asked.transaction)
        if answer.unit != asked.unit:
            return differs("unit", answer.unit, asked.unit)
        return asked.question.fault(answer.pdu)

    def _doubted(self, error: BadReply) -> None:
        """Nothing more is believed of this connection."""
        if self._asked is not None:
            self._asked.end(error)
        self.close()
