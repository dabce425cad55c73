"""A Sparkplug B payload (its `sparkplug_b.proto`), by a table of the fields that matter here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from minesafe.sources.mqtt.sparkplug.protobuf import BYTES, FIXED32, FIXED64, VARINT, Value, fields
from minesafe.sources.wire import LONGEST, Unreadable

MOST_METRICS = 10_000

INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 = range(1, 9)
FLOAT, DOUBLE, BOOLEAN, STRING = 9, 10, 11, 12

_BITS = {INT8: 8, INT16: 16, INT32: 32, INT64: 64}
"""Signed types; on the wire they are unsigned of 32 or 64 bits."""

NUMBERS = frozenset(range(INT8, BOOLEAN + 1))
"""Types a value can be of."""

QUALITY = b"Quality"
"""The property by which a device says how good a metric is."""


@dataclass(slots=True)
class Metric:
    """One metric as it lies on the wire."""

    name: str = ""
    alias: int | None = None
    timestamp: int | None = None
    """Milliseconds."""
    datatype: int = 0
    """0: that of the birth."""
    historical: bool = False
    null: bool = False
    value: Value | None = None
    """Of a text: its bytes."""
    quality: int | None = None
    """192 good, 0 bad, 500 stale; None where nothing is said."""

    def number(self, datatype: int) -> float | None:
        """The value as a number; None where it is none."""
        if isinstance(self.value, bytes) or self.value is None or datatype not in NUMBERS:
            return None
        bits = _BITS.get(datatype)
        if bits is not None and isinstance(self.value, int):
            low = self.value & ((1 << bits) - 1)
            return float(low - (1 << bits) if low >> (bits - 1) else low)
        return float(self.value)


@dataclass(slots=True)
class Payload:
    """One message."""

    timestamp: int | None
    seq: int | None
    metrics: list[Metric]


Set = Callable[[Metric, Any], None]


def _to(name: str) -> Set:
    return lambda metric, value: setattr(metric, name, value)


def _flag(name: str) -> Set:
    return lambda metric, value: setattr(metric, name, bool(value))


def _name(metric: Metric, value: bytes) -> None:
    metric.name = value.decode("utf-8", "replace")


def _truth(metric: Metric, value: int) -> None:
    metric.value = int(bool(value))


def _properties(metric: Metric, data: bytes) -> None:
    """Keys and values stand in the same order, each in a list of its own."""
    pairs = [(number, value) for number, wire, value in fields(data) if wire == BYTES]
    keys = [value for number, value in pairs if number == 1]
    values = [value for number, value in pairs if number == 2]
    if QUALITY in keys[: len(values)]:
        metric.quality = _whole(values[keys.index(QUALITY)])


def _whole(data: Value) -> int | None:
    assert isinstance(data, bytes)
    found = [v for number, wire, v in fields(data) if number in (3, 4) and wire == VARINT]
    return int(found[0]) if found else None


METRIC: Mapping[tuple[int, int], Set] = {
    (1, BYTES): _name,
    (2, VARINT): _to("alias"),
    (3, VARINT): _to("timestamp"),
    (4, VARINT): _to("datatype"),
    (5, VARINT): _flag("historical"),
    (7, VARINT): _flag("null"),
    (9, BYTES): _properties,
    (10, VARINT): _to("value"),
    (11, VARINT): _to("value"),
    (12, FIXED32): _to("value"),
    (13, FIXED64): _to("value"),
    (14, VARINT): _truth,
    (15, BYTES): _to("value"),
}
"""By field number and wire type; others (data sets, templates, metadata) are passed over."""


def decode(data: bytes) -> Payload:
    """Read one payload.

    Raises:
        Unreadable: nothing of it can be used.
    """
    if len(data) > LONGEST:
        raise Unreadable(f"{len(data)} bytes is too long")
    payload = Payload(None, None, [])
    for number, wire, value in fields(data):
        if number == 2 and isinstance(value, bytes):
            payload.metrics.append(_metric(value))
        elif number == 1 and wire == VARINT:
            payload.timestamp = int(value)
        elif number == 3 and wire == VARINT:
            payload.seq = int(value)
        if len(payload.metrics) > MOST_METRICS:
            raise Unreadable(f"more than {MOST_METRICS} metrics in one message")
    return payload


def _metric(data: bytes) -> Metric:
    metric = Metric()
    for number, wire, value in fields(data):
        found = METRIC.get((number, wire))
        if found is not None:
            found(metric, value)
    return metric


REBIRTH = "Node Control/Rebirth"


def rebirth(now_ms: int) -> bytes:
    """The command by which a host asks an edge node for its births."""
    name, stamp = REBIRTH.encode(), _written(now_ms)
    metric = b"\x0a" + bytes((len(name),)) + name + b"\x18" + stamp
    metric += b"\x20" + bytes((BOOLEAN,)) + b"\x70\x01"
    return b"\x08" + stamp + b"\x12" + bytes((len(metric),)) + metric


def _written(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
