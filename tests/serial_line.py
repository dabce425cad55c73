"""A serial server for tests: RTU frames in a TCP connection, with a CRC of its own making."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from field import RawSubstation, Request


def crc(data: bytes) -> bytes:
    """CRC-16/MODBUS, bit by bit, low byte first.

    >>> crc(bytes.fromhex("020300000001")).hex(), crc(bytes.fromhex("0203020145")).hex()
    ('8439', '3c27')
    """
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xA001 if register & 1 else 0)
    return struct.pack("<H", register)


def sealed(unit: int, pdu: bytes) -> bytes:
    """A frame of the line."""
    body = bytes([unit]) + pdu
    return body + crc(body)


@dataclass
class SerialServer(RawSubstation):
    """Answers for every unit; `rtu_manner` may answer in any way at all."""

    rtu_manner: "RtuManner | None" = None
    raw: list[bytes] = field(default_factory=list)
    answering: int = 0
    most_at_once: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                await self._turn(await reader.readexactly(8), writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.transport.abort()

    async def _turn(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        self.raw.append(data)
        assert data[6:] == crc(data[:6])
        request = Request(0, *struct.unpack(">BBHH", data[:6]))
        self.requests.append(request)
        self.answering += 1
        self.most_at_once = max(self.most_at_once, self.answering)
        try:
            if self.rtu_manner is not None:
                await self.rtu_manner(self, request, writer)
            else:
                await asyncio.sleep(0.01)
                writer.write(sealed(request.unit, self.honest(request)))
        finally:
            self.answering -= 1


RtuManner = Callable[[SerialServer, Request, asyncio.StreamWriter], Awaitable[None]]
