"""What is made small is the same again, bit for bit; and other bytes are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Column
from minesafe.store.squeeze import expand, squeeze

TYPES = ("<i8", "<i4", "|u1", "<f8", "<f4", "<i2")

rows = st.integers(1, 130)


@st.composite
def columns(draw: st.DrawFn) -> list[Column]:
    length = draw(rows)
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=6))
    return [draw(npst.arrays(kind, length)) for kind in kinds]


@given(columns())
def test_any_columns_come_back_bit_for_bit(given_columns: list[Column]) -> None:
    kinds = [column.dtype.str for column in given_columns]
    back = expand(squeeze(given_columns), kinds)
    assert [c.tobytes() for c in back] == [c.tobytes() for c in given_columns]


@given(st.lists(st.integers(-100_000, 100_000), min_size=1), st.integers(0, 4), st.data())
def test_decimals_of_a_sensor_come_back_bit_for_bit(
    whole: list[int], places: int, data: st.DataObject
) -> None:
    values = np.array([n / 10**places for n in whole])
    gaps = data.draw(st.lists(st.integers(0, len(whole) - 1)))
    values[gaps] = np.nan
    (back,) = expand(squeeze([values]), ["<f8"])
    assert back.tobytes() == values.tobytes()


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_refused_or_read(noise: bytes) -> None:
    try:
        expand(noise, ["<i8", "<f8"])
    except StoreUnavailable:
        return


def test_a_spoilt_chunk_is_refused() -> None:
    good = squeeze([np.arange(60.0) / 7])
    for at in range(3, len(good)):
        with pytest.raises(StoreUnavailable):
            expand(good[:at], ["<f8"])
    with pytest.raises(StoreUnavailable, match="too many"):
        expand(squeeze([np.arange(3), np.arange(3)]), ["<i8"])
    with pytest.raises(StoreUnavailable, match="newer program"):
        expand(b"\x09" + good[1:], ["<f8"])


def test_a_minute_of_gas_takes_a_few_bytes_a_sample() -> None:
    """Value, quality, both times, frame and order of 60 samples of a device with a clock."""
    hand = np.random.default_rng(1)
    value = np.round(0.3 + np.cumsum(hand.normal(0, 0.01, 60)), 2)
    sampled = 1_764_000_000_000_000 + np.arange(60) * 1_000_000
    delay = hand.integers(2_000, 40_000, 60)
    columns = [value, np.zeros(60, np.uint8), sampled, delay, np.arange(60) * 5, np.full(60, 17)]
    assert len(squeeze(columns)) / 60 < 6
