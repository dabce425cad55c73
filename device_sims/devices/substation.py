"""The substation (分站): a Modbus TCP unit whose registers are the world as it is when read.

A small server of its own, because every answer is worked out at the moment of the question and
because a second implementation of the protocol finds faults that two ends of one library share.
"""

import asyncio
import struct
from collections.abc import Callable

from device_sims.devices.device import Listener
from device_sims.mine import Point, Substation
from device_sims.stage import Stage

READ_COILS, READ_HOLDING, WRITE_COIL = 1, 3, 5
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, NO_SUCH_UNIT = 1, 2, 3, 11
LONGEST = 254
"""The most a Modbus TCP header may announce: unit and 253 bytes of request."""

RAW = {
    "float32": lambda raw: struct.pack(">f", raw),
    "uint16": lambda raw: struct.pack(">H", min(max(round(raw), 0), 0xFFFF)),
    "int16": lambda raw: struct.pack(">h", min(max(round(raw), -0x8000), 0x7FFF)),
}
"""How an encoding lays a raw value into registers, high word first."""


class Refused(Exception):
    """The request gets an exception reply with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class SubstationDevice(Listener):
    """Answers function 3 with values and status words, 5 and 1 with horns."""

    def __init__(self, substation: Substation, stage: Stage, *, port: int | None = None) -> None:
        listen = substation.port if port is None else port
        super().__init__(substation.id, substation.host, listen)
        self.status: dict[str, int] = {}
        """Status word of a point (docs/wire.md); where absent, what the stage shows."""
        self._unit = substation.unit
        self._stage = stage
        mine = stage.site.mine
        self._points = [(i, p) for i, p in enumerate(mine.points) if p.device == substation.id]
        self._span = 1 + max((_last(p) for _, p in self._points), default=-1)
        self._horns = {o.coil: o.id for o in mine.outputs if o.device == substation.id}
        self._answers: dict[int, Callable[[int, int], bytes]] = {
            READ_HOLDING: self._holding,
            READ_COILS: self._coils,
            WRITE_COIL: self._write_coil,
        }

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests in turn; a header that is not Modbus ends the connection."""
        while True:
            header = await reader.readexactly(6)
            transaction, protocol, length = struct.unpack(">HHH", header)
            if protocol != 0 or not 2 <= length <= LONGEST:
                return
            frame = await reader.readexactly(length)
            reply = frame[:1] + self.answer(frame[0], frame[1:])
            writer.write(struct.pack(">HHH", transaction, 0, len(reply)) + reply)
            await writer.drain()

    def answer(self, unit: int, request: bytes) -> bytes:
        """The reply to one request, without header and unit."""
        try:
            if unit != self._unit:
                raise Refused(NO_SUCH_UNIT)
            if request[0] not in self._answers:
                raise Refused(ILLEGAL_FUNCTION)
            if len(request) != 5:
                raise Refused(ILLEGAL_VALUE)
            return request[:1] + self._answers[request[0]](*struct.unpack(">HH", request[1:]))
        except Refused as refused:
            return bytes((request[0] | 0x80, refused.code))

    def _holding(self, address: int, count: int) -> bytes:
        if not 1 <= count <= 125:
            raise Refused(ILLEGAL_VALUE)
        if address + count > self._span:
            raise Refused(ILLEGAL_ADDRESS)
        registers = bytearray(2 * self._span)
        for row, point in self._points:
            shown = self._stage.shown(row)
            if point.address is not None:
                raw = shown.value / point.scale
                _put(registers, point.address, RAW[point.encoding](raw))
            if point.status_address is not None:
                word = struct.pack(">H", self.status.get(point.id, shown.status))
                _put(registers, point.status_address, word)
        return bytes((2 * count,)) + registers[2 * address : 2 * (address + count)]

    def _coils(self, address: int, count: int) -> bytes:
        if not 1 <= count <= 2000:
            raise Refused(ILLEGAL_VALUE)
        coils = range(address, address + count)
        if any(c not in self._horns for c in coils):
            raise Refused(ILLEGAL_ADDRESS)
        bits = sum(self._stage.horn_sounds(self._horns[c]) << i for i, c in enumerate(coils))
        size = (count + 7) // 8
        return bytes((size,)) + bits.to_bytes(size, "little")

    def _write_coil(self, address: int, value: int) -> bytes:
        if value not in (0x0000, 0xFF00):
            raise Refused(ILLEGAL_VALUE)
        if address not in self._horns:
            raise Refused(ILLEGAL_ADDRESS)
        self._stage.sound_horn(self._horns[address], value == 0xFF00)
        return struct.pack(">HH", address, value)


def _last(point: Point) -> int:
    """The highest register a point uses."""
    value = -1 if point.address is None else point.address + (point.encoding == "float32")
    return max(value, -1 if point.status_address is None else point.status_address)


def _put(registers: bytearray, address: int, words: bytes) -> None:
    registers[2 * address : 2 * address + len(words)] = words
