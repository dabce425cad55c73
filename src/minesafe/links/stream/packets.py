"""MQTT 3.1.1 on the wire (OASIS, 2014). Pure: bytes in, packets out; numbers as in its chapters.

What a broker sends is split by `Splitter`, whatever pieces it comes in. A packet longer than
`LARGEST` is never held: its head is kept, its body is passed over as it comes.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from minesafe.model.errors import BadReply

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
LARGEST = 1 << 20
"""Bytes of a packet that is held; four times what any dialect of ours reads."""

PING = b"\xc0\x00"
GOODBYE = b"\xe0\x00"
AT_LEAST_ONCE = 1
REFUSED = 0x80
RETAINED, AGAIN = 0x01, 0x08
"""Of a message's flags: the broker kept it; it may have been delivered before (DUP)."""

REASONS = {
    1: "it does not speak MQTT 3.1.1",
    2: "it does not take our client id",
    3: "it is not ready",
    4: "wrong user or password",
    5: "not allowed",
}
"""§3.2.2.3: why a broker refuses a connection."""


class Publish(msgspec.Struct, frozen=True, gc=False):
    """A message as it lies on the wire; whose topic it is has not been looked up."""

    topic: bytes
    payload: bytes
    flags: int
    """The low half of the first byte: DUP 8, QoS 6, RETAIN 1."""
    number: bytes = b""
    """Packet identifier, two bytes; empty at QoS 0."""
    cut: int = 0
    """Bytes it had where it was too long to be held; `payload` is empty then."""

    @property
    def retained(self) -> bool:
        """The broker kept it and gives it to every new subscriber: it may be of any age."""
        return bool(self.flags & RETAINED)


class Control(msgspec.Struct, frozen=True):
    """Any other packet."""

    kind: int
    body: bytes


class Malformed(BadReply):
    """These are not the bytes of a broker; where the next packet begins is not known."""


@dataclass(slots=True)
class _Passing:
    """A packet too long to be held, while its body comes."""

    packet: Publish | Control
    left: int


class Splitter:
    """Cuts a stream of bytes into packets, in time that grows with the bytes alone."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._have, self._need = 0, 2
        self._passing: _Passing | None = None

    def feed(self, data: bytes) -> tuple[Sequence[Publish], list[Control]]:
        """Every packet that is complete now, each kind in order of arrival.

        Raises:
            Malformed: the stream cannot be read on.
        """
        out: tuple[list[Publish], list[Control]] = [], []
        messages: Sequence[Publish] = out[0]
        if self._passing is not None:
            data = self._pass_over(data, out)
        self._parts.append(data)
        self._have += len(data)
        if self._have >= self._need:
            data = b"".join(self._parts) if len(self._parts) > 1 else data
            messages, rest = self._all(data, out)
            self._parts, self._have = [rest] if rest else [], len(rest)
        return messages, out[1]

    def _all(
        self, data: bytes, out: tuple[list[Publish], list[Control]]
    ) -> tuple[Sequence[Publish], bytes]:
        """Every message that is whole, and what is left; controls go to `out`."""
        rest = self._scan(data, out)
        return out[0], rest

    def _scan(self, data: bytes, out: tuple[list[Publish], list[Control]]) -> bytes:
        """Cut off every whole packet; returns the piece of one that is left.

        One loop without calls but the last: it runs for every message there is.
        """
        publishes, controls = out
        at, end, self._need = 0, len(data), 2
        while at + 2 <= end:
            first, length, body = data[at], data[at + 1], at + 2
            if length & 0x80:
                length, body = _length(data, at + 1)
                if not body:
                    self._need = end - at + 1
                    break
            after = body + length
            if length > LARGEST:
                return self._begin_passing(data, at, body, length, out)
            if after > end:
                self._need = after - at
                break
            if first >> 4 == PUBLISH:
                publishes.append(_publish(first, data, body, after))
            else:
                controls.append(Control(first >> 4, data[body:after]))
            at = after
        return data[at:]

    def _begin_passing(
        self, data: bytes, at: int, body: int, length: int, out: tuple[list[Publish], list[Control]]
    ) -> bytes:
        head = _head(data[at], data, body, length)
        if head is None:
            self._need = len(data) - at + 1
            return data[at:]
        self._passing = _Passing(head, length)
        return self._scan(self._pass_over(data[body:], out), out)

    def _pass_over(self, data: bytes, out: tuple[list[Publish], list[Control]]) -> bytes:
        """What lies behind the long packet, which counts as come when all of it has."""
        passing = self._passing
        assert passing is not None
        behind = data[passing.left :]
        passing.left -= len(data) - len(behind)
        if not passing.left:
            self._passing = None
            if isinstance(passing.packet, Publish):
                out[0].append(passing.packet)
            else:
                out[1].append(passing.packet)
        return behind


def _length(data: bytes, at: int) -> tuple[int, int]:
    """§2.2.3: seven bits a byte, at most four; the length and where the body begins.

    Where the body begins is 0 as long as the length itself has not come.
    """
    value = 0
    for i in range(4):
        if at + i >= len(data):
            return 0, 0
        value |= (data[at + i] & 0x7F) << (7 * i)
        if not data[at + i] & 0x80:
            return value, at + i + 1
    raise Malformed("a length of more than four bytes")


def _publish(first: int, data: bytes, body: int, after: int) -> Publish:
    """§3.3."""
    qos = first & 0x06
    name = body + 2
    topic_end = name + (data[body] << 8 | data[body + 1]) if after - body >= 2 else after + 1
    if not qos:
        if topic_end > after:
            raise Malformed("a topic longer than its packet")
        return Publish(data[name:topic_end], data[topic_end:after], first & 0x0F)
    rest = topic_end + 2
    number = data[topic_end:rest]
    if rest > after or qos != 0x02 or number == b"\0\0":
        raise Malformed("a message without a number, or of a quality nobody asked for")
    return Publish(data[name:topic_end], data[rest:after], first & 0x0F, number)


def _head(first: int, data: bytes, body: int, length: int) -> Publish | Control | None:
    """What is kept of a packet too long; None while too little of it has come."""
    if first >> 4 != PUBLISH:
        return Control(first >> 4, b"")
    if len(data) - body < 2:
        return None
    after = body + 2 + (data[body] << 8 | data[body + 1]) + (2 if first & 0x06 else 0)
    if len(data) < after:
        return None
    head = _publish(first, data, body, after)
    return Publish(head.topic, b"", head.flags, head.number, length - (after - body))


# --- what we send ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says for us when we are gone without a goodbye; retained, QoS 1."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Hello:
    """CONNECT: who we are. The session is one that the broker keeps."""

    client_id: str
    user: str = ""
    password: str = ""
    keep_alive_s: int = 10
    will: Will | None = None

    def to_bytes(self) -> bytes:
        """§3.1."""
        flags, body = 0, _text(self.client_id)
        if self.will is not None:
            flags |= 0x04 | AT_LEAST_ONCE << 3 | 0x20
            body += _text(self.will.topic) + _counted(self.will.payload)
        if self.user:
            flags |= 0x80
            body += _text(self.user)
        if self.user and self.password:
            flags |= 0x40
            body += _text(self.password)
        head = _text("MQTT") + bytes((4, flags)) + struct.pack(">H", self.keep_alive_s)
        return _packet(0x10, head + body)


def subscribe(number: int, filters: list[str]) -> bytes:
    """§3.8: hear these at QoS 1."""
    wanted = b"".join(_text(f) + bytes((AT_LEAST_ONCE,)) for f in filters)
    return _packet(0x82, struct.pack(">H", number) + wanted)


def publish(topic: str, payload: bytes, *, number: int = 0, retain: bool = False) -> bytes:
    """§3.3: at QoS 1 where it has a number, else at QoS 0."""
    first = 0x30 | (AT_LEAST_ONCE << 1 if number else 0) | int(retain)
    numbered = struct.pack(">H", number) if number else b""
    return _packet(first, _text(topic) + numbered + payload)


def acknowledge(numbers: list[bytes]) -> bytes:
    """§3.4: a PUBACK for each, in their order."""
    return b"".join([b"\x40\x02" + number for number in numbers])


def _packet(first: int, body: bytes) -> bytes:
    length, size = len(body), bytearray()
    while True:
        length, low = length >> 7, length & 0x7F
        size.append(low | (0x80 if length else 0))
        if not length:
            return bytes((first,)) + bytes(size) + body


def _text(text: str) -> bytes:
    return _counted(text.encode())


def _counted(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data
