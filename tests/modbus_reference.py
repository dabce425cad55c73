"""Modbus decoding as one writes it first: a point at a time, straight from docs/wire.md."""

import math
import struct
from collections.abc import Mapping, Sequence

from minesafe.model.mine import Coding, Kind, Point
from minesafe.model.quality import Quality
from minesafe.sources.modbus.decoder import Decoder
from minesafe.sources.modbus.plan import Block, Ways, plan, spans
from minesafe.sources.modbus.status import MAPS
from minesafe.sources.sample import judged

Cells = Mapping[tuple[int, int], int]
"""Register, coil or contact by (function, address); what could not be read is absent."""

_BYTES = {"ABCD": (0, 1, 2, 3), "CDAB": (2, 3, 0, 1), "BADC": (1, 0, 3, 2), "DCBA": (3, 2, 1, 0)}
"""Where on the wire each byte of the number is."""

_FORMS = {"float32": ">f", "int32": ">i", "uint32": ">I", "int16": ">h", "uint16": ">H"}


def plainly(
    point: Point, kind: Kind, cells: Cells, coding: Coding = MAPS["plain"]
) -> tuple[float, Quality]:
    """Value and quality of one point."""
    wide = point.encoding in ("float32", "int32", "uint32", "bcd32") and point.function > 2
    words = [cells.get((point.function, (point.address or 0) + i)) for i in range(1 + wide)]
    status = None
    if point.status_address is not None:
        status = cells.get((point.status_function, point.status_address))
        words.append(status)
    if None in words:
        return math.nan, Quality.COMMS_LOST
    known = [word for word in words if word is not None]
    number = float(known[0]) if point.function < 3 else _number(point, known[: 1 + wide])
    value = number / 10.0**point.decimals * point.scale + point.offset
    return judged(value, Quality.GOOD if status is None else coding.quality(status), kind)


def _number(point: Point, words: Sequence[int]) -> float:
    wire = struct.pack(f">{len(words)}H", *words)
    order = _BYTES[point.order] if len(words) == 2 else [b % 2 for b in _BYTES[point.order][:2]]
    data = bytes(wire[i] for i in order)
    if point.bits is not None:
        low, count = point.bits
        return float(int.from_bytes(data, "big") >> low & (2**count - 1))
    if point.encoding.startswith("bcd"):
        text = data.hex()
        return float(text) if text.isdigit() else math.nan
    number: float = struct.unpack(_FORMS[point.encoding], data)[0]
    return float(number)


def decoded(
    points: Sequence[tuple[Point, Kind]], cells: Cells, coding: Coding = MAPS["plain"]
) -> list[tuple[float, Quality]]:
    """The same by the house's decoder, over blocks that hold no cell more than they must.

    A block of which a cell is absent was not answered.
    """
    wired = [(row, point, kind) for row, (point, kind) in enumerate(points)]
    blocks = plan(spans(point for point, _ in points), Ways(gap=0))
    answers = [_answer(block, cells) for block in blocks]
    told = Decoder(wired, blocks, coding).readings(answers, 1)
    return [(value, Quality(quality)) for _, value, quality, _, _ in told.rows()]


def _answer(block: Block, cells: Cells) -> bytes | None:
    at = [(block.function, address) for address in range(block.address, block.end)]
    if any(cell not in cells for cell in at):
        return None
    if block.function < 3:
        bits = sum((cells[cell] & 1) << i for i, cell in enumerate(at))
        return bits.to_bytes((block.count + 7) // 8, "little")
    return struct.pack(f">{block.count}H", *(cells[cell] for cell in at))
