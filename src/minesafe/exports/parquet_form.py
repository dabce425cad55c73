"""Parquet: flat columns, a row group a block, gzip.

What describes them stands at the end, so a file is written as it goes (apache/parquet-format,
README and parquet.thrift; decision 0127).
"""

import math
import struct
import zlib
from collections.abc import Iterator

import numpy as np

from minesafe.exports.table import Block, Cells, Head, Kind, Sheet
from minesafe.exports.thrift import Int, Many, Struct, encoded, varint
from minesafe.model.frame import Column

MAGIC = b"PAR1"

INT64, DOUBLE, BYTE_ARRAY = 2, 5, 6
OPTIONAL, GZIP, PLAIN, RLE, DATA_PAGE = 1, 2, 0, 3, 0
UTF8, TIMESTAMP_MICROS = 0, 10

TYPES = {Kind.TIME: INT64, Kind.NUMBER: DOUBLE, Kind.WHOLE: INT64, Kind.TEXT: BYTE_ARRAY}
CONVERTED = {Kind.TIME: TIMESTAMP_MICROS, Kind.TEXT: UTF8}


class Parquet:
    """Implements `Form`. Times are UTC, as the format has it; the mine's zone is in the footer."""

    def __init__(self, sheet: Sheet) -> None:
        """Nothing is written yet."""
        self._heads, self._zone = sheet.heads, sheet.zone
        self._at = self._rows = 0
        self._groups: list[Struct] = []

    def begin(self) -> bytes:
        """The magic."""
        self._at = len(MAGIC)
        return MAGIC

    def add(self, block: Block) -> bytes:
        """One block as a row group."""
        rows = len(block[0])
        if not rows:
            return b""
        parts, chunks, whole = [], [], 0
        for head, cells in zip(self._heads, block, strict=True):
            page, plain = _page(head, cells)
            sizes = (Int(plain, wide=True), Int(len(page), wide=True))
            chunks.append(_chunk(head, rows, sizes, self._at))
            parts.append(page)
            self._at += len(page)
            whole += plain
        group = ((1, Many(chunks)), (2, Int(whole, wide=True)), (3, Int(rows, wide=True)))
        self._groups.append(Struct(group))
        self._rows += rows
        return b"".join(parts)

    def end(self) -> Iterator[bytes]:
        """The footer."""
        root = Struct(((4, b"schema"), (5, Int(len(self._heads)))))
        notes = [("timezone", self._zone.key), *((h.key, h.words) for h in self._heads)]
        footer = encoded(
            Struct(
                (
                    (1, Int(1)),
                    (2, Many([root, *map(_element, self._heads)])),
                    (3, Int(self._rows, wide=True)),
                    (4, Many(self._groups)),
                    (5, Many([Struct(((1, k.encode()), (2, v.encode()))) for k, v in notes])),
                    (6, b"minesafe"),
                )
            )
        )
        yield footer + struct.pack("<I", len(footer)) + MAGIC


def _element(head: Head) -> Struct:
    fields: list[tuple[int, Int | bytes]] = [
        (1, Int(TYPES[head.kind])),
        (3, Int(OPTIONAL)),
        (4, head.key.encode()),
    ]
    if head.kind in CONVERTED:
        fields.append((6, Int(CONVERTED[head.kind])))
    return Struct(fields)


def _chunk(head: Head, rows: int, sizes: tuple[Int, Int], at: int) -> Struct:
    meta = Struct(
        (
            (1, Int(TYPES[head.kind])),
            (2, Many([Int(PLAIN), Int(RLE)])),
            (3, Many([head.key.encode()])),
            (4, Int(GZIP)),
            (5, Int(rows, wide=True)),
            (6, sizes[0]),
            (7, sizes[1]),
            (9, Int(at, wide=True)),
        )
    )
    return Struct(((2, Int(at, wide=True)), (3, meta)))


def _page(head: Head, cells: Cells) -> tuple[bytes, int]:
    """A page with its header, and how long it would be unpacked."""
    known = np.array(
        [c is not None and not (isinstance(c, float) and math.isnan(c)) for c in cells], bool
    )
    some = [cell for cell, there in zip(cells, known.tolist(), strict=True) if there]
    plain = _levels(known) + _plain(head.kind, some)
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)  # 31: with gzip's own head
    packed = packer.compress(plain) + packer.flush()
    data = Struct(((1, Int(len(cells))), (2, Int(PLAIN)), (3, Int(RLE)), (4, Int(RLE))))
    header = encoded(
        Struct(((1, Int(DATA_PAGE)), (2, Int(len(plain))), (3, Int(len(packed))), (5, data)))
    )
    return header + packed, len(header) + len(plain)


def _levels(known: Column) -> bytes:
    """Which cells there are, a bit each, in eights."""
    bits = np.packbits(known, bitorder="little").tobytes()
    run = varint(len(bits) << 1 | 1) + bits
    return struct.pack("<I", len(run)) + run


def _plain(kind: Kind, cells: Cells) -> bytes:
    if kind is not Kind.TEXT:
        return np.array(cells, "<f8" if kind is Kind.NUMBER else "<i8").tobytes()
    texts = [cell.encode() for cell in cells]
    return b"".join(part for text in texts for part in (struct.pack("<I", len(text)), text))
