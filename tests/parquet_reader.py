"""Parquet read by its specification, of the flat gzip files we write: nothing of ours is used."""

import struct
import zlib
from typing import Any

Fields = dict[int, Any]


class _Thrift:
    """The compact protocol, read without knowing what the fields mean."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def varint(self) -> int:
        number = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    def zigzag(self) -> int:
        number = self.varint()
        return number >> 1 ^ -(number & 1)

    def value(self, kind: int) -> Any:
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 8:
            size = self.varint()
            self.at += size
            return self.data[self.at - size : self.at]
        if kind == 9:
            head = self.data[self.at]
            self.at += 1
            count = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(count)]
        assert kind == 12, kind
        return self.struct()

    def struct(self) -> Fields:
        fields, number = Fields(), 0
        while head := self.data[self.at]:
            self.at += 1
            number += head >> 4
            fields[number] = self.value(head & 15)
        self.at += 1
        return fields


def read(data: bytes) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Columns by name, None where a cell is empty, and the notes of the footer."""
    assert data[:4] == data[-4:] == b"PAR1"
    size = struct.unpack("<I", data[-8:-4])[0]
    footer = _Thrift(data, len(data) - 8 - size).struct()
    names = [element[4].decode() for element in footer[2][1:]]
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for group in footer[4]:
        for name, chunk in zip(names, group[1], strict=True):
            cells = _page(data, chunk[3])
            assert len(cells) == group[3] == chunk[3][5]
            columns[name] += cells
    assert all(len(cells) == footer[3] for cells in columns.values())
    return columns, {note[1].decode(): note[2].decode() for note in footer[5]}


def _page(data: bytes, meta: Fields) -> list[Any]:
    thrift = _Thrift(data, meta[9])
    header = thrift.struct()
    body = zlib.decompress(data[thrift.at : thrift.at + header[3]], 31)
    assert len(body) == header[2]
    assert meta[7] == thrift.at - meta[9] + header[3]
    count, size = header[5][1], struct.unpack_from("<I", body)[0]
    levels = _Thrift(body, 4)
    assert levels.varint() & 1, "bit-packed"
    bits = body[levels.at : 4 + size]
    known = [bits[i // 8] >> i % 8 & 1 for i in range(count)]
    values = iter(_values(body[4 + size :], meta[1], sum(known)))
    return [next(values) if there else None for there in known]


def _values(body: bytes, kind: int, count: int) -> list[Any]:
    if kind != 6:
        return list(struct.unpack(f"<{count}{'d' if kind == 5 else 'q'}", body))
    texts, at = [], 0
    while at < len(body):
        size = struct.unpack_from("<I", body, at)[0]
        texts.append(body[at + 4 : at + 4 + size].decode())
        at += 4 + size
    return texts
