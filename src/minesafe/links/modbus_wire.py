"""One Modbus connection over TCP, from connect to close, and pymodbus' errors in our words."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusIOException
from pymodbus.framer import FramerBase, FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU

from minesafe.model.errors import BadReply, LinkDown, MinesafeError

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # it logs each time-out; findings tell

Ask: TypeAlias = Callable[[AsyncModbusTcpClient], Awaitable[ModbusPDU]]

_DOWN = (ConnectionException, ModbusIOException, OSError, TimeoutError)
_LAST_TRANSACTION = 60_000
"""pymodbus counts to 65,000 and then starts at 1; far enough below it."""


def translated(error: Exception) -> MinesafeError:
    """Our word for an error of pymodbus or the socket below it.

    >>> translated(ConnectionRefusedError("refused"))
    LinkDown('refused')
    """
    words = str(error) or type(error).__name__
    return LinkDown(words) if isinstance(error, _DOWN) else BadReply(words)


class QuietFramer(FramerBase):
    """pymodbus' framers, whose complaint about a frame it cannot decode reaches us.

    Raised into the event loop, as pymodbus does, it would only fill the log at every poll.
    """

    complaint = ""

    def handleFrame(  # noqa: N802  pymodbus' name
        self, data: bytes, exp_devid: int, exp_tid: int
    ) -> tuple[int, ModbusPDU | None]:
        """As the base class; bytes that cannot be decoded are used up and remembered."""
        try:
            return super().handleFrame(data, exp_devid, exp_tid)
        except Exception as error:  # its decoders raise whatever the bytes provoke
            self.complaint = f"undecodable answer: {error}"
            return len(data), None


class QuietSocket(QuietFramer, FramerSocket):
    """Modbus TCP."""


class QuietRtu(QuietFramer, FramerRTU):
    """Serial frames in a TCP connection; one whose CRC is wrong is as good as not received."""


def _framer(rtu: bool) -> QuietFramer:
    return (QuietRtu if rtu else QuietSocket)(DecodePDU(False))


class Wire:
    """One TCP connection, from connect to close."""

    def __init__(self, host: str, port: int, timeout_s: float, *, rtu: bool = False) -> None:
        self._lost = asyncio.Event()
        self.heard = 0
        """Bytes received since the request went out."""
        self._client = AsyncModbusTcpClient(
            host,
            port=port,
            timeout=2 * timeout_s,  # ours decides first
            retries=0,
            reconnect_delay=0,
            trace_packet=self._count,
            trace_connect=self._see,
        )
        self._framer: QuietFramer
        self._framer = self._client.ctx.framer = _framer(rtu)

    def _count(self, sending: bool, data: bytes) -> bytes:
        self.heard = 0 if sending else self.heard + len(data)
        return data

    def _see(self, connected: bool) -> None:
        if not connected:
            self._lost.set()

    @property
    def usable(self) -> bool:
        """Whether it is open as far as this side knows."""
        return self._client.connected and not self._lost.is_set()

    @property
    def transaction(self) -> int:
        """Transaction id of the newest request."""
        return self._client.ctx.next_tid

    async def open(self, transaction: int) -> None:
        """Connect; requests count on from `transaction`."""
        if not await self._client.connect():
            raise LinkDown("cannot connect")
        self._client.ctx.next_tid = transaction % _LAST_TRANSACTION

    async def answer(self, ask: Ask) -> ModbusPDU:
        """Send one request and take its answer, or notice at once that the peer hung up."""
        request = asyncio.ensure_future(ask(self._client))
        lost = asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({request, lost}, return_when=asyncio.FIRST_COMPLETED)
            if not request.done():
                raise LinkDown("the device closed the connection")
            return request.result()
        finally:
            request.cancel()
            lost.cancel()

    def unanswered(self) -> MinesafeError:
        """What to call a time-out: silence, or noise."""
        if self.heard:
            noise = f"{self.heard} bytes came, but no answer to the request"
            return BadReply(self._framer.complaint or noise)
        return LinkDown("no answer in time")

    def close(self) -> None:
        """Hang up, for good."""
        self._client.close()
