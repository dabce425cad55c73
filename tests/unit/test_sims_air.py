"""The simulated mine's air: as planned, as signed, and nothing it carries is lost."""

import numpy as np
import pytest
from first_mine import first_simulated as first
from sim_mine import MINE, START, roadway, sim_mine

from device_sims.errors import MineUnreadable
from device_sims.mine import Mine
from device_sims.world.air import AirNet, Streams, carried
from device_sims.world.emissions import FIRE, GASES, burning, spread
from device_sims.world.network import Floats, unbalanced
from device_sims.world.planning import plan
from device_sims.world.site import Site
from device_sims.world.ventilation import FAN_PA, Drives, Ventilation
from device_sims.world.world import Signals, World, beginning, reading, step, wind

FULL, STOPPED, REVERSED = Drives(), Drives(main=0.0, local=0.0), Drives(main=-1.0)


MINES = {"first": first, "small": sim_mine}


@pytest.fixture(params=list(MINES))
def mine(request: pytest.FixtureRequest) -> Mine:
    return MINES[request.param]()


def flow_of(mine: Mine, drives: Drives = FULL) -> dict[str, float]:
    flow = Ventilation.of(mine).flow(drives)
    return {r.id: float(q) for r, q in zip(mine.roadways, flow, strict=False)}


# --- how much flows where -------------------------------------------------------------------------


def test_the_air_goes_where_the_survey_says(mine: Mine) -> None:
    flow = flow_of(mine)
    for r in mine.roadways:
        if r.air:
            assert np.sign(flow[r.id]) == r.air, r.id
        else:
            assert abs(flow[r.id]) < 0.5, "nothing but what leaks through doors"


def test_no_air_is_lost_at_any_node_whatever_the_fans_do(mine: Mine) -> None:
    ventilation = Ventilation.of(mine)
    for drives in (FULL, Drives(main=0.3), Drives(main=0.0), STOPPED, REVERSED):
        assert unbalanced(ventilation.network, ventilation.flow(drives)) < 1e-9


def test_with_every_fan_at_full_speed_each_split_has_what_was_planned(mine: Mine) -> None:
    flow, planned = flow_of(mine), plan(mine)
    for r in mine.roadways:
        assert abs(flow[r.id]) == pytest.approx(planned.flow[r.id], rel=0.05), r.id


def test_the_working_places_have_the_speed_the_law_asks() -> None:
    mine, flow = first(), flow_of(first())
    for name in ("W01", "H01"):
        assert 0.25 < abs(flow[name]) / mine.roadway[name].section_m2 < 4.0


def test_the_gauge_at_the_fan_shows_its_pressure_and_none_when_it_stands() -> None:
    ventilation = Ventilation.of(first())
    full = ventilation.fan_pa(FULL, ventilation.flow(FULL))
    assert full == pytest.approx(FAN_PA, rel=0.02)
    assert ventilation.fan_pa(STOPPED, ventilation.flow(STOPPED)) < 10


def test_a_fan_that_slows_down_leaves_the_natural_flow_in_the_end() -> None:
    flows = [flow_of(first(), Drives(main=m))["A01"] for m in (1.0, 0.8, 0.5, 0.2, 0.0)]
    assert flows == sorted(flows, reverse=True)
    assert flows[2] == pytest.approx(flows[0] / 2, rel=0.05), "by the fan laws"
    assert 0.05 * flows[0] < flows[-1] < 0.25 * flows[0], "warm air rises in the return drift"


def test_in_a_level_mine_nothing_moves_once_every_fan_stands() -> None:
    assert max(abs(q) for q in flow_of(sim_mine(), STOPPED).values()) < 1e-2


def test_a_reversed_fan_turns_the_air_of_the_face_round() -> None:
    assert flow_of(first(), REVERSED)["W01"] < 0 < flow_of(first())["W01"]


def test_a_local_fan_that_runs_on_alone_draws_its_own_air_again() -> None:
    """The recirculation for which local fans are stopped with the main fan."""
    assert flow_of(first(), Drives(main=0.0))["C01"] < 0


def test_a_heading_apart_from_the_mine_is_refused_by_name() -> None:
    apart = roadway("LOST", "X", "Y", 50, "heading", 1)
    with pytest.raises(MineUnreadable, match="air cannot be worked out"):
        Ventilation.of(sim_mine(roadways=[*MINE["roadways"], apart]))


# --- what it carries ------------------------------------------------------------------------------


def balance(mine: Mine, courses: list[Drives], dt_s: float) -> tuple[float, float]:
    """(given off, in the mine or gone out), %·m³ of methane."""
    ventilation = Ventilation.of(mine)
    net = AirNet.of(mine, ventilation)
    given_off = np.zeros((1, len(net.volume)))
    given_off[0, ::7] = 1.0
    load, left, flow = np.zeros_like(given_off), 0.0, None
    for drives in courses:
        flow = ventilation.flow(drives, flow)
        load, gone = carried(Streams.of(net, flow), load, given_off, dt_s)
        left += float(gone[0])
    return float(given_off.sum()) * dt_s * len(courses), float((load @ net.volume)[0]) + left


def test_all_gas_is_still_in_the_mine_or_has_left_by_the_return(mine: Mine) -> None:
    running_down = [Drives(main=m, local=min(1.0, 2 * m)) for m in np.linspace(1, 0, 40)]
    turned_round = [Drives(main=-m) for m in np.linspace(0, 1, 40)]
    for courses in ([FULL] * 400, running_down + turned_round + [FULL] * 40):
        emitted, found = balance(mine, courses, 7.0)
        assert found == pytest.approx(emitted, rel=1e-9)


def test_nothing_ever_becomes_less_than_nothing(mine: Mine) -> None:
    net = AirNet.of(mine, Ventilation.of(mine))
    streams = Streams.of(net, Ventilation.of(mine).flow(FULL))
    load = np.zeros((1, len(net.volume)))
    load[0, len(net.volume) // 2] = 100.0
    for dt_s in (0.5, 30.0, 600.0):
        load, _ = carried(streams, load, np.zeros_like(load), dt_s)
        assert load.min() >= 0.0


def test_two_airs_that_meet_mix_by_how_much_there_is_of_each() -> None:
    """By hand: return air of the face at 1 % meets fresh air; the drift has Q_face / Q_drift %."""
    mine = first()
    ventilation = Ventilation.of(mine)
    net, flow = AirNet.of(mine, ventilation), ventilation.flow(Drives(local=0.0))
    q = {r.id: float(v) for r, v in zip(mine.roadways, flow, strict=False)}
    given_off = np.zeros((1, len(net.volume)))
    given_off[0, net.cells("W01").start] = q["W01"]
    load = np.zeros_like(given_off)
    for _ in range(100):
        load, _left = carried(Streams.of(net, flow), load, given_off, 60.0)
    assert load[0, net.cells("G02")] == pytest.approx(1.0, rel=1e-6)
    assert load[0, net.cells("B02")] == pytest.approx(q["B01"] / q["B02"], rel=1e-6)
    assert load[0, net.cells("A01")].max() == 0.0


# --- a fire ---------------------------------------------------------------------------------------


def smoke_after(drives: Drives, seconds: float) -> tuple[AirNet, Floats]:
    """A fire of 1 MW in the middle of the transport gate, under one state of the fans."""
    mine = first()
    ventilation = Ventilation.of(mine)
    net, flow = AirNet.of(mine, ventilation), ventilation.flow(drives)
    given_off = np.zeros((len(GASES), len(net.volume)))
    for e in burning("G01", 0.5, [(0, 1.0), (9999, 1.0)]):
        row = GASES.index(e.gas)
        given_off[row] += e.strength(1.0) * spread(e, mine.roadway["G01"], net, 1.0)
    load = np.zeros_like(given_off)
    for _ in range(round(seconds / 10)):
        load, _left = carried(Streams.of(net, flow), load, given_off, 10.0)
    return net, load


def test_smoke_goes_to_the_face_and_with_a_reversed_fan_to_the_intake() -> None:
    smoke = GASES.index("smoke")
    net, with_air = smoke_after(FULL, 600)
    assert with_air[smoke, net.cells("W01")].min() > 0.1
    assert with_air[smoke, net.cells("A02")].max() == 0.0
    net, against = smoke_after(REVERSED, 600)
    assert against[smoke, net.cells("W01")].max() == 0.0
    assert against[smoke, net.cells("A02")].min() > 0.1


def test_a_fire_fills_the_air_that_passes_with_what_it_gives_off() -> None:
    """1 MW into some 17 m³/s: about 170 ppm CO, and 33 ℃ warmer before the rock cools it."""
    net, load = smoke_after(FULL, 900)
    flow = flow_of(first())["G01"]
    end = net.cells("G01").stop - 1
    for gas, per_mw in FIRE.items():
        assert load[GASES.index(gas), end] == pytest.approx(per_mw / flow, rel=1e-3)


# --- read off by the points -----------------------------------------------------------------------


def test_points_near_a_fire_see_its_smoke_its_heat_and_its_co() -> None:
    site = Site.of(first(), burning("G01", 0.05, [(0, 0.0), (60, 0.5), (900, 0.5)]))
    world = played(site, 700)
    assert read(site, world, "SMOKE-01") == 1.0
    assert read(site, world, "CO-01") > 24.0
    assert read(site, world, "CO-02") < 5.0
    calm = read(site, beginning(site, START, 1), "TEMP-01")
    assert read(site, world, "TEMP-01") > calm + 1.0


def test_wind_is_told_with_the_direction_of_the_roadway() -> None:
    site = Site.of(first())
    world = beginning(site, START, 1)
    assert wind(site, world, "W01") > 0.5
    assert wind(site, world, "H01") < -0.3


def played(site: Site, seconds: float) -> World:
    world = beginning(site, START, 1)
    for _ in range(round(seconds / 0.5)):
        world = step(site, world, 0.5, Signals())
    return world


def read(site: Site, world: World, point: str) -> float:
    return reading(site, world, [p.id for p in site.mine.points].index(point))
