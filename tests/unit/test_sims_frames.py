"""Modbus replies in a stream of bytes, however it was cut, and what bad wires make of them."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sims.faults.frames import RTU, TCP, Adu, Framing, is_frame, split
from device_sims.faults.manners import WIRE_FAULTS, Hand, HangUp, Piece

READ = Adu(1, bytes([3, 4, 0x3F, 0x80, 0, 0]), 7)
WIND = bytes.fromhex("020302 0145 3c27")
"""The reply printed in a wind sensor's manual: 32.5 m/s."""

replies = st.one_of(
    st.binary(min_size=2, max_size=250).map(lambda d: bytes([3, len(d)]) + d),
    st.binary(min_size=4, max_size=4).map(lambda d: b"\x05" + d),
    st.integers(1, 11).map(lambda code: bytes([0x83, code])),
)


def test_the_reply_of_a_wind_sensors_manual_is_taken_apart_and_put_together() -> None:
    assert is_frame(RTU, WIND)
    assert RTU.unpack(WIND) == Adu(2, bytes.fromhex("03020145"))
    assert RTU.pack(RTU.unpack(WIND)) == WIND


@given(
    st.sampled_from([TCP, RTU]),
    st.lists(replies, max_size=5),
    st.lists(st.integers(1, 40), min_size=1, max_size=20),
)
def test_frames_come_out_whole_however_the_stream_was_cut(
    framing: Framing, said: list[bytes], cuts: list[int]
) -> None:
    frames = [framing.pack(Adu(1, pdu, n)) for n, pdu in enumerate(said)]
    stream, kept, found = b"".join(frames), bytearray(), []
    while stream:
        size = cuts[len(stream) % len(cuts)]
        kept += stream[:size]
        stream = stream[size:]
        found += split(framing, kept)
    assert found == frames
    assert not kept
    assert [framing.unpack(f).pdu for f in found] == said


@given(st.sampled_from([TCP, RTU]), st.binary(max_size=600))
def test_no_bytes_are_held_without_bound(framing: Framing, noise: bytes) -> None:
    kept = bytearray(noise)
    taken = b"".join(split(framing, kept))
    assert taken + kept == noise
    assert len(kept) < 261


@pytest.mark.parametrize("framing", [TCP, RTU], ids=["tcp", "rtu"])
@pytest.mark.parametrize(
    ("word", "amount", "pdu"),
    [
        ("short_reply", 0, bytes([3, 2, 0x3F, 0x80])),
        ("wrong_function", 4, bytes([4, 4, 0x3F, 0x80, 0, 0])),
        ("exception", 6, bytes([0x83, 6])),
    ],
)
def test_a_rewritten_reply_is_a_whole_frame_again(
    framing: Framing, word: str, amount: float, pdu: bytes
) -> None:
    (frame,) = spoilt(word, framing.pack(READ), framing, amount)
    assert isinstance(frame, bytes)
    assert is_frame(framing, frame)
    assert framing.unpack(frame).pdu == pdu


def test_what_becomes_of_a_saying() -> None:
    said = TCP.pack(READ)
    assert spoilt("drop", said, TCP, 1.0) == []
    assert spoilt("drop", said, TCP, 0.0) == [said]
    assert spoilt("delay", said, TCP, 0.5) == [0.5, said]
    assert spoilt("close", said, TCP) == [HangUp.NOW]
    assert spoilt("double_reply", said, TCP) == [said * 2]
    assert b"".join(p for p in spoilt("trickle", said, TCP) if isinstance(p, bytes)) == said
    assert spoilt("tid_zero", said, TCP) == [b"\0\0" + said[2:]]
    assert spoilt("late_other_id", said, TCP, 0.2) == [0.2, b"\0\x06" + said[2:]]
    (nonsense,) = spoilt("garbage", said, None, 1.0)
    assert isinstance(nonsense, bytes)
    assert len(nonsense) == len(said)
    assert nonsense != said


def spoilt(word: str, said: bytes, framing: Framing | None, amount: float = 0.0) -> Sequence[Piece]:
    return list(WIRE_FAULTS[word].manner(said, Hand(amount, random.Random(1), framing)))
