"""Bytes of a broker in any pieces, and bytes of nobody: always the same packets, or a clear no."""

import contextlib
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minesafe.links.stream.packets import (
    LARGEST,
    PUBLISH,
    Control,
    Hello,
    Malformed,
    Publish,
    Splitter,
    Will,
    _packet,
    acknowledge,
    publish,
    subscribe,
)

Packet = Publish | Control

topics = st.text(st.characters(codec="utf-8"), max_size=40)
messages = st.builds(
    lambda topic, payload, number, retain: publish(topic, payload, number=number, retain=retain),
    topics,
    st.binary(max_size=300),
    st.integers(0, 0xFFFF),
    st.booleans(),
)
controls = st.builds(
    lambda kind, body: _packet(kind << 4, body),
    st.sampled_from([2, 4, 9, 13]),
    st.binary(max_size=200),
)


def plainly(data: bytes) -> list[Packet]:
    """The reference: one packet after the other, by the letter of the standard."""
    out: list[Packet] = []
    while data:
        length, i = 0, 0
        while True:
            length += (data[1 + i] & 127) * 128**i
            i += 1
            if not data[i] & 128:
                break
        body, data, first = data[1 + i : 1 + i + length], data[1 + i + length :], data[0]
        if first >> 4 != PUBLISH:
            out.append(Control(first >> 4, body))
            continue
        (size,) = struct.unpack_from(">H", body)
        topic, rest = body[2 : 2 + size], body[2 + size :]
        number, rest = (rest[:2], rest[2:]) if first & 6 else (b"", rest)
        cut = len(rest) if length > LARGEST else 0
        out.append(Publish(topic, b"" if cut else rest, first & 15, number, cut))
    return out


def fed(pieces: list[bytes]) -> tuple[list[Publish], list[Control]]:
    splitter, heard, told = Splitter(), [], []
    for piece in pieces:
        more, controls_ = splitter.feed(piece)
        heard += more
        told += controls_
    return heard, told


def cut_at(data: bytes, places: list[int]) -> list[bytes]:
    marks = [0, *sorted(p % (len(data) + 1) for p in places), len(data)]
    return [data[a:b] for a, b in pairwise(marks)]


@given(st.lists(messages | controls, max_size=20), st.lists(st.integers(0, 10_000), max_size=40))
def test_however_the_stream_is_cut_the_packets_are_the_same(
    packets: list[bytes], places: list[int]
) -> None:
    data = b"".join(packets)
    wanted = plainly(data)
    heard, told = fed(cut_at(data, places))
    assert heard == [p for p in wanted if isinstance(p, Publish)]
    assert told == [p for p in wanted if isinstance(p, Control)]


@given(st.lists(st.integers(0, 5_000_000), max_size=12), st.integers(1, 3))
def test_a_packet_too_long_is_passed_over_and_the_next_one_heard(
    places: list[int], times: int
) -> None:
    long = publish("mine/GW1", b"x" * (LARGEST + 1), number=7)
    data = (publish("a", b"1", number=5) + long + publish("b", b"2", number=6)) * times
    heard, _ = fed(cut_at(data, places))
    one = [(b"a", b"1", 0), (b"mine/GW1", b"", LARGEST + 1), (b"b", b"2", 0)]
    assert [(m.topic, m.payload, m.cut) for m in heard] == one * times
    assert [m.number for m in heard] == [b"\0\5", b"\0\7", b"\0\6"] * times


def test_of_a_packet_too_long_nothing_is_held() -> None:
    splitter = Splitter()
    splitter.feed(publish("mine/GW1", b"x" * (50 << 20))[: LARGEST * 2])
    for _ in range(10):
        splitter.feed(b"x" * LARGEST)
        assert sum(map(len, splitter._parts)) < 100


@given(st.lists(st.binary(max_size=400), max_size=10))
def test_bytes_of_nobody_end_in_packets_or_in_a_clear_no(pieces: list[bytes]) -> None:
    with contextlib.suppress(Malformed):
        fed(pieces)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x30\x02\x00\x09",  # a topic beyond its packet
        b"\x30\x01\x00",
        b"\x32\x04\x00\x01a\x00",  # no room for the number
        b"\x32\x06\x00\x01a\x00\x00!",  # number 0
        b"\x34\x06\x00\x01a\x00\x01!",  # QoS 2
        b"\x36\x06\x00\x01a\x00\x01!",  # QoS 3
    ],
)
def test_what_breaks_the_standard_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        Splitter().feed(data)


def test_what_we_send_is_what_the_standard_says() -> None:
    assert Hello("c").to_bytes() == b"\x10\x0d\x00\x04MQTT\x04\x00\x00\x0a\x00\x01c"
    will = Will("w", b"gone")
    whole = Hello("c", "u", "p", 30, will).to_bytes()
    assert whole[9:12] == b"\xec\x00\x1e", "will retained at QoS 1, log-in, session kept"
    assert whole[12:] == b"\x00\x01c\x00\x01w\x00\x04gone\x00\x01u\x00\x01p"
    assert subscribe(10, ["a/b", "c/#"])[2:] == b"\x00\x0a\x00\x03a/b\x01\x00\x03c/#\x01"
    assert acknowledge([b"\0\1", b"\1\0"]) == b"\x40\x02\x00\x01\x40\x02\x01\x00"
    assert publish("t", b"x" * 200, number=1)[:8] == b"\x32\xcd\x01\x00\x01t\x00\x01"
