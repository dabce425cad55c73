"""How requests and answers are framed: Modbus TCP's header, or serial frames; no sockets.

A framing is fed whatever a socket gives, in whatever pieces, and hands out whole answers. It
belongs to one connection and ends with it.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from minesafe.model.errors import BadReply

LONGEST = 254
"""The most a header may announce: the unit and 253 bytes."""

MOST_KEPT = 1024
"""Bytes that may wait for the rest of their serial frame; the longest frame has 256."""

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
    """Serial frames in a TCP connection; one whose CRC is wrong is as good as not received.

    Where a frame begins and how long it is must be guessed from its function: pymodbus does that.
    """

    numbered = False

    def __init__(self) -> None:
        self._framer = FramerRTU(DecodePDU(False))
        self._rest = b""

    def framed(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """See `Framing`."""
        return self._framer.encode(pdu, unit, transaction)

    def feed(self, data: bytes) -> Iterator[Answer]:
        """See `Framing`."""
        self._rest = (self._rest + data)[-MOST_KEPT:]
        while self._rest:
            try:
                used, unit, _, pdu = self._framer.decode(self._rest)
            except Exception as error:  # it raises whatever the bytes provoke
                raise BadReply(f"undecodable answer: {error}") from error
            self._rest = self._rest[used:]
            if pdu:
                yield Answer(0, unit, pdu)
            if not used or not pdu:
                return
