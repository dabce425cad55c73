"""What a decoder does and holds grows no faster than what it is given, whatever that is.

Work is counted, not timed: lines of ours that ran, and bytes that were held at once.
"""

import sys
import tracemalloc
from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from types import FrameType
from typing import Any

import pytest
from fuzz.targets import TARGETS, Target, among
from fuzz.told import Train
from hypothesis import given, settings
from hypothesis import strategies as st

from minesafe.links.stream.packets import LARGEST
from minesafe.sources.wire import LONGEST

FEW, MANY = 100, 400
"""Times a shape is repeated; a margin above their ratio of 4, far below its square."""
MARGIN = 7.0

STEPS, BYTES = 400, 5_000
"""What may be done and held whatever comes: all points of a device lost, a finding in words."""


Shape = Callable[[int], bytes]
MOST_A_BYTE = 150
"""Of Python's own objects for `[[],[],…`, the most a byte of JSON can become."""

JSON: Mapping[str, Shape] = {
    "an array in an array": lambda n: b"[" * n,
    "an object in an object": lambda n: b'{"data":' * n,
    "depth behind a key nobody knows": lambda n: b'{"x":' + b"[" * 20 * n,
    "digits": lambda n: b"1" * n,
    "a text": lambda n: b'"' + b"x" * n + b'"',
    "escapes": lambda n: b'"' + b"\\u0000" * n + b'"',
    "objects": lambda n: b"[" + b",".join([b'{"a":[{}]}'] * n) + b"]",
    "numbers": lambda n: b"[" + b",".join([b"NaN"] * n) + b"]",
    "points": lambda n: b'{"data":[' + b",".join([b'{"p":"WELL","v":1,"q":"GOOD"}'] * n) + b"]}",
    "strangers": lambda n: (
        b'{"data":[' + b",".join(b'{"p":"%d","v":1}' % i for i in range(n)) + b"]}"
    ),
    "readings": lambda n: (
        b'{"gateway":"GW","boot":1,"seq":1,"t":1,"readings":['
        + b",".join(b'{"p":"%d","v":"x"}' % i for i in range(n)) + b"]}"
    ),
    "ranges": lambda n: (
        b'{"station":"BS1","boot":1,"seq":1,"t":1,"ranges":['
        + b",".join(b'{"reader":"R1","tag":"%d","d":"x"}' % i for i in range(n)) + b"]}"
    ),
    "cards": lambda n: b'{"devid":"R1","card":[' + b",".join([b'"101"'] * n) + b"]}",
    "places": lambda n: (
        b"[" + b",".join([b'{"name":"Pos","uid":"101","tagId":"101","provider_id":"101",'
                          b'"data":{"pos":[80,0,0]}}'] * n) + b"]"
    ),
    "lines": lambda n: b'{"p":1}\n' * n,
}  # fmt: skip
"""Hostile documents, and honest ones that are long."""

PLAIN: Mapping[str, Shape] = {
    "nothing": lambda n: b"\0" * n,
    "continued numbers": lambda n: b"\0" + b"\xff" * n,
    "empty fields": lambda n: b"\1" + b"\x12\x00" * n,
    "metrics": lambda n: b"\1" + b"\x12\x06\x0a\x04WELL" * n,
    "aliases": lambda n: b"\2" + b"\x12\x02\x10\x63" * n,
    "properties": lambda n: b"\1\x12\x80\x80\x04" + b"\x4a\x0b\x0a\x07Quality\x12\x00" * n,
    "packets": lambda n: b"\7" + b"\x30\x02\0\0" * n,
    "one long packet": lambda n: b"\7\x30\xff\xff\x7f\0\1a" + b"x" * n,
    "field signs": lambda n: b"\1h~" + b";" * n + b"~||",
    "record signs": lambda n: b"\1h~" + b"~" * n + b"||",
    "ends of lines": lambda n: b"\1h~" + b"\r\n" * n + b"||",
    "letters of nobody": lambda n: b"\1h~" + b"\xff\xfe" * n,
    "records": lambda n: b"\10 2025-11-24 16:00:00~" + b"WELL;1;0~\r\n" * n + b"||",
    "head lines": lambda n: b"POST / HTTP/1.1\r\n" + b"a:b\r\n" * n,
    "colons": lambda n: b"POST / HTTP/1.1\r\n" + b":" * n,
}

MODBUS = {"frames": lambda n: b"\7" + b"\0\1\0\0\0\4\1\3\2\0" * n, "noise": lambda n: b"\7\1\3" * n}


def costs(target: Target, data: bytes) -> tuple[int, int]:
    """(lines of ours that ran, bytes that were held at once), beside what was there to be read."""
    lines = 0
    hear = target.ready(data) if isinstance(target, Train) else partial(target, data)

    def count(frame: FrameType, event: str, _about: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return count if "minesafe" in frame.f_code.co_filename else None

    before = sys.gettrace()
    tracemalloc.start()
    try:
        sys.settrace(count)
        hear()
    finally:
        sys.settrace(before)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return lines, held


def wire(target: Target, data: bytes) -> bytes:
    """What it is given to read."""
    return target.wire(data) if isinstance(target, Train) else data


SHAPES = {**JSON, **PLAIN, **MODBUS}


@pytest.mark.parametrize("name", TARGETS)
def test_four_times_as_much_costs_four_times_as_much(name: str) -> None:
    decode = TARGETS[name]
    for said, shape in SHAPES.items():
        decode(shape(FEW))  # what is remembered once is no cost of each
        decode(shape(MANY))
        (few, little), (many, much) = (costs(decode, shape(n)) for n in (FEW, MANY))
        assert many <= MARGIN * (few + STEPS), said
        assert much <= MARGIN * (little + BYTES), said
        assert much <= MOST_A_BYTE * len(wire(decode, shape(MANY))) + 10 * BYTES, said


MESSAGES = [name for name in TARGETS if name.startswith(("own", "mapped", "places", "terminal"))]


@pytest.mark.parametrize("name", [*MESSAGES, "sparkplug", "station_hello"])
def test_fifty_megabytes_are_not_even_looked_at(name: str) -> None:
    giant = b"\0" + b"[" * (50 << 20)
    _, held = costs(TARGETS[name], giant)
    assert held < len(giant) + LONGEST + (1 << 20), "the piece we made of it, and nothing more"


def test_a_message_of_fifty_megabytes_is_passed_over_as_it_comes() -> None:
    _, held = costs(TARGETS["mapped_json_train"], b"[" * (50 << 20))
    assert held < LARGEST, "a read, and the head of what is too long to be held"


def test_of_messages_as_long_as_may_be_one_is_held() -> None:
    lines = b"\n".join([b"[" * (LARGEST - 20)] * 12)
    _, held = costs(TARGETS["mapped_json_train"], lines)
    assert held < 5 * LARGEST, "as it came, in one piece, and cut off for either reader"


PIECES = st.sampled_from([shape(n) for shape, n in product(SHAPES.values(), (1, 2, 7))])


@settings(max_examples=300)
@given(st.sampled_from(list(TARGETS)), st.lists(PIECES | st.binary(max_size=40), max_size=6))
def test_pieces_of_any_shape_in_any_order_raise_nothing_of_others(
    name: str, pieces: list[bytes]
) -> None:
    among([name])(b"\0" + b"".join(pieces))
