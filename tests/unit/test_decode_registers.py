"""Registers become values with a quality; what is no number never looks like one."""

import math
import struct
from dataclasses import replace

import pytest
from field import field_mine, on_register, words_of
from hypothesis import given
from hypothesis import strategies as st

from minesafe.model.mine import Kind
from minesafe.model.quality import Quality
from minesafe.sources.modbus.registers import decode
from minesafe.sources.modbus.status import MAPS

CH4: Kind = field_mine().kind["ch4"]  # 0 … 4


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
