"""Thrift's compact protocol, what of it Parquet's metadata needs (apache/thrift, doc/specs)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12

Field: TypeAlias = tuple[int, "Value"]
"""Number and value; in rising order."""


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number of 32 bits, or of 64."""

    value: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one type."""

    values: "Sequence[Value]"


@dataclass(frozen=True, slots=True)
class Struct:
    """Fields by number."""

    fields: Sequence[Field]


Value: TypeAlias = Int | bytes | Many | Struct


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def encoded(value: Value) -> bytes:
    """The bytes of a value, without its type."""
    if isinstance(value, Int):
        return varint(value.value << 1 if value.value >= 0 else (-value.value << 1) - 1)
    if isinstance(value, bytes):
        return varint(len(value)) + value
    if isinstance(value, Many):
        return _many(value)
    return _struct(value)


def _many(value: Many) -> bytes:
    count, kind = len(value.values), _kind(value.values[0]) if value.values else STRUCT
    head = bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + varint(count)
    return head + b"".join(map(encoded, value.values))


def _struct(value: Struct) -> bytes:
    out, before = b"", 0
    for number, field in value.fields:
        assert 0 < number - before < 16, number
        out += bytes([(number - before) << 4 | _kind(field)]) + encoded(field)
        before = number
    return out + b"\x00"


def _kind(value: Value) -> int:
    if isinstance(value, Int):
        return I64 if value.wide else I32
    return {bytes: BINARY, Many: LIST, Struct: STRUCT}[type(value)]
