"""A gateway's message: what can be used is used, the rest is named."""

import json
import math

import pytest
from field import field_mine
from hypothesis import given
from hypothesis import strategies as st

from minesafe.model.quality import Quality
from minesafe.sources.mqtt.gateway import GatewayPoints, Heard, decode
from minesafe.sources.wire import Unreadable

MINE = field_mine()
POINTS = GatewayPoints.of(MINE, MINE.gateways[0])
T, NOW = 1_764_000_000_123, 1_764_000_001_000_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def message(*readings: object, **more: object) -> bytes:
    body = {"gateway": "GW1", "boot": 3, "seq": 118, "t": T, "readings": readings}
    return json.dumps(body | more).encode()


def heard(*readings: object) -> Heard:
    return decode(message(*readings), POINTS, NOW)


def test_times_default_to_the_messages_and_status_to_good() -> None:
    got = heard({"p": "CO", "v": 3, "t": T - 23, "s": 1}, {"p": "WIND", "v": 1.42})
    assert (got.boot, got.seq) == (3, 118)
    assert got.rows == [
        (2, 3.0, Quality.UNDER_VOLTAGE, (T - 23) * 1000, NOW),
        (3, 1.42, Quality.GOOD, T * 1000, NOW),
    ]
    assert not got.garbled


def test_null_is_no_value_and_no_garbage() -> None:
    got = heard({"p": "CO", "v": None}, {"p": "WIND", "v": None, "s": 5})
    assert [r[2] for r in got.rows] == [Quality.FAULT, Quality.COMMS_LOST]
    assert all(math.isnan(r[1]) for r in got.rows)
    assert not got.garbled


@pytest.mark.parametrize(
    "bad",
    [
        {"v": True},
        {"v": "0.1"},
        {"v": [0.1]},
        {"v": {}},
        {},
        {"v": 0.1, "s": "0"},
        {"v": 0.1, "s": 1.5},
        {"v": 0.1, "t": "now"},
        {"v": 0.1, "t": -1},
        {"v": 0.1, "t": 10**18},
        {"v": 10**400},
    ],
)
def test_a_garbled_reading_is_a_fault_of_its_point_alone(bad: dict[str, object]) -> None:
    got = heard({"p": "CO", **bad}, {"p": "WIND", "v": 1.0})
    assert list(got.garbled) == ["CO"]
    assert [(r[0], r[2]) for r in got.rows] == [(2, Quality.FAULT), (3, Quality.GOOD)]
    assert math.isnan(got.rows[0][1])


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_one_nan_does_not_cost_its_neighbours(literal: str) -> None:
    text = message({"p": "CO", "v": 77}, {"p": "WIND", "v": 1.0}).replace(b"77", literal.encode())
    got = decode(text, POINTS, NOW)
    assert [(r[0], r[2]) for r in got.rows] == [(2, Quality.FAULT), (3, Quality.GOOD)]


def test_points_of_others_are_unknown_to_this_gateway() -> None:
    got = heard({"p": "CH4", "v": 0.0}, {"p": "X", "v": 1}, {"v": 1}, 7, None)
    assert got.rows == []
    assert got.unknown == ["CH4", "X"], "CH4 is the substation's"
    assert list(got.garbled) == ["GW1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"gateway": "GW2"},
        {"gateway": None},
        {"boot": -1},
        {"seq": "1"},
        {"seq": 2**60},
        {"t": None},
        {"readings": None},
        {"readings": {}},
    ],
)
def test_a_message_without_its_frame_is_unreadable(wrong: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        decode(message({"p": "CO", "v": 1.0}, **wrong), POINTS, NOW)


def test_a_message_too_long_to_be_one_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="too long"):
        decode(b" " * 300_000, POINTS, NOW)


@given(JSON)
def test_whatever_a_reading_is_the_message_decodes(item: object) -> None:
    got = heard(item, {"p": "WIND", "v": 1.0})
    assert got.rows[-1][:2] == (3, 1.0)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_unreadable_at_worst(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(data, POINTS, NOW)
