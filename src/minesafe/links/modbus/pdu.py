"""What is asked of a Modbus unit, and what an answer must be to count as one.

Everything is coded here: questions are put hundreds of times a second, and an answer that cannot
be one is to be refused where it arrives. pymodbus is the judge in the tests.
"""

import struct
from dataclasses import dataclass

from minesafe.model.errors import BadReply

COILS, DISCRETE, HOLDING, INPUT = 1, 2, 3, 4
"""Functions that read: what 5 and 15 write, contacts, what 6 and 16 write, values."""
WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS = 5, 6, 15, 16
EXCEPTION = 0x80
"""This bit of the function says that two bytes follow from a device that will not."""

OF_BITS = frozenset((COILS, DISCRETE))
READ_BACK = {
    WRITE_COIL: COILS,
    WRITE_COILS: COILS,
    WRITE_REGISTER: HOLDING,
    WRITE_REGISTERS: HOLDING,
}
"""By which function one sees what another has written."""

ON = 0xFF00
"""What function 5 writes to switch a coil on; 0 switches it off."""

_READ = struct.Struct(">BHH")
_COUNTED = frozenset((COILS, DISCRETE, HOLDING, INPUT))
"""Functions whose answer says how many bytes follow."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request without unit and frame, and how long its answer is."""

    pdu: bytes
    size: int
    """Bytes of the answer, likewise without unit and frame; an exception has two."""
    echo: bytes = b""
    """What the answer must be, where that is known beforehand: of whatever writes."""

    def fault(self, answer: bytes) -> str:
        r"""Why these bytes cannot be the answer; empty where they can. An exception is honest.

        >>> reading(3, 0, 2).fault(b"\x03\x02\x00\x07")
        'bytes: answered with 4, expected 6'
        """
        if not answer or answer[0] & ~EXCEPTION != self.pdu[0]:
            return differs("function", answer[0] if answer else "nothing", self.pdu[0])
        refuses = bool(answer[0] & EXCEPTION)
        size = 2 if refuses else self.size
        if len(answer) != size:
            return differs("bytes", len(answer), size)
        if refuses:
            return ""
        if self.pdu[0] in _COUNTED and answer[1] != size - 2:
            return differs("count", answer[1], size - 2)
        if self.echo and answer != self.echo:
            return differs("echo", answer.hex(" "), self.echo.hex(" "))
        return ""


def differs(what: str, got: object, expected: object) -> str:
    """In words."""
    return f"{what}: answered with {got}, expected {expected}"


# --- reading --------------------------------------------------------------------------------


def reading(function: int, address: int, count: int) -> Question:
    """Read 1 … 2,000 coils or contacts (functions 1, 2), or 1 … 125 registers (3, 4)."""
    size = (count + 7) // 8 if function in OF_BITS else 2 * count
    return Question(_READ.pack(function, address, count), 2 + size)


def told(answer: bytes) -> bytes:
    """What an answer without fault tells: bits, lowest first, or registers, high byte first.

    Raises:
        BadReply: it is an exception.
    """
    if answer[0] & EXCEPTION:
        raise BadReply(f"exception code {answer[1]}")
    return answer[2:]


# --- writing --------------------------------------------------------------------------------


def writing(function: int, address: int, value: int) -> Question:
    """Write one coil (5, 15; 0 is off) or one register (6, 16: 0 … 65,535).

    15 and 16 are for devices that know no other way; what is written is one all the same.

    >>> writing(5, 3, 1).pdu.hex(" "), writing(16, 3, 7).pdu.hex(" ")
    ('05 00 03 ff 00', '10 00 03 00 01 02 00 07')
    """
    if function == WRITE_COIL:
        value = ON if value else 0
    if function in (WRITE_COIL, WRITE_REGISTER):
        pdu = _READ.pack(function, address, value)
        return Question(pdu, 5, pdu)
    head = _READ.pack(function, address, 1)
    coded = bytes((1, bool(value))) if function == WRITE_COILS else struct.pack(">BH", 2, value)
    return Question(head + coded, 5, head)
