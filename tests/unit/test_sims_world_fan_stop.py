"""The scenario fan-stop in virtual time: what points read while only natural draught is left."""

import time
from collections.abc import Mapping
from functools import cache

import pytest
from first_mine import first_simulated
from sim_mine import START

from device_sims.scenario import find
from device_sims.world.site import Site
from device_sims.world.world import Signals, beginning, reading, step

Reading = Mapping[str, float]
WATCHED = (
    "FAN-MAIN", "FAN-LOCAL", "NP-01", "WIND-01", "CH4-T0", "CH4-T1", "CH4-H1", "CH4-MR", "CO-01",
)  # fmt: skip
ALL_S = 1800


@cache
def story() -> tuple[list[Reading], float]:
    """What is read each second, and mine seconds a real second."""
    mine = first_simulated()
    scenario = find("fan-stop")
    site = Site.of(mine, scenario.placed(mine), scenario.fan_courses())
    rows = {p.id: row for row, p in enumerate(mine.points)}
    world, read, began = beginning(site, START, 1), [], time.perf_counter()
    for _ in range(ALL_S):
        for _ in range(2):
            world = step(site, world, 0.5, Signals())
        read.append({name: reading(site, world, rows[name]) for name in WATCHED})
    return read, ALL_S / (time.perf_counter() - began)


def at(second: float) -> Reading:
    return story()[0][round(second) - 1]


def mean(point: str, begin: int, end: int) -> float:
    read = [at(s)[point] for s in range(begin, end)]
    return sum(read) / len(read)


def test_before_it_stops_the_mine_is_as_always() -> None:
    assert (at(25)["FAN-MAIN"], at(25)["FAN-LOCAL"]) == (1.0, 1.0)
    assert 1400 < at(25)["NP-01"] < 2200
    assert max(at(25)[p] for p in ("CH4-T0", "CH4-T1", "CH4-H1", "CH4-MR")) < 0.5


def test_the_main_fan_is_told_stopped_once_and_running_once() -> None:
    states = [r["FAN-MAIN"] for r in story()[0]]
    changes = [s for s in range(1, len(states)) if states[s] != states[s - 1]]
    assert len(changes) == 2
    stopped, running = changes
    assert 30 < stopped < 60
    assert running - stopped < 600, "the spare fan runs within ten minutes"


def test_the_pressure_drops_with_it_and_the_wind_falls_to_the_natural_draught() -> None:
    pressure = [mean("NP-01", s, s + 5) for s in (25, 40, 50, 70)]
    assert pressure == sorted(pressure, reverse=True)
    assert pressure[-1] < 20
    before, during = mean("WIND-01", 1, 30), mean("WIND-01", 100, 560)
    assert 0.05 * before < during < 0.25 * before
    assert during < 0.25, "below what the law asks of a working place"


@pytest.mark.parametrize("point", ["CH4-T0", "CH4-T1", "CH4-H1"])
def test_methane_rises_at_the_face_and_in_the_heading_as_long_as_it_stands(point: str) -> None:
    minutes = [mean(point, s, s + 20) for s in range(60, 560, 60)]
    assert minutes == sorted(minutes)
    assert minutes[-1] > 2.5 * mean(point, 1, 30)


def test_once_it_runs_again_the_gas_leaves_and_does_not_come_back() -> None:
    for point in ("CH4-T0", "CH4-T1", "CH4-H1"):
        assert max(at(s)[point] for s in range(900, ALL_S)) < 0.5
    assert mean("WIND-01", 800, 1000) == pytest.approx(mean("WIND-01", 1, 30), rel=0.1)
    assert mean("NP-01", 800, 1000) == pytest.approx(mean("NP-01", 1, 30), rel=0.05)


def test_what_has_gathered_passes_the_main_return_below_its_limit() -> None:
    passing = [mean("CH4-MR", s, s + 10) for s in range(600, ALL_S - 10, 10)]
    assert 0.4 < max(passing) < 0.75
    assert passing[-1] < 0.4


def test_nothing_burns() -> None:
    assert max(r["CO-01"] for r in story()[0]) < 24.0


def test_it_is_played_much_faster_than_it_happens() -> None:
    assert story()[1] > 100


def test_the_scenario_says_what_the_rule_about_the_main_fan_makes_of_it() -> None:
    expected = find("fan-stop").expected
    assert expected.order_kinds[0] == "stop_work"
    assert expected.zone_kinds == ("mine",)
