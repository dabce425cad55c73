"""The substation (分站): Modbus units behind a TCP port whose registers are the world as it is.

A small server of its own, because every answer is worked out from the world of the moment and
because a second implementation of the protocol finds faults that two ends of one library share.
"""

import asyncio
import struct
from collections.abc import Sequence

from device_sims.devices.device import Listener
from device_sims.devices.rtu import next_request, sealed
from device_sims.devices.unit import READ_HOLDING, Unit
from device_sims.mine import Substation
from device_sims.stage import Stage

__all__ = ("READ_HOLDING", "SubstationDevice")

NO_SUCH_UNIT = 11
LONGEST = 254
"""The most a Modbus TCP header may announce: unit and 253 bytes of request."""


class SubstationDevice(Listener):
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
        self._units = {s.unit: Unit(s, stage, self.status) for s in (substation, *beside)}
        self._talk = self._serial if substation.framing == "rtu" else self._tcp

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests in turn."""
        await self._talk(reader, writer)

    async def _tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A header that is not Modbus ends the connection."""
        while True:
            header = await reader.readexactly(6)
            transaction, protocol, length = struct.unpack(">HHH", header)
            if protocol != 0 or not 2 <= length <= LONGEST:
                return
            frame = await reader.readexactly(length)
            reply = frame[:1] + self.answer(frame[0], frame[1:])
            writer.write(struct.pack(">HHH", transaction, 0, len(reply)) + reply)
            await writer.drain()

    async def _serial(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A unit that is not on the wires cannot say so."""
        while True:
            request = await next_request(reader)
            if request[0] in self._units:
                writer.write(sealed(request[:1] + self.answer(request[0], request[1:])))
                await writer.drain()

    def answer(self, unit: int, request: bytes) -> bytes:
        """The reply to one request, without header and unit."""
        if unit not in self._units:
            return bytes((request[0] | 0x80, NO_SUCH_UNIT))
        return self._units[unit].answer(request)


def lines_of(substations: Sequence[Substation]) -> list[Sequence[Substation]]:
    """Those behind one port together, in the order of the mine; port 0 is everybody's own."""
    lines: dict[tuple[str, object], list[Substation]] = {}
    for s in substations:
        lines.setdefault((s.host, s.port or s.id), []).append(s)
    return list(lines.values())
