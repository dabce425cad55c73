"""From the answers of one substation to the readings of its points, all of them at once.

What each point needs is looked up when the poll is planned; an answer then costs some twenty steps
over whole columns, however many points it carries. Pure: bytes in, values and qualities out.
"""

import math
from collections.abc import Sequence

import numpy as np

from minesafe.links.modbus.pdu import OF_BITS
from minesafe.model.frame import Column, Readings
from minesafe.model.mine import Coding, Kind, Point
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.sources.modbus.numbers import ENCODINGS, ORDERS, Numbers
from minesafe.sources.modbus.plan import Block

ALL_BITS = (1 << 32) - 1
_ZERO = 0
"""The first cell is always 0: the high register of a number that has one register."""

_GOOD, _OUTSIDE = int(Quality.GOOD), int(Quality.OUT_OF_RANGE)
_FAULT, _LOST = int(Quality.FAULT), int(Quality.COMMS_LOST)
"""As plain numbers: columns compare with members of an enumeration ten times as slowly."""


class Decoder:
    """The points of one poll, wired to its blocks.

    All registers of a poll lie in one column of cells, and once more behind them with their bytes
    swapped; a coil or contact is a cell of 0 or 1.

    Args:
        points: row number, point and kind of each; every one has an address.
        blocks: what is read; each value and status word lies whole in one of them.
        coding: what the status words mean.
    """

    def __init__(
        self, points: Sequence[tuple[int, Point, Kind]], blocks: Sequence[Block], coding: Coding
    ) -> None:
        self._blocks, self._coding = blocks, coding
        self._starts = (1 + np.cumsum([0, *(b.count for b in blocks)])).tolist()
        self._cells = self._starts[-1]
        self._meant: dict[int, int] = {}
        own = [point for _, point, _ in points]
        high, low = zip(*(self._where(p) for p in own), strict=True) if own else ((), ())
        self._high, self._low = np.array(high, np.int64), np.array(low, np.int64)
        self._status = np.array([self._status_of(p) for p in own], np.int64)
        self._told = np.flatnonzero(self._status)
        cells = max(self._cells, 1)
        self._needed = np.array([self._high % cells, self._low % cells, self._status])
        self._shift = np.array([p.bits[0] if p.bits else 0 for p in own], np.int64)
        self._mask = np.array([(1 << p.bits[1]) - 1 if p.bits else ALL_BITS for p in own], np.int64)
        self._sign = np.array([_sign(p) for p in own], np.int64)
        self._special = [
            (number, np.array(rows, np.int64))
            for name, (number, rows) in _by_encoding(own).items()
            if number is not None and rows
        ]
        self._scale = np.array([p.scale for p in own])
        self._unit = np.array([10.0**p.decimals for p in own])
        self._offset = np.array([p.offset for p in own])
        self._bottom = np.array([kind.low for _, _, kind in points])
        self._top = np.array([kind.high for _, _, kind in points])
        self._row = np.array([row for row, _, _ in points], np.int32)

    def readings(self, answers: Sequence[bytes | None], now: Micros) -> Readings:
        """The reading of every point.

        Args:
            answers: what each block was answered, in their order; None for one that was not.
            now: when; no map of a substation carries a time.
        """
        cells, absent = self._laid(answers)
        with np.errstate(all="ignore"):  # what is no number becomes a fault below
            values = self._numbers(cells)
        quality = np.zeros(len(values), np.uint8)
        quality[self._told] = [self._quality(w) for w in cells[self._status[self._told]].tolist()]
        lost = absent[self._needed].any(axis=0) | (quality == _LOST)
        _judge(values, quality, lost, self._bottom, self._top)
        times = np.full(len(values), now)
        return Readings(self._row, values, quality, times, times)

    def _laid(self, answers: Sequence[bytes | None]) -> tuple[Column, Column]:
        """The cells, and which of them nobody has told."""
        cells = np.zeros(self._cells, np.uint16)
        absent = np.zeros(self._cells, bool)
        for block, start, answer in zip(self._blocks, self._starts, answers, strict=False):
            end = start + block.count
            if answer is None:
                absent[start:end] = True
            else:
                cells[start:end] = _cells_of(block, answer)
        return np.concatenate([cells, cells.byteswap()]), absent

    def _numbers(self, cells: Column) -> Column:
        raw = cells[self._high].astype(np.int64) << 16 | cells[self._low]
        raw = raw >> self._shift & self._mask
        numbers = ((raw ^ self._sign) - self._sign).astype(np.float64)
        for number, rows in self._special:
            numbers[rows] = number(raw[rows])
        scaled: Column = numbers / self._unit * self._scale + self._offset
        return scaled

    def _quality(self, word: int) -> int:
        """What a status word means; each is looked up once, and there are 65,536."""
        if word not in self._meant:
            self._meant[word] = int(self._coding.quality(word))
        return self._meant[word]

    # --- where it lies ----------------------------------------------------------------------

    def _where(self, point: Point) -> tuple[int, int]:
        """Cells of the high and the low register."""
        assert point.address is not None
        first = self._cell(point.function, point.address)
        if point.function in OF_BITS:
            return _ZERO, first
        order = ORDERS[point.order]
        first += self._cells if order.bytes_swapped else 0
        if ENCODINGS[point.encoding].registers == 1:
            return _ZERO, first
        return (first + 1, first) if order.low_register_first else (first, first + 1)

    def _status_of(self, point: Point) -> int:
        if point.status_address is None:
            return _ZERO
        return self._cell(point.status_function, point.status_address)

    def _cell(self, function: int, address: int) -> int:
        return next(
            int(start) + address - block.address
            for block, start in zip(self._blocks, self._starts, strict=False)
            if block.function == function and block.address <= address < block.end
        )


def _cells_of(block: Block, answer: bytes) -> Column:
    if block.function in OF_BITS:
        bits = np.frombuffer(answer, np.uint8)
        return np.unpackbits(bits, count=block.count, bitorder="little")
    return np.frombuffer(answer, ">u2")


def _sign(point: Point) -> int:
    return 0 if point.bits or point.function in OF_BITS else ENCODINGS[point.encoding].sign


def _by_encoding(
    points: Sequence[Point],
) -> dict[str, tuple[Numbers | None, list[int]]]:
    """What makes a number of each encoding, and the rows that are of it."""
    whole = [(i, p) for i, p in enumerate(points) if p.function not in OF_BITS]
    return {
        name: (encoding.number, [i for i, p in whole if p.encoding == name])
        for name, encoding in ENCODINGS.items()
    }


def _judge(values: Column, quality: Column, lost: Column, bottom: Column, top: Column) -> None:
    """As `sources.sample.judged`, for columns."""
    quality[(quality == _GOOD) & ~((bottom <= values) & (values <= top))] = _OUTSIDE
    faulty = ~np.isfinite(values)
    quality[faulty] = _FAULT
    quality[lost] = _LOST
    values[faulty | lost] = math.nan
