"""People underground, as the engine sees them."""

import math

import pytest
from engine_bench import Bench

from minesafe.model.frame import TagFlag
from minesafe.model.quality import Quality


def inside(bench: Bench, person: str) -> set[str]:
    mine, picture = bench.mine, bench.picture()
    row = picture.inside[mine.person_row[person]]
    return {z.id for z, there in zip(mine.zones, row, strict=True) if there}


def test_a_miner_walks_from_the_portal_to_the_face() -> None:
    b = Bench()
    assert [t[:3] for t in b.sees(0, "P3", "A", 5.0)] == [
        ("INSIDE:MINE", "P3", True),
        ("INSIDE:PORTAL", "P3", True),
    ]
    assert [t[:3] for t in b.sees(5, "P3", "A", 49.9)] == [("INSIDE:PORTAL", "P3", False)]
    assert [t[:3] for t in b.sees(20, "P3", "A", 50.0)] == [("INSIDE:FACE", "P3", True)]
    assert b.sees(30, "P3", "A", 70.0) == []
    assert inside(b, "P3") == {"MINE", "FACE"}


@pytest.mark.parametrize(("chainage", "there"), [(19.99, False), (20.0, True), (40.0, True)])
def test_both_ends_of_an_interval_belong_to_its_zone(chainage: float, there: bool) -> None:
    b = Bench()
    b.sees(0, "P1", "B", chainage)
    assert ("REFUGE" in inside(b, "P1")) is there


def test_a_place_measured_beyond_the_end_of_a_roadway_is_at_its_end() -> None:
    b = Bench()
    b.sees(0, "P3", "A", 103.7)
    assert inside(b, "P3") == {"MINE", "FACE", "BLAST"}


def test_a_third_head_overcrowds_a_face_for_two_and_grossly() -> None:
    b = Bench()
    b.sees(0, "P1", "A", 60.0)
    b.sees(0, "P4", "A", 60.0)
    b.sees(0, "P2", "A", 60.0)
    b.sees(1, "P3", "A", 60.0)
    crowded = b.sweeps(2)
    assert [t for t in crowded if t[0].endswith("CROWDED")] == [
        ("OVERCROWDED", "FACE", True, 3.0, 1.0),
        ("GROSSLY_OVERCROWDED", "FACE", True, 3.0, 1.0),
    ]
    left = b.sees(2, "P3", "A", 40.0) + b.sweeps(3)
    assert [t[0] for t in left if not t[2]] == [
        "INSIDE:FACE",
        "OVERCROWDED",
        "GROSSLY_OVERCROWDED",
    ]
    assert b.picture().count.tolist() == [3, 0, 2, 0, 0]


def test_only_a_blaster_may_stay_where_it_is_blasted() -> None:
    b = Bench()
    assert "TRESPASSING:BLAST" not in [t[0] for t in b.sees(0, "P3", "A", 90.0)]
    assert ("TRESPASSING:BLAST", "P1", True) in [t[:3] for t in b.sees(0, "P1", "A", 90.0)]
    assert ("TRESPASSING:BLAST", "P1", False) in [t[:3] for t in b.sees(1, "P1", "A", 60.0)]


def test_a_dead_reader_makes_the_head_count_unknown_and_never_zero() -> None:
    b = Bench()
    for second in range(0, 40, 2):
        b.frame(second, sightings=[b.beat("R0", second), b.beat("R2", second)])
    b.sees(40, "P1", "A", 60.0, reader="R1")
    b.frame(67, sightings=[b.beat("R0", 67), b.beat("R2", 67)])
    dead = b.sweeps(70.1, everything=True)
    assert ("READER_SILENT", "R1", True, None, 70.0) in dead
    unknown = b.sweeps(70.2, everything=True)
    assert {t[1] for t in unknown if t[0] == "COUNT_UNKNOWN"} == {"MINE", "FACE", "BLAST"}
    assert b.picture().count[2] == 1
    b.frame(71, sightings=[b.beat("R1", 71)])
    b.sweeps(72)
    alive = b.sweeps(73, everything=True)
    assert {t[1] for t in alive if t[0] == "COUNT_UNKNOWN" and not t[2]} == {
        "MINE",
        "FACE",
        "BLAST",
    }


def test_a_reader_reported_lost_is_silent_from_the_next_frame() -> None:
    b = Bench()
    b.frame(0, sightings=[b.beat("R1", 0)])
    lost = b.frame(1, sightings=[b.beat("R1", 1, Quality.COMMS_LOST)], everything=True)
    assert ("READER_SILENT", "R1", True, None, 1.0) not in lost
    found = b.frame(2, sightings=[b.beat("R1", 2)], everything=True)
    assert ("READER_SILENT", "R1", True, None, 1.0) in found
    assert ("READER_SILENT", "R1", False, None, 2.0) in b.sweeps(3, everything=True)


def test_who_is_not_seen_is_lost_and_found_again() -> None:
    b = Bench()
    b.sees(0, "P3", "A", 60.0)
    assert b.sweeps(40) == []
    assert b.sweeps(41) == [("LOST_CONTACT", "P3", True, None, 40.0)]
    assert inside(b, "P3") == {"MINE", "FACE"}
    assert b.sees(50, "P3", "A", 60.0) == []
    assert b.sweeps(50.02) == [("LOST_CONTACT", "P3", False, None, 50.0)]


def test_a_slow_reader_is_given_three_of_its_periods() -> None:
    b = Bench()
    b.sees(0, "P1", "B", 30.0, reader="R2")
    assert b.sweeps(60) == []
    assert b.sweeps(61) == [("LOST_CONTACT", "P1", True, None, 60.0)]


def test_who_was_last_seen_at_the_portal_has_gone_out() -> None:
    b = Bench()
    b.sees(0, "P1", "A", 5.0)
    assert b.sweeps(5) == []
    assert b.sweeps(6) == [
        ("INSIDE:MINE", "P1", False, None, 5.0),
        ("INSIDE:PORTAL", "P1", False, None, 5.0),
    ]
    assert b.picture().underground == 0
    assert b.sweeps(100) == []
    assert len(b.sees(101, "P1", "A", 5.0)) == 2
    assert b.picture().underground == 1


def test_two_readers_see_one_tag_and_the_nearer_one_is_believed() -> None:
    b = Bench()
    rows = [
        b.sighting("P1", "A", 70.0, 1.0, error=1.0),
        b.sighting("P1", "A", 40.0, 1.2, error=9.0),
    ]
    b.frame(2, sightings=rows)
    assert b.picture().chainage[0] == 70.0
    b.sees(3, "P1", "A", 45.0, error=9.0)
    assert b.picture().chainage[0] == 45.0


def test_a_sighting_older_than_the_last_moves_nobody() -> None:
    b = Bench()
    b.sees(10, "P1", "A", 70.0)
    assert b.frame(11, sightings=[b.sighting("P1", "A", 5.0, 9.0)]) == []


def test_sos_stands_until_a_sighting_without_it() -> None:
    b = Bench()
    b.sees(0, "P1", "A", 40.0)
    assert b.sees(1, "P1", "A", 40.0, flags=TagFlag.SOS) == [("SOS", "P1", True, None, 1.0)]
    assert b.sees(2, "P1", "A", 40.0, flags=TagFlag.SOS) == []
    assert b.sees(3, "P1", "A", 40.0) == [("SOS", "P1", False, None, 3.0)]


def test_a_press_of_the_button_is_news_once() -> None:
    b = Bench()
    b.sees(0, "P1", "A", 40.0)
    pressed = TagFlag.BUTTON | TagFlag.LOW_BATTERY
    assert [t[0] for t in b.sees(1, "P1", "A", 40.0, flags=pressed)] == ["BUTTON", "LOW_BATTERY"]
    assert b.sees(2, "P1", "A", 40.0, flags=pressed) == []
    assert [t[0] for t in b.sees(3, "P1", "A", 40.0)] == ["LOW_BATTERY"]


def test_a_place_that_cannot_be_believed_moves_nobody_but_its_sos_is_heard() -> None:
    b = Bench()
    b.sees(0, "P1", "A", 40.0)
    row = b.sighting("P1", "A", 90.0, 1.0, flags=TagFlag.SOS, quality=Quality.SUSPECTED)
    assert [t[0] for t in b.frame(1, sightings=[row])] == ["SOS"]
    row = b.sighting("P1", "A", math.nan, 2.0, flags=TagFlag.SOS)
    assert b.frame(2, sightings=[row]) == []
    assert b.picture().chainage[0] == 40.0


def test_a_mine_not_heard_of_yet_knows_no_head_count() -> None:
    b = Bench()
    assert b.picture().unknown.tolist() == [True, True, True, True, True]
    b.frame(0, sightings=[b.beat("R0", 0), b.beat("R1", 0), b.beat("R2", 0)])
    assert not b.picture().unknown.any()
