"""The substation (分站): Modbus units behind a TCP port whose registers are the world as it is.

A small server of its own, because every answer is worked out from the world of the moment and
because a second implementation of the protocol finds faults that two ends of one library share.
"""

import asyncio
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from device_sims.devices.device import Port
from device_sims.devices.rtu import requests, sealed
from device_sims.devices.unit import Unit
from device_sims.mine import Substation
from device_sims.stage import Stage

NO_SUCH_UNIT = 11
LONGEST = 254
"""The most a Modbus TCP header may announce: unit and 253 bytes of request."""

_HEADER = struct.Struct(">HHH")


class NotModbus(Exception):
    """What came has no header of the protocol."""


class SubstationDevice(Port):
    """Listens for one substation, or for several units that share a port.

    Args:
        substation: which; its port and framing are the listener's.
        stage: the world it measures.
        port: instead of the substation's.
        beside: others behind the same port, such as the units of a serial server.
    """

    def __init__(
        self,
        substation: Substation,
        stage: Stage,
        *,
        port: int | None = None,
        beside: Sequence[Substation] = (),
    ) -> None:
        listen = substation.port if port is None else port
        super().__init__(substation.id, substation.host, listen)
        self.serves = (substation.id, *(s.id for s in beside))
        self.status: dict[str, int] = {}
        """Status code of a point (docs/wire.md); where absent, what the stage shows."""
        self._units = Units((substation, *beside), stage, self.status)
        self._replies = self._units.serial if substation.framing == "rtu" else self._tcp
        self._talks: set[Talk] = set()

    async def listen(self) -> asyncio.Server:
        """See `Port`."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: Talk(self._replies, self._talks), self.host, self.port
        )

    async def hang_up(self) -> None:
        """See `Port`."""
        for talk in list(self._talks):
            talk.end()

    def _tcp(self, kept: bytearray) -> Iterator[bytes]:
        """The replies to the requests that are whole.

        Raises:
            NotModbus: a header that is none; it ends the connection.
        """
        while len(kept) >= _HEADER.size:
            transaction, protocol, length = _HEADER.unpack_from(kept)
            if protocol != 0 or not 2 <= length <= LONGEST:
                raise NotModbus
            if len(kept) < _HEADER.size + length:
                return
            frame = bytes(kept[_HEADER.size : _HEADER.size + length])
            del kept[: _HEADER.size + length]
            reply = frame[:1] + self.answer(frame[0], frame[1:])
            yield _HEADER.pack(transaction, 0, len(reply)) + reply

    def answer(self, unit: int, request: bytes) -> bytes:
        """The reply to one request, without header and unit."""
        return self._units.answer(unit, request)


class Units:
    """The units behind one port, or on one pair of wires."""

    def __init__(
        self, substations: Sequence[Substation], stage: Stage, status: dict[str, int]
    ) -> None:
        self._stage = stage
        self._name = {s.unit: s.id for s in substations}
        self._units = {s.unit: Unit(s, stage, status) for s in substations}

    def answer(self, unit: int, request: bytes) -> bytes:
        """The reply to one request, without header and unit."""
        if unit not in self._units:
            return bytes((request[0] | 0x80, NO_SUCH_UNIT))
        return self._units[unit].answer(request)

    def serial(self, kept: bytearray) -> Iterator[bytes]:
        """Replies to serial frames. A unit that is not on the wires cannot say so."""
        for request in requests(kept):
            if request[0] in self._units:
                yield sealed(request[:1] + self.answer(request[0], request[1:]))

    def heard(self, kept: bytearray) -> Iterator[bytes]:
        """As `serial`, where no proxy stands between: a unit that a scenario cuts off is silent."""
        for request in requests(kept):
            name = self._name.get(request[0])
            if name and not self._stage.spoilt.silent(self._stage.world, name):
                yield sealed(request[:1] + self.answer(request[0], request[1:]))


class Talk(asyncio.Protocol):
    """One connection: each request is answered as it is received, without a task in between.

    Args:
        replies: takes what is whole from the bytes kept, and answers it.
        open_talks: it is in there from its first moment to its last.
    """

    def __init__(
        self, replies: Callable[[bytearray], Iterator[bytes]], open_talks: "set[Talk]"
    ) -> None:
        self._replies = replies
        self._open = open_talks
        self._kept = bytearray()
        self._transport: asyncio.Transport | None = None

    def end(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`; so below. uvloop's transports are no subclass of asyncio's."""
        self._transport = cast("asyncio.Transport", transport)
        self._open.add(self)

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        if self._transport is None:
            return
        self._kept += data
        try:
            for reply in self._replies(self._kept):
                self._transport.write(reply)
        except NotModbus:
            self._transport.close()

    def pause_writing(self) -> None:
        """Whoever does not read its answers is heard no further."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        """The peer has gone; the listener stays open for the next."""
        self._transport = None
        self._open.discard(self)


def lines_of(substations: Sequence[Substation]) -> list[Sequence[Substation]]:
    """Those behind one port together, in the order of the mine; port 0 is everybody's own."""
    lines: dict[tuple[str, object], list[Substation]] = {}
    for s in substations:
        where = (s.serial.port, 0) if s.serial is not None else (s.host, s.port or s.id)
        lines.setdefault(where, []).append(s)
    return list(lines.values())
