"""A stope drawn on the plan: who is in it by his surveyed place, whatever drive that is next to."""

import math
from dataclasses import replace
from typing import Any

import pytest
from engine_bench import Bench
from small_mine import small_mine, zone

from minesafe.config import load, shipped
from minesafe.model.mine import Guard, Mine, ZoneKind

SQUARE = ((20_000, -10_000), (40_000, -10_000), (40_000, 10_000), (20_000, 10_000))


def with_stope(**more: Any) -> Mine:
    stope = zone("STOPE", ZoneKind.KEY, ("A", 20.0, 40.0), limit=9)
    mine = small_mine()
    drawn = replace(stope, polygon=SQUARE, level="L1", **more)
    return replace(mine, zones=(*mine.zones, drawn))


def stand(bench: Bench, second: float, x: float, y: float, level: int = 0) -> list[bool]:
    """Entries and exits of P1 at the stope, always snapped to 15 m of roadway A."""
    row = list(bench.sighting("P1", "A", 15.0, second))
    row[4:7] = [level, x, y]
    told = bench.frame(second, sightings=[tuple(row)])
    return [on for what, _, on, _, _ in told if what == "INSIDE:STOPE"]


def test_the_place_on_the_plan_tells_and_not_the_drive() -> None:
    b = Bench(with_stope())
    assert stand(b, 0, 30.0, 0.0) == [True]
    assert stand(b, 1, 40.0, 10.0) == []  # its corner
    assert stand(b, 2, 40.001, 0.0) == [False]
    assert stand(b, 3, 40.0004, 0.0) == [True]  # rounds to the edge
    assert b.picture().count[-1] == 1


def test_the_drive_through_it_on_another_level_is_not_it() -> None:
    b = Bench(with_stope())
    assert stand(b, 0, 30.0, 0.0, level=1) == []
    assert stand(b, 1, 30.0, 0.0) == [True]
    assert stand(b, 2, 30.0, 0.0, level=-1) == [False]


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e308, 5e-324])
def test_no_number_a_tag_sends_stops_the_judgement(odd: float) -> None:
    b = Bench(with_stope())
    assert stand(b, 0, odd, odd) == []


def test_the_tolerance_of_an_area_is_metres_on_the_plan() -> None:
    b = Bench(with_stope(guard=Guard(5.0, 60.0, 3.0)))
    stand(b, 0, 30.0, 0.0)
    assert stand(b, 1, 44.9, 0.0) == []
    assert stand(b, 30, 43.0, 14.0) == []  # five metres off the corner
    assert stand(b, 31, 43.1, 14.1) == []
    assert b.sweeps(34) == [("INSIDE:STOPE", "P1", False, None, 34.0)]


def test_the_stopes_of_the_metal_mine_are_areas_with_the_drives_that_lead_through() -> None:
    mine = load(shipped("metal"))
    stope = mine.zones[mine.zone_row["ST-431"]]
    assert (stope.level, len(stope.polygon)) == ("M430", 4)
    (through,) = stope.intervals
    assert through.roadway == "STOPE-431"
    assert 35 < through.from_m < 45
    assert 180 < through.to_m - through.from_m < 205
