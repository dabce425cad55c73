"""How requests and answers are framed: Modbus TCP's header, or serial frames; no sockets.

A framing is fed whatever a socket gives, in whatever pieces, and hands out whole answers. It
belongs to one connection and ends with it.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from pymodbus.framer import FramerRTU

from minesafe.links.modbus.pdu import (
    COILS,
    DISCRETE,
    EXCEPTION,
    HOLDING,
    INPUT,
    WRITE_COIL,
    WRITE_COILS,
    WRITE_REGISTER,
    WRITE_REGISTERS,
)
from minesafe.model.errors import BadReply

LONGEST = 254
"""The most a header may announce: the unit and 253 bytes."""

_HEADER = struct.Struct(">HHHB")


class Answer(NamedTuple):
    """One frame, unpacked."""

    transaction: int
    """Of the request it answers; 0 where the framing has none."""
    unit: int
    pdu: bytes


class Framing(Protocol):
    """One connection's."""

    numbered: bool
    """Whether answers name their request."""

    def framed(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """A request as it goes on the wire."""

    def feed(self, data: bytes) -> Iterator[Answer]:
        """Take what came; the answers that are whole now.

        Raises:
            BadReply: this is no framing; nothing behind it can be believed.
        """


class TcpFrames:
    """Modbus TCP: transaction, protocol 0, length, unit."""

    numbered = True

    def __init__(self) -> None:
        self._rest = b""

    def framed(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """See `Framing`."""
        return _HEADER.pack(transaction, 0, len(pdu) + 1, unit) + pdu

    def feed(self, data: bytes) -> Iterator[Answer]:
        """See `Framing`."""
        data, at = self._rest + data, 0
        while len(data) - at >= _HEADER.size:
            transaction, protocol, length, unit = _HEADER.unpack_from(data, at)
            if protocol != 0 or not 2 <= length <= LONGEST:
                raise BadReply(f"no Modbus header: {data[at : at + _HEADER.size].hex(' ')}")
            if len(data) - at < 6 + length:
                break
            yield Answer(transaction, unit, data[at + _HEADER.size : at + 6 + length])
            at += 6 + length
        self._rest = data[at:]


class RtuFrames:
    """Serial frames, on wires or in a TCP connection.

    A frame has no head: where it begins is where a function stands that can be asked for here, and
    how long it is follows from that. What stands before is passed over byte by byte, once; a frame
    whose CRC is wrong takes with it what came behind it, for the line was noisy.
    """

    numbered = False

    def __init__(self) -> None:
        self._rest = b""

    def framed(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """See `Framing`."""
        body = bytes((unit,)) + pdu
        return body + _crc(body)

    def feed(self, data: bytes) -> Iterator[Answer]:
        """See `Framing`. Never more waits for its rest than one frame, of 260 bytes at most."""
        data, at = self._rest + data, 0
        while len(data) - at >= _LEAST:
            size = _size(data, at)
            if size == 0:
                at += 1
                continue
            if len(data) - at < size:
                break
            body, after = data[at : at + size - 2], at + size
            if data[after - 2 : after] != _crc(body):
                at = len(data)
                break
            yield Answer(0, body[0], body[1:])
            at = after
        self._rest = data[at:]


_LEAST = 4
"""Bytes from which a frame's length is known."""


def _size(data: bytes, at: int) -> int:
    """Of the frame that begins there: unit, function, what follows, CRC; 0 where none can."""
    function = data[at + 1]
    if function in _COUNTED:
        return 5 + data[at + 2]
    if function in _ECHOED:
        return 8
    return 5 if function & EXCEPTION and function ^ EXCEPTION in _COUNTED | _ECHOED else 0


_COUNTED = frozenset((COILS, DISCRETE, HOLDING, INPUT))
"""Answers to these say how many bytes follow."""
_ECHOED = frozenset((WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS))
"""Answers to these say again what was written, in four bytes."""


def _crc(body: bytes) -> bytes:
    """As the standard has it (MODBUS over serial line V1.02, 2.5.1.2): low byte first."""
    return FramerRTU.compute_CRC(body).to_bytes(2, "big")
