"""Supplies drain as the sums on paper say."""

from dataclasses import replace

import pytest
from sim_mine import MINE, START, kind, point, sim_mine

from device_sims.clock import SECOND
from device_sims.mine import Mine
from device_sims.world.emissions import burning
from device_sims.world.site import Site
from device_sims.world.stores import Demand, full, later
from device_sims.world.supplies import FRESH_CO2, FRESH_O2, AirHeader, RefugeAir, WaterTank
from device_sims.world.walkers import Doing
from device_sims.world.world import Signals, World, beginning, reading, step


def test_the_air_mains_lose_pressure_as_air_is_drawn() -> None:
    """20 m³ at 0.6 MPa hold 120 m³ of free air; a quarter of a m³/s for 240 s takes half."""
    mains = AirHeader(volume_m3=20.0, gauge_mpa=0.6, governor_mpa=0.8)
    assert mains.free_m3 == pytest.approx(120.0)
    assert mains.after(240.0, made=0.0, used=0.25).gauge_mpa == pytest.approx(0.3)


def test_empty_mains_stay_empty_and_the_governor_holds_full_ones() -> None:
    mains = AirHeader(volume_m3=20.0, gauge_mpa=0.6, governor_mpa=0.8)
    assert mains.after(10_000.0, made=0.0, used=1.0).gauge_mpa == 0.0
    assert mains.after(10_000.0, made=1.0, used=0.5).gauge_mpa == 0.8


def test_what_the_compressors_make_holds_what_is_used() -> None:
    mains = AirHeader(volume_m3=20.0, gauge_mpa=0.6, governor_mpa=0.8)
    assert mains.after(3600.0, made=0.4, used=0.4).gauge_mpa == pytest.approx(0.6)


def test_the_water_mains_have_the_height_of_the_tank_until_it_is_empty() -> None:
    """60 m down and 4 m deep: 64 m of water, 0.628 MPa. 50 m² · 4 m last 2000 s at 0.1 m³/s."""
    tank = WaterTank(area_m2=50.0, depth_m=4.0, deepest_m=5.0, head_m=60.0)
    assert tank.mains_mpa() == pytest.approx(0.628, abs=0.001)
    assert tank.mains_mpa(lost_mpa=0.1) == pytest.approx(0.528, abs=0.001)
    later = tank.after(1000.0, filled=0.0, used=0.1)
    assert later.depth_m == pytest.approx(2.0)
    assert 0 < later.mains_mpa() < tank.mains_mpa()
    assert tank.after(2001.0, filled=0.0, used=0.1).mains_mpa() == 0.0
    assert tank.after(9999.0, filled=0.1, used=0.0).depth_m == 5.0


def test_twenty_people_in_a_closed_refuge_use_its_oxygen_as_reckoned() -> None:
    """20 · 0.5 l/min · 60 min = 0.6 m³ of 60 m³: one per cent an hour; CO2 rises by 0.8 %."""
    air = RefugeAir(volume_m3=60.0).after(3600.0, people=20)
    assert air.oxygen == pytest.approx(FRESH_O2 - 1.0)
    assert air.carbon_dioxide == pytest.approx(FRESH_CO2 + 0.8)


def test_an_empty_refuge_stays_fresh() -> None:
    assert RefugeAir(60.0).after(86_400.0, people=0) == RefugeAir(60.0)


def test_fresh_air_blown_in_holds_the_oxygen_where_the_balance_says() -> None:
    """0.1 m³/min a head, as refuges are laid out: oxygen settles 0.5/100 = 0.5 % below fresh."""
    air = RefugeAir(60.0).after(86_400.0, people=20, fresh=20 * 0.1 / 60)
    assert air.oxygen == pytest.approx(FRESH_O2 - 0.5, abs=1e-6)
    assert air.carbon_dioxide == pytest.approx(FRESH_CO2 + 0.4, abs=1e-6)


def test_an_absorber_takes_the_carbon_dioxide_and_leaves_the_oxygen() -> None:
    closed = RefugeAir(60.0).after(7200.0, people=20)
    scrubbed = RefugeAir(60.0).after(7200.0, people=20, scrubbed=0.05)
    assert scrubbed.carbon_dioxide < 0.5 * closed.carbon_dioxide
    assert scrubbed.oxygen == pytest.approx(closed.oxygen)


def test_one_long_step_is_as_true_as_many_short_ones() -> None:
    once = RefugeAir(60.0).after(3600.0, people=12, fresh=0.01, scrubbed=0.02)
    often = RefugeAir(60.0)
    for _ in range(3600):
        often = often.after(1.0, people=12, fresh=0.01, scrubbed=0.02)
    assert often.oxygen == pytest.approx(once.oxygen, rel=1e-9)
    assert often.carbon_dioxide == pytest.approx(once.carbon_dioxide, rel=1e-9)


# --- in the mine -----------------------------------------------------------------------------


def supplied() -> Mine:
    """The small mine with a point for each supply, and its refuge."""
    kinds = [
        *MINE["kinds"],
        kind("air_pressure", "MPa", 0, 1.6),
        kind("water_level", "m", 0, 10),
        kind("water_pressure", "MPa", 0, 4),
        kind("o2", "%O2", 0, 25),
        kind("co2", "%CO2", 0, 5),
        kind("pressure_difference", "Pa", -1000, 1000),
        kind("compressor", "", 0, 1, [[0, "停", "stopped"], [1, "开", "running"]]),
    ]
    points = [
        point("AIR", "air_pressure", ("INTAKE", 20), "G1"),
        point("TANK", "water_level", ("INTAKE", 5), "G1"),
        point("WATER", "water_pressure", ("INTAKE", 20), "G1"),
        point("O2", "o2", ("NICHE", 15), "G1", alarm_low=18.5),
        point("CO2", "co2", ("NICHE", 15), "G1", alarm_high=0.5),
        point("OVER", "pressure_difference", ("NICHE", 15), "G1"),
        point("COMP-1", "compressor", ("INTAKE", 1), "G1"),
        point("COMP-2", "compressor", ("INTAKE", 1), "G1"),
    ]
    return sim_mine(kinds=kinds, points=points)


def after(site: Site, seconds: float, signals: Signals) -> tuple[World, World]:
    """The world at the beginning and so much later."""
    world = first = beginning(site, START, 1)
    for _ in range(round(seconds / 0.5)):
        world = step(site, world, 0.5, signals)
    return first, world


def read(site: Site, world: World, name: str) -> float:
    return reading(site, world, [p.id for p in site.mine.points].index(name))


def test_in_a_quiet_shift_every_supply_stands_as_it_stood() -> None:
    site = Site.of(supplied())
    first, last = after(site, 600, Signals())
    for name, off in (("AIR", 0.03), ("TANK", 0.06), ("WATER", 0.03), ("O2", 0.3), ("CO2", 0.1)):
        assert read(site, last, name) == pytest.approx(read(site, first, name), abs=off)
    assert (read(site, last, "COMP-1"), read(site, last, "COMP-2")) == (1.0, 0.0)
    assert read(site, last, "OVER") == pytest.approx(150, abs=15)


def test_the_standby_compressor_runs_within_ten_minutes_of_the_leaders_order() -> None:
    site = Site.of(supplied())
    ordered = Signals(called=frozenset({"P02", "P03", "P04"}))
    _, early = after(site, 120, ordered)
    _, late = after(site, 600, ordered)
    assert (read(site, early, "COMP-2"), read(site, late, "COMP-2")) == (0.0, 1.0)


def test_who_shelters_breathes_the_refuges_air() -> None:
    """A head in 0.3 m³/min of fresh air: oxygen settles 0.17 % lower, CO2 0.13 % higher."""
    site = Site.of(supplied())
    first, last = after(site, 1200, Signals(called=frozenset({"P02", "P03", "P04"})))
    sheltering = sum(w.doing is Doing.AT_REFUGE for w in last.walkers)
    (air,) = last.stores.refuges
    assert sheltering > 0
    assert 0 < FRESH_O2 - air.oxygen < 0.5 / 300 * 100 + 1e-9
    assert 0 < air.carbon_dioxide - FRESH_CO2 < 0.4 / 300 * 100 + 1e-9
    assert air.warmer > 0
    assert read(site, last, "CO2") > read(site, first, "CO2") - 0.03


def test_hoses_on_a_fire_draw_the_tank_down_as_reckoned() -> None:
    """60 + 180 m³/h go, 75 come: 165 m³/h of 50 m² are 3.3 m an hour, 0.55 m in ten minutes."""
    burning_belt = burning("GATE", 0.5, [(0, 0.5), (1200, 0.5)])
    site = Site.of(supplied(), burning_belt)
    first, last = after(site, 600, Signals())
    works = sum(w.doing is Doing.WORKING for w in last.walkers) / 4
    assert works < 1.0, "people leave the smoke, and their tools draw no water"
    fell = first.stores.water.depth_m - last.stores.water.depth_m
    assert 105 / 50 / 6 - 0.02 < fell < 165 / 50 / 6
    assert read(site, last, "WATER") < read(site, first, "WATER") - 0.05


def test_compressed_air_that_nobody_makes_lasts_as_long_as_the_receiver() -> None:
    """70 who shelter and the tools draw 51 m³/min, 40 are made: 60 m³ lose 0.1 MPa in 330 s."""
    mine = supplied()
    stores = full(mine, 0)
    crowded = Demand(at_work=1.0, sheltering=[70], burns=False, ordered=False)
    stores = later(stores, 330 * SECOND, crowded)
    assert stores.air.gauge_mpa == pytest.approx(0.52, abs=0.005)
    helped = later(stores, 330 * SECOND, replace(crowded, ordered=True))
    helped = later(helped, 570 * SECOND, replace(crowded, ordered=True))
    fuller = later(helped, 900 * SECOND, replace(crowded, ordered=True))
    assert fuller.air.gauge_mpa == 0.62
