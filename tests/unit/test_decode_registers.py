"""Registers become values with a quality; what is no number never looks like one."""

import math
import struct
from dataclasses import replace

import pytest
from field import NO, field_mine, on_register, words_of
from hypothesis import given
from hypothesis import strategies as st
from modbus_reference import decoded, plainly

from minesafe.model.mine import Coding, Kind, Point, System
from minesafe.model.quality import Quality
from minesafe.sources.modbus.numbers import ENCODINGS, ORDERS
from minesafe.sources.modbus.status import MAPS

CH4: Kind = field_mine().kind["ch4"]  # 0 … 4


def decode(
    point: Point, kind: Kind, words: dict[int, int], coding: Coding = MAPS["plain"]
) -> tuple[float, Quality]:
    """One point of holding registers; what is absent was not read."""
    [told] = decoded([(point, kind)], {(3, at): word for at, word in words.items()}, coding)
    return told


def heard(value: float, status: int = 0) -> tuple[float, Quality]:
    high, low = words_of(value)
    return decode(on_register("CH4", 0, 2), CH4, {0: high, 1: low, 2: status})


def test_a_float_comes_high_word_first() -> None:
    words = {0: 0x3FC0, 1: 0x0000, 2: 0}
    assert decode(on_register("CH4", 0, 2), CH4, words) == (1.5, Quality.GOOD)


@pytest.mark.parametrize(
    ("word", "encoding", "scale", "value"),
    [
        (105, "uint16", 0.1, 10.5),
        (0xFFFF, "uint16", 1.0, 65535.0),
        (0xFFFF, "int16", 0.1, -0.1),
        (0x8000, "int16", 1.0, -32768.0),
        (0x7FFF, "int16", 1.0, 32767.0),
        (0x0145, "uint16", 0.1, 32.5),  # the manual's own example of a wind sensor
    ],
)
def test_whole_numbers_are_scaled(word: int, encoding: str, scale: float, value: float) -> None:
    point = on_register("X", 7, None, encoding=encoding, scale=scale)
    assert decode(point, CH4, {7: word})[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (0, Quality.GOOD),
        (1, Quality.UNDER_VOLTAGE),
        (2, Quality.FAULT),
        (3, Quality.CALIBRATING),
        (4, Quality.WARMING_UP),
        (6, Quality.FAULT),
        (0xFFFF, Quality.FAULT),
    ],
)
def test_the_status_word_is_the_quality(status: int, quality: Quality) -> None:
    assert heard(0.5, status) == (0.5, quality)


@pytest.mark.parametrize(
    ("map_", "word", "quality"),
    [
        ("msa", 0x0000, Quality.GOOD),
        ("msa", 0x0100, Quality.GOOD),  # gas 1 alarms: that is judged here
        ("msa", 0x0002, Quality.CALIBRATING),
        ("msa", 0x0007, Quality.FAULT),  # the worst that is set
        ("pemtech", 0x0200, Quality.GOOD),
        ("pemtech", 0x0203, Quality.GOOD),  # both alarms
        ("pemtech", 0x0210, Quality.UNDER_VOLTAGE),
        ("pemtech_gateway", 0x0440, Quality.CALIBRATING),
        ("pemtech", 0x0280, Quality.FAULT),
        ("pemtech", 0x0900, Quality.FAULT),  # a type the manual does not know
        ("pemtech", 0x0000, Quality.COMMS_LOST),  # no sensor
        ("oldham", 0x0305, Quality.GOOD),
        ("oldham", 0x0005, Quality.COMMS_LOST),
        ("oldham", 0xFF05, Quality.FAULT),
        ("plain", 0x0003, Quality.CALIBRATING),
    ],
)
def test_each_map_tells_quality_in_words_of_its_own(map_: str, word: int, quality: Quality) -> None:
    assert MAPS[map_].quality(word) is quality
    if quality is not Quality.COMMS_LOST:
        words = {0: 0x3F00, 1: 0, 2: word}
        assert decode(on_register("CH4", 0, 2), CH4, words, MAPS[map_]) == (0.5, quality)


@pytest.mark.parametrize(("word", "value"), [(0x0209, 20.9), (0x9999, 999.9), (0x0000, 0.0)])
def test_decimal_digits_in_half_bytes(word: int, value: float) -> None:
    point = on_register("O2", 7, None, encoding="bcd", scale=0.1)
    assert decode(point, replace(CH4, high=1000.0), {7: word}) == (
        pytest.approx(value),
        Quality.GOOD,
    )


def test_half_bytes_that_are_no_digits_are_a_fault() -> None:
    point = on_register("O2", 7, None, encoding="bcd", scale=0.1)
    assert decode(point, CH4, {7: 0x00D1})[1] is Quality.FAULT


def test_a_lost_sensor_has_no_value() -> None:
    value, quality = heard(0.5, 5)
    assert math.isnan(value)
    assert quality is Quality.COMMS_LOST


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("status", [0, 1, 3])
def test_no_number_is_a_fault_whatever_the_status_says(value: float, status: int) -> None:
    got, quality = heard(value, status)
    assert math.isnan(got)
    assert quality is Quality.FAULT


@pytest.mark.parametrize("value", [-0.5, 4.5, 1e38])
def test_a_value_outside_the_range_says_so(value: float) -> None:
    got, quality = heard(value)
    assert got == pytest.approx(value)
    assert quality is Quality.OUT_OF_RANGE


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_register_that_was_not_read_is_a_lost_point(missing: int) -> None:
    words = {0: 0x3FC0, 1: 0, 2: 0}
    del words[missing]
    value, quality = decode(on_register("CH4", 0, 2), CH4, words)
    assert math.isnan(value)
    assert quality is Quality.COMMS_LOST


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_any_words_at_all_decode(high: int, low: int, status: int) -> None:
    value, quality = decode(on_register("CH4", 0, 2), CH4, {0: high, 1: low, 2: status})
    exact = struct.unpack(">f", struct.pack(">HH", high, low))[0]
    assert math.isnan(value) or value == exact
    assert quality is not Quality.GOOD or 0 <= value <= 4


# --- every encoding, order and place, beside a plain reference --------------------------------

WIDE = Kind("any", NO, System.MONITORING, "", -1e6, 1e6, 2, 1, 3, (), NO)
BIT_FIELDS = (("FAN", (3, 1)), ("DOOR", (4, 3)))
ADDRESSES = st.integers(0, 12)


@st.composite
def points(draw: st.DrawFn) -> Point:
    function = draw(st.sampled_from([1, 2, 3, 4]))
    encoding = draw(st.sampled_from(list(ENCODINGS))) if function > 2 else "uint16"
    bits = draw(st.none() | st.tuples(st.integers(0, 12), st.integers(1, 4)))
    return on_register(
        "P",
        draw(ADDRESSES),
        draw(st.none() | ADDRESSES),
        function=function,
        encoding=encoding,
        order=draw(st.sampled_from(list(ORDERS))),
        scale=draw(st.sampled_from([1.0, -1.0, 0.1, 0.01, 2.5])),
        decimals=draw(st.integers(0, 3)),
        offset=draw(st.sampled_from([0.0, 1.0, -273.15])),
        bits=bits if encoding == "uint16" and function > 2 else None,
        status_function=draw(st.sampled_from([3, 4])),
    )


WORD = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 2, 3, 5, 0x7F80, 0x7FC0, 0xFF80, 0x0209])
CELLS = st.dictionaries(st.tuples(st.sampled_from([3, 4]), st.integers(0, 14)), WORD)
BITS = st.dictionaries(st.tuples(st.sampled_from([1, 2]), st.integers(0, 14)), st.integers(0, 1))


@given(st.lists(points(), max_size=8), CELLS, BITS, st.booleans())
def test_points_of_any_wiring_decode_as_the_plain_reference_does(
    wired: list[Point], words: dict[tuple[int, int], int], bits: dict[tuple[int, int], int],
    whole: bool,
) -> None:  # fmt: skip
    cells = words | bits
    if whole:
        cells = {(f, at): cells.get((f, at), at) for f in (1, 2, 3, 4) for at in range(15)}
        cells = {cell: word & 1 if cell[0] < 3 else word for cell, word in cells.items()}
    told = decoded([(p, WIDE) for p in wired], cells)
    for point, (value, quality) in zip(wired, told, strict=True):
        expected = plainly(point, WIDE, cells)
        if quality is Quality.COMMS_LOST and expected[1] is not Quality.COMMS_LOST:
            assert not whole, "only because a block with a hole was not answered"
            continue
        assert quality is expected[1]
        assert value == pytest.approx(expected[0], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("ABCD", (0x41BA, 0x6666)),
        ("CDAB", (0x6666, 0x41BA)),
        ("BADC", (0xBA41, 0x6666)),
        ("DCBA", (0x6666, 0xBA41)),
    ],
)
def test_a_float_of_23_3_in_each_order(order: str, words: tuple[int, int]) -> None:
    point = on_register("T", 0, None, order=order)
    assert decode(point, WIDE, {0: words[0], 1: words[1]})[0] == pytest.approx(23.3)


@pytest.mark.parametrize(
    ("encoding", "words", "value"),
    [
        ("int32", (0xFFFF, 0xFFFE), -2.0),
        ("uint32", (0x0001, 0x0000), 65536.0),
        ("bcd32", (0x0012, 0x3456), 123456.0),
        ("bcd32", (0x00A2, 0x3456), math.nan),
    ],
)
def test_numbers_of_two_registers(encoding: str, words: tuple[int, int], value: float) -> None:
    point = on_register("N", 0, None, encoding=encoding)
    got = decode(point, WIDE, {0: words[0], 1: words[1]})[0]
    assert got == pytest.approx(value, nan_ok=True)


def test_switches_may_share_a_register_bit_by_bit() -> None:
    fan, door = (on_register(n, 0, None, encoding="uint16", bits=b) for n, b in BIT_FIELDS)
    told = decoded([(fan, WIDE), (door, WIDE)], {(3, 0): 0b0101_1000})
    assert [value for value, _ in told] == [1.0, 5.0]


def test_a_contact_that_opens_in_danger_is_turned_round_by_scale_and_offset() -> None:
    point = on_register("DOOR", 4, None, encoding="uint16", function=2, scale=-1.0, offset=1.0)
    told = [decoded([(point, WIDE)], {(2, 4): bit}) for bit in (0, 1)]
    assert told == [[(1.0, Quality.GOOD)], [(0.0, Quality.GOOD)]]


def test_decimals_are_divided_and_round_nothing() -> None:
    point = on_register("O2", 0, None, encoding="uint16", decimals=1)
    assert decode(point, WIDE, {0: 209})[0] == 20.9
    assert 209 * 0.1 != 20.9, "as a scale of 0.1 would"


def test_a_status_table_of_the_mine_s_own_tells_quality() -> None:
    own = Coding(codes={0: Quality.GOOD, 9: Quality.OUT_OF_RANGE})
    point = on_register("X", 0, 1, encoding="uint16")
    assert decode(point, WIDE, {0: 7, 1: 9}, own) == (7.0, Quality.OUT_OF_RANGE)
    assert decode(point, WIDE, {0: 7, 1: 8}, own) == (7.0, Quality.FAULT)
