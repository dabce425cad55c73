"""Protocol buffers as far as Sparkplug needs them: one loop over fields, and what each is worth.

Nothing here holds more than the bytes it was given, and each byte is looked at once.
"""

import struct
from collections.abc import Iterator

from minesafe.sources.wire import Unreadable

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_DOUBLE, _FLOAT = struct.Struct("<d"), struct.Struct("<f")

Value = int | float | bytes


def fields(data: bytes) -> Iterator[tuple[int, int, Value]]:
    """(field number, wire type, value) of a message, in order.

    A fixed field is read as the floating-point number that Sparkplug's are.

    Raises:
        Unreadable: a field goes beyond its message, or is of a type that is no more.
    """
    at, end = 0, len(data)
    while at < end:
        tag = data[at]
        at += 1
        if tag & 0x80:
            tag, at = _varint(data, at - 1)
        wire = tag & 7
        if wire == VARINT:
            number, at = _varint(data, at)
            yield tag >> 3, wire, number
        elif wire == BYTES:
            size, at = _varint(data, at)
            if size > end - at:
                raise Unreadable("a field beyond its message")
            yield tag >> 3, wire, data[at : at + size]
            at += size
        elif wire in (FIXED32, FIXED64):
            size, kind = (4, _FLOAT) if wire == FIXED32 else (8, _DOUBLE)
            if size > end - at:
                raise Unreadable("a field beyond its message")
            yield tag >> 3, wire, kind.unpack_from(data, at)[0]
            at += size
        else:
            raise Unreadable(f"a field of wire type {wire}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """At most ten bytes of seven bits, and 64 bits of what they say."""
    value = shift = 0
    for byte in data[at : at + 10]:
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
    raise Unreadable("a number without an end")
