"""Sparkplug B payloads as an edge node writes them (docs/wire.md names the fields)."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

FLOAT, DOUBLE, BOOLEAN, INT64, UINT64 = 9, 10, 11, 4, 8
BAD, GOOD, STALE = 0, 192, 500


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric to be told."""

    name: str = ""
    """Left out where the alias says it."""
    alias: int | None = None
    value: float | int | bool | None = None
    """None: it has no value."""
    datatype: int = DOUBLE
    quality: int | None = None
    historical: bool = False
    timestamp: int | None = None
    """Milliseconds; None: the payload's."""

    def to_bytes(self) -> bytes:
        """As field 2 of a payload holds it."""
        out = _text(1, self.name) if self.name else b""
        out += _whole(2, self.alias) if self.alias is not None else b""
        out += _whole(3, self.timestamp) if self.timestamp is not None else b""
        out += _whole(4, self.datatype)
        out += _whole(5, 1) if self.historical else b""
        out += _whole(7, 1) if self.value is None else b""
        if self.quality is not None:
            out += _bytes(
                9, _text(1, "Quality") + _bytes(2, _whole(1, 3) + _whole(3, self.quality))
            )
        return out + (_value(self.datatype, self.value) if self.value is not None else b"")


def payload(now_ms: int, metrics: Iterable[Metric], seq: int | None = None) -> bytes:
    """One message; a death has no sequence number."""
    out = _whole(1, now_ms) + b"".join(_bytes(2, m.to_bytes()) for m in metrics)
    return out + (_whole(3, seq) if seq is not None else b"")


def asks_for_birth(data: bytes) -> bool:
    """Whether a command holds `Node Control/Rebirth`, true."""
    return b"Node Control/Rebirth" in data and data.endswith(b"\x70\x01")


def _value(datatype: int, value: float) -> bytes:
    if datatype == DOUBLE:
        return _tag(13, 1) + struct.pack("<d", value)
    if datatype == FLOAT:
        return _tag(12, 5) + struct.pack("<f", value)
    if datatype == BOOLEAN:
        return _whole(14, int(bool(value)))
    wide = datatype in (INT64, UINT64)
    return _whole(11 if wide else 10, int(value) & ((1 << (64 if wide else 32)) - 1))


def _tag(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _whole(number: int, value: int) -> bytes:
    return _tag(number, 0) + _varint(value)


def _text(number: int, text: str) -> bytes:
    return _bytes(number, text.encode())


def _bytes(number: int, data: bytes) -> bytes:
    return _tag(number, 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
