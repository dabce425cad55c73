"""How numbers lie in registers (docs/wire.md), for whole columns of them at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from minesafe.model.frame import Column

Numbers = Callable[[Column], Column]
"""From the registers of many values, as one unsigned number each."""

DIGIT = 0xF
"""Half a byte, one decimal digit of a `bcd`."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """One way to write a number."""

    registers: int
    number: Numbers | None = None
    """What makes a number of them; None: they are it."""
    sign: int = 0
    """The bit that makes it negative, as two's complement has it."""


def _float32(raw: Column) -> Column:
    return raw.astype(np.uint32).view(np.float32)


def _bcd(raw: Column) -> Column:
    """A decimal digit in each half byte: 0x0209 is 209; a digit above 9 makes it none."""
    digits = raw[:, None] >> np.arange(28, -4, -4) & DIGIT
    number = digits @ (10 ** np.arange(7, -1, -1))
    return np.where((digits > 9).any(axis=1), np.nan, number)


ENCODINGS: Mapping[str, Encoding] = {
    "float32": Encoding(2, _float32),
    "int32": Encoding(2, sign=1 << 31),
    "uint32": Encoding(2),
    "bcd32": Encoding(2, _bcd),
    "int16": Encoding(1, sign=1 << 15),
    "uint16": Encoding(1),
    "bcd": Encoding(1, _bcd),
}


@dataclass(frozen=True, slots=True)
class Order:
    """In which order the bytes of a number travel; Modbus itself says high first."""

    low_register_first: bool
    bytes_swapped: bool
    """Within each register."""


ORDERS: Mapping[str, Order] = {
    "ABCD": Order(False, False),
    "CDAB": Order(True, False),
    "BADC": Order(False, True),
    "DCBA": Order(True, True),
}
