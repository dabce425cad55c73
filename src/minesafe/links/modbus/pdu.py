"""What is asked of a Modbus unit, and what an answer must be to count as one.

Registers are asked for hundreds of times a second and are coded here; coils, which are switched a
few times a year, by pymodbus.
"""

import struct
from dataclasses import dataclass

from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, WriteSingleCoilRequest

from minesafe.model.errors import BadReply

READ_COILS, READ_HOLDING_REGISTERS, WRITE_SINGLE_COIL = 1, 3, 5
EXCEPTION = 0x80
"""This bit of the function says that two bytes follow from a device that will not."""

_READ = struct.Struct(">BHH")
_COUNTED = (READ_COILS, READ_HOLDING_REGISTERS)
"""Functions whose answer says how many bytes follow."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request without unit and frame, and how long its answer is."""

    pdu: bytes
    size: int
    """Bytes of the answer, likewise without unit and frame; an exception has two."""

    def fault(self, answer: bytes) -> str:
        r"""Why these bytes cannot be the answer; empty where they can. An exception is honest.

        >>> registers_at(0, 2).fault(b"\x03\x02\x00\x07")
        'bytes: answered with 4, expected 6'
        """
        if not answer or answer[0] & ~EXCEPTION != self.pdu[0]:
            return differs("function", answer[0] if answer else "nothing", self.pdu[0])
        refuses = bool(answer[0] & EXCEPTION)
        size = 2 if refuses else self.size
        if len(answer) != size:
            return differs("bytes", len(answer), size)
        if not refuses and self.pdu[0] in _COUNTED and answer[1] != size - 2:
            return differs("count", answer[1], size - 2)
        return ""


def differs(what: str, got: object, expected: object) -> str:
    """In words."""
    return f"{what}: answered with {got}, expected {expected}"


def registers_at(address: int, count: int) -> Question:
    """Read `count` (1 … 125) holding registers."""
    return Question(_READ.pack(READ_HOLDING_REGISTERS, address, count), 2 + 2 * count)


def coil_at(coil: int) -> Question:
    """Read one coil."""
    return Question(_encoded(ReadCoilsRequest(address=coil, count=1)), 3)


def coil_to(coil: int, on: bool) -> Question:
    """Switch one coil; the answer is the request's echo."""
    return Question(_encoded(WriteSingleCoilRequest(address=coil, bits=[on])), 5)


def registers(answer: bytes) -> list[int]:
    """The registers of an answer without fault, each 0 … 65,535.

    Raises:
        BadReply: it is an exception.
    """
    _honoured(answer)
    return list(struct.unpack_from(f">{(len(answer) - 2) // 2}H", answer, 2))


def bit(answer: bytes) -> bool:
    """The first coil of an answer without fault. Raises as `registers`."""
    _honoured(answer)
    told = DecodePDU(False).decode(answer)
    if told is None:
        raise BadReply("undecodable answer")
    return bool(told.bits[0])


def _encoded(request: ModbusPDU) -> bytes:
    return bytes((request.function_code,)) + request.encode()


def _honoured(answer: bytes) -> None:
    if answer[0] & EXCEPTION:
        raise BadReply(f"exception code {answer[1]}")
