"""A range becomes a place: on its roadway, round a corner where there is one way, no further."""

import json

import pytest
from field import field_mine
from hypothesis import given
from hypothesis import strategies as st
from small_mine import roadway

from minesafe.model.frame import TagFlag
from minesafe.model.mine import Mine, Name, Node, NodeKind, Reader
from minesafe.model.quality import Quality
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.sightings import Sighted, StationMap
from minesafe.sources.wire import Unreadable

NO = Name("", "")
T, NOW = 1_764_000_000_000, 1_764_000_000_500_000


def reader(road: str, chainage_m: float, name: str = "R1") -> Reader:
    return Reader(name, NO, "BS1", road, chainage_m, 400.0, 0.3, 1.0)


def mine(*readers: Reader, roads: tuple[object, ...] = ()) -> Mine:
    """A (100 m) runs into B (60 m) at N1; more roadways on demand."""
    base = field_mine(readers=readers)
    nodes = (*base.nodes, Node("N3", NodeKind.FACE, "L1", 0, 0, 0))
    return field_mine(readers=readers, nodes=nodes, roadways=(*base.roadways, *roads))


def place(m: Mine, distance_m: float, side: int) -> tuple[str, float, float]:
    got = Roadways(m).place(m.readers[0], distance_m, side)
    return m.roadways[got.roadway].id, got.chainage, round(got.error, 3)


def test_a_range_within_the_roadway() -> None:
    m = mine(reader("A", 50))
    assert place(m, 20, 1) == ("A", 70.0, 0.3)
    assert place(m, 20, -1) == ("A", 30.0, 0.3)


def test_past_the_end_it_goes_on_in_the_only_roadway_there_is() -> None:
    assert place(mine(reader("A", 90)), 25, 1) == ("B", 15.0, 0.3)
    assert place(mine(reader("B", 10)), 25, -1) == ("A", 85.0, 0.3)


def test_a_roadway_drawn_the_other_way_is_walked_backwards() -> None:
    base = field_mine()
    turned = (base.roadways[0], roadway("B", "N2", "N1", 60.0))
    m = field_mine(readers=(reader("A", 90),), roadways=turned)
    assert place(m, 25, 1) == ("B", 45.0, 0.3)


def test_at_a_fork_it_stays_at_the_node_and_says_how_far_off_it_may_be() -> None:
    m = mine(reader("A", 90), roads=(roadway("C", "N1", "N3", 30.0),))
    assert place(m, 25, 1) == ("A", 100.0, 15.3)


def test_at_the_portal_and_at_the_face_it_ends() -> None:
    assert place(mine(reader("A", 10)), 25, -1) == ("A", 0.0, 15.3)
    assert place(mine(reader("A", 90)), 80, 1) == ("B", 60.0, 10.3)


def test_a_ring_of_roadways_does_not_run_for_ever() -> None:
    ring = (roadway("A", "N0", "N1", 1.0), roadway("B", "N1", "N0", 1.0))
    m = field_mine(readers=(reader("A", 0.5),), roadways=ring)
    assert place(m, 400, 1)[2] > 300


def test_coordinates_follow_the_surveyed_path() -> None:
    base = field_mine()
    bent = roadway("A", "N0", "N1", 20.0)
    bent = bent.__class__(
        **{f: getattr(bent, f) for f in bent.__slots__}
        | {"path": ((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), (10.0, 10.0, 5.0))}
    )
    m = field_mine(readers=(reader("A", 0),), roadways=(bent, base.roadways[1]))
    road = Roadways(m)
    assert road.place(m.readers[0], 0, 1).xyz == (0.0, 0.0, 0.0)
    assert road.place(m.readers[0], 20, 1).xyz == pytest.approx((10.0, 10.0, 5.0))
    x, y, z = road.place(m.readers[0], 14, 1).xyz
    assert (x, z) == pytest.approx((10.0, y / 2))


@given(st.floats(0, 100), st.floats(0, 1e6), st.sampled_from([-1, 1]))
def test_every_place_lies_on_its_roadway(at: float, distance_m: float, side: int) -> None:
    m = mine(reader("A", at))
    got = Roadways(m).place(m.readers[0], distance_m, side)
    assert 0 <= got.chainage <= m.roadways[got.roadway].length_m
    walked = got.error - 0.3
    assert walked <= distance_m + 1e-6


# --- whole reports -----------------------------------------------------------------------------


def decode(*ranges: object, **more: object) -> Sighted:
    m = mine(reader("A", 50), Reader("R7", NO, "BS2", "A", 5.0, 9.0, 0.3, 1.0))
    body = {"station": "BS1", "boot": 7, "seq": 12, "t": T, "ranges": ranges}
    return StationMap(m, Roadways(m), m.stations[0]).decode(json.dumps(body | more).encode(), NOW)


def a_range(**more: object) -> dict[str, object]:
    return {"reader": "R1", "tag": "2", "d": 12.5, "side": 1, **more}


def test_a_sighting_holds_place_flags_and_both_times() -> None:
    got = decode(a_range(t=T - 100, sos=True, battery=19))
    assert (got.boot, got.seq) == (7, 12)
    tag, station, road, chainage, level, x, y, z, error, flags, quality, sampled, received = (
        got.rows[0]
    )
    assert (tag, station, road, chainage, level) == (1, 0, 0, 62.5, 0)
    assert (x, y, z) == (62.5, 0.0, 0.0)
    assert error == pytest.approx(0.3)
    assert flags == TagFlag.SOS | TagFlag.LOW_BATTERY
    assert (quality, sampled, received) == (Quality.GOOD, (T - 100) * 1000, NOW)


def test_a_button_is_a_flag_and_a_full_battery_none() -> None:
    rows = decode(a_range(button=True, battery=20), a_range()).rows
    assert [r[9] for r in rows] == [TagFlag.BUTTON, TagFlag(0)]


def test_living_readers_that_see_nobody_are_rows_of_their_own() -> None:
    got = decode(readers=["R1", "R7", "R9"])
    assert [(r[0], r[1], r[-2]) for r in got.rows] == [(-1, 0, T * 1000)]
    assert got.unknown_readers == ["R7", "R9"], "R7 is another station's"


def test_unknown_tags_and_readers_are_named_and_the_rest_is_heard() -> None:
    got = decode(a_range(tag="999"), a_range(reader="R7"), a_range())
    assert (got.unknown_tags, got.unknown_readers, len(got.rows)) == (["999"], ["R7"], 1)


def test_a_range_beyond_the_readers_reach_is_not_believed_as_it_stands() -> None:
    (row,) = decode(a_range(d=5000)).rows
    assert row[10] == Quality.OUT_OF_RANGE
    assert row[8] > 4500


@pytest.mark.parametrize(
    "bad",
    [
        {"d": -1},
        {"d": "5"},
        {"d": None},
        {"d": float("nan")},
        {"d": float("inf")},
        {"d": True},
        {"side": 0},
        {"side": "1"},
        {"tag": 2},
        {"sos": 1},
        {"t": -5},
    ],
)
def test_a_garbled_range_is_left_out_and_told(bad: dict[str, object]) -> None:
    got = decode(a_range(**bad), a_range())
    assert len(got.garbled) == 1
    assert len(got.rows) == 1


@pytest.mark.parametrize("wrong", [{"station": "BS2"}, {"seq": -1}, {"ranges": 3}, {"t": "x"}])
def test_a_report_without_its_frame_is_unreadable(wrong: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        decode(**wrong)
