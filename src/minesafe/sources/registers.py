"""What registers and status words mean (docs/wire.md). Pure: words in, value and quality out."""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minesafe.model.mine import Kind, Point
from minesafe.model.quality import Quality
from minesafe.sources.status import MAPS, STATUS, Coding


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


def sample(value: float, status: int, kind: Kind) -> tuple[float, Quality]:
    """The value that may be used, and its quality.

    A number that is none (NaN, infinity) under a good status is a fault of the sensor; one
    outside the measuring range keeps its value and says so; a lost sensor has no value.

    >>> from minesafe.model.mine import Name, System
    >>> no = Name("", "")
    >>> ch4 = Kind("ch4", no, System.MONITORING, "%", 0, 4, 2, 1, 3, (), no)
    >>> sample(0.5, 0, ch4), sample(-0.1, 0, ch4), sample(math.nan, 0, ch4)
    ((0.5, <Quality.GOOD: 0>), (-0.1, <Quality.OUT_OF_RANGE: 7>), (nan, <Quality.FAULT: 3>))
    """
    return judged(value, STATUS.get(status, Quality.FAULT), kind)


def judged(value: float, quality: Quality, kind: Kind) -> tuple[float, Quality]:
    """As `sample`, where the device has told the quality in words of its own."""
    if quality is Quality.COMMS_LOST:
        return math.nan, quality
    if not math.isfinite(value):
        return math.nan, Quality.FAULT
    if quality is Quality.GOOD and not kind.low <= value <= kind.high:
        return value, Quality.OUT_OF_RANGE
    return value, quality


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
