"""Supplies drain as the sums on paper say."""

import pytest

from device_sims.world.supplies import FRESH_CO2, FRESH_O2, AirHeader, RefugeAir, WaterTank


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
