"""Modbus replies as they lie in a stream of bytes, taken apart and put together again."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from device_sims.devices.rtu import sealed

LONGEST = 260
"""The longest Modbus frame, bytes; what does not end by then is no frame."""
READS = (1, 2, 3, 4)
"""Functions whose reply begins with the number of bytes that follow; a write echoes four bytes."""


@dataclass(frozen=True, slots=True)
class Adu:
    """One reply: whose, to which request, and what it says."""

    unit: int
    pdu: bytes
    """Function and data."""
    transaction: int | None = None
    """None on RTU, which has none."""

    def changed(self, **fields: object) -> "Adu":
        """The same with some fields otherwise."""
        return replace(self, **fields)  # type: ignore[arg-type]  # fields by name


class Framing(Protocol):
    """How replies are laid into bytes."""

    def length(self, begun: bytes) -> int | None:
        """How long the frame is that begins so; None: too little to tell. 0: it is none."""

    def unpack(self, frame: bytes) -> Adu:
        """Take a whole frame apart."""

    def pack(self, adu: Adu) -> bytes:
        """Put one together."""


class TcpFraming:
    """Modbus TCP: seven bytes before what is said, the length among them."""

    def length(self, begun: bytes) -> int | None:
        """As `Framing`."""
        if len(begun) < 6:
            return None
        _, protocol, length = struct.unpack(">HHH", begun[:6])
        return 6 + length if protocol == 0 and 2 <= length <= LONGEST - 6 else 0

    def unpack(self, frame: bytes) -> Adu:
        """As `Framing`."""
        return Adu(frame[6], frame[7:], int.from_bytes(frame[:2], "big"))

    def pack(self, adu: Adu) -> bytes:
        """As `Framing`."""
        head = struct.pack(">HHHB", adu.transaction or 0, 0, len(adu.pdu) + 1, adu.unit)
        return head + adu.pdu


class RtuFraming:
    """Modbus RTU: unit, what is said, CRC-16; only what is said tells how long it is."""

    def length(self, begun: bytes) -> int | None:
        """As `Framing`."""
        if len(begun) < 3:
            return None
        function = begun[1]
        if function & 0x80:
            return 5
        return 5 + begun[2] if function in READS else 8

    def unpack(self, frame: bytes) -> Adu:
        """As `Framing`."""
        return Adu(frame[0], frame[1:-2])

    def pack(self, adu: Adu) -> bytes:
        """As `Framing`."""
        return sealed(bytes([adu.unit]) + adu.pdu)


def is_frame(framing: Framing | None, said: bytes) -> bool:
    """Whether these bytes are one whole frame."""
    return framing is not None and framing.length(said) == len(said)


def split(framing: Framing, kept: bytearray) -> Iterable[bytes]:
    """Take the whole frames from the front of `kept`; what is no frame is taken as it lies."""
    while kept:
        length = framing.length(bytes(kept[:LONGEST]))
        if length is None or len(kept) < length:
            return
        taken = bytes(kept[: length or len(kept)])
        del kept[: len(taken)]
        yield taken


TCP, RTU = TcpFraming(), RtuFraming()
FRAMINGS: dict[str, Framing] = {"tcp": TCP, "rtu": RTU}
