"""What registers and status words mean (docs/wire.md). Pure: words in, value and quality out."""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minesafe.model.mine import Kind, Point
from minesafe.model.quality import Quality
from minesafe.sources.modbus.status import MAPS, Coding
from minesafe.sources.sample import judged


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a number lies in holding registers."""

    registers: int
    number: Callable[..., float]
    """From that many words, each 0 … 65,535."""


def _float32(high: int, low: int) -> float:
    number: float = struct.unpack(">f", struct.pack(">HH", high, low))[0]
    return number


def _bcd(word: int) -> float:
    """Four decimal digits, one in each half byte: 0x0209 is 209; above 9 it is none."""
    digits = [word >> shift & 0xF for shift in (12, 8, 4, 0)]
    if max(digits) > 9:
        return math.nan
    thousands, hundreds, tens, ones = digits
    return float(thousands * 1000 + hundreds * 100 + tens * 10 + ones)


ENCODINGS: Mapping[str, Encoding] = {
    "float32": Encoding(2, _float32),
    "uint16": Encoding(1, float),
    "int16": Encoding(1, lambda word: float(word - 0x10000 if word & 0x8000 else word)),
    "bcd": Encoding(1, _bcd),
}


def decode(
    point: Point, kind: Kind, words: Mapping[int, int], coding: Coding = MAPS["plain"]
) -> tuple[float, Quality]:
    """Value and quality of a point.

    Args:
        point: says where the value and its status word lie.
        kind: the kind of the point.
        words: registers by address; those of a block that could not be read are absent.
        coding: what the status words of its device mean.
    """
    if point.address is None:
        return math.nan, Quality.FAULT
    encoding = ENCODINGS[point.encoding]
    raw = [words.get(point.address + i) for i in range(encoding.registers)]
    if None in raw:
        return math.nan, Quality.COMMS_LOST
    value = encoding.number(*raw) * point.scale
    if point.status_address is None:
        return judged(value, Quality.GOOD, kind)
    status = words.get(point.status_address)
    if status is None:
        return math.nan, Quality.COMMS_LOST
    return judged(value, coding.quality(status), kind)
