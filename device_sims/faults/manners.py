"""How a wire behaves while it is spoilt: a row a word, a small function over what is said."""

import random
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from device_sims.faults.frames import Adu, Framing

MOST_GARBAGE = 256
"""Bytes of nonsense in place of one saying."""


class HangUp(Enum):
    """The connection is closed here."""

    NOW = "now"


Piece: TypeAlias = bytes | float | HangUp
"""What follows on the wire: bytes, a pause (real s: sockets live in real time), or its end."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a manner goes by."""

    amount: float
    dice: random.Random
    framing: Framing | None = None
    """Of a Modbus link; None: bytes are bytes."""

    def adu(self, frame: bytes) -> Adu:
        """A Modbus reply, taken apart."""
        assert self.framing is not None
        return self.framing.unpack(frame)

    def packed(self, adu: Adu) -> bytes:
        """A Modbus reply, put together."""
        assert self.framing is not None
        return self.framing.pack(adu)


Manner: TypeAlias = Callable[[bytes, Hand], Iterable[Piece]]
"""Makes of one saying (a Modbus reply, or what was read at once) what goes on the wire."""


def passed(said: bytes, _hand: Hand) -> Iterable[Piece]:
    """As it is."""
    yield said


def drop(said: bytes, hand: Hand) -> Iterable[Piece]:
    """Now and then it never arrives."""
    if hand.dice.random() >= hand.amount:
        yield said


def delay(said: bytes, hand: Hand) -> Iterable[Piece]:
    """It arrives late."""
    yield from (hand.amount, said)


def garbage(said: bytes, hand: Hand) -> Iterable[Piece]:
    """Other bytes arrive instead: a bad converter, another baud rate."""
    nonsense = hand.dice.random() < hand.amount
    yield hand.dice.randbytes(min(len(said), MOST_GARBAGE)) if nonsense else said


def trickle(said: bytes, hand: Hand) -> Iterable[Piece]:
    """One byte at a time."""
    for byte in said:
        yield from (bytes([byte]), hand.amount)


def close(_said: bytes, _hand: Hand) -> Iterable[Piece]:
    """Hung up instead of answered."""
    yield HangUp.NOW


def late_other_id(said: bytes, hand: Hand) -> Iterable[Piece]:
    """A slow device answers the request before this one."""
    adu = hand.adu(said)
    before = ((adu.transaction or 0) - 1) & 0xFFFF
    yield from (hand.amount, hand.packed(adu.changed(transaction=before)))


def tid_zero(said: bytes, hand: Hand) -> Iterable[Piece]:
    """A converter that never learnt of transaction ids."""
    yield hand.packed(hand.adu(said).changed(transaction=0))


def short_reply(said: bytes, hand: Hand) -> Iterable[Piece]:
    """One register whatever was asked; an honest length and checksum around it."""
    adu = hand.adu(said)
    yield hand.packed(adu.changed(pdu=adu.pdu[:1] + b"\x02" + adu.pdu[2:4].ljust(2, b"\0")))


def wrong_function(said: bytes, hand: Hand) -> Iterable[Piece]:
    """The same registers, said to be of another kind."""
    adu = hand.adu(said)
    yield hand.packed(adu.changed(pdu=bytes([int(hand.amount)]) + adu.pdu[1:]))


def exception(said: bytes, hand: Hand) -> Iterable[Piece]:
    """A gateway answers for the device behind it: busy (6), no path (10), no answer (11)."""
    adu = hand.adu(said)
    refusal = struct.pack("BB", adu.pdu[0] | 0x80, int(hand.amount))
    yield hand.packed(adu.changed(pdu=refusal))


def double_reply(said: bytes, _hand: Hand) -> Iterable[Piece]:
    """Everything twice, as radio repeaters do."""
    yield said * 2


@dataclass(frozen=True, slots=True)
class WireFault:
    """What a word does to a link."""

    manner: Manner = passed
    rewrites: bool = False
    """The manner takes Modbus replies apart; what is none passes."""
    holds: bool = False
    """Nothing passes and nothing is closed; afterwards what was held goes on."""
    deafens: bool = False
    """Connections are taken, and what is said on them is lost; afterwards they are cut."""
    shuts: bool = False
    """Every connection is cut and nobody listens; afterwards somebody does again."""


GONE = WireFault(shuts=True)
WIRE_FAULTS: Mapping[str, WireFault] = {
    "substation_lost": GONE,
    "station_lost": GONE,
    "gateway_lost": GONE,
    "exhausted": GONE,
    "freeze": WireFault(holds=True),
    "half_open": WireFault(deafens=True),
    "drop": WireFault(drop),
    "delay": WireFault(delay),
    "garbage": WireFault(garbage),
    "trickle": WireFault(trickle),
    "close": WireFault(close),
    "late_other_id": WireFault(late_other_id, rewrites=True),
    "tid_zero": WireFault(tid_zero, rewrites=True),
    "short_reply": WireFault(short_reply, rewrites=True),
    "wrong_function": WireFault(wrong_function, rewrites=True),
    "exception": WireFault(exception, rewrites=True),
    "double_reply": WireFault(double_reply),
}
