"""The simulated world: gas goes with the wind, people walk and no faster."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from sim_mine import START, sim_mine

from device_sims.mine import Mine
from device_sims.scenario import find
from device_sims.world.emissions import Emission
from device_sims.world.roadways import Graph, Spot, way_to_nodes, way_to_spot
from device_sims.world.site import Site
from device_sims.world.walkers import Doing, Walker
from device_sims.world.world import Signals, World, beginning, reading, step

OUTBURST = Emission("ch4", "FACE", 0.0, 1.0, ((0, 0.0), (10, 2.5), (120, 2.5), (130, 0.0)))


def run(site: Site, world: World, seconds: float, signals: Signals | None = None) -> list[World]:
    worlds = [world]
    for _ in range(round(seconds / 0.5)):
        worlds.append(step(site, worlds[-1], 0.5, signals or Signals()))
    return worlds


def with_walkers(world: World, walkers: tuple[Walker, ...]) -> World:
    return replace(world, crowd=replace(world.crowd, walkers=walkers))


def read(site: Site, world: World, point: str) -> float:
    ids = [p.id for p in site.mine.points]
    return reading(site, world, ids.index(point))


def first_over(site: Site, worlds: list[World], point: str, limit: float) -> float:
    return next(w.elapsed_s for w in worlds if read(site, w, point) >= limit)


@pytest.fixture
def mine() -> Mine:
    return sim_mine()


def test_gas_from_the_face_reaches_the_return_later_and_the_intake_never(mine: Mine) -> None:
    site = Site.of(mine, [OUTBURST])
    worlds = run(site, beginning(site, START, 1), 300)
    assert first_over(site, worlds, "CH4-T1", 1.0) + 30 < first_over(site, worlds, "CH4-T2", 1.0)
    assert max(read(site, w, "CH4-IN") for w in worlds) < 0.3


def test_where_fresh_air_joins_the_gas_is_thinner(mine: Mine) -> None:
    site = Site.of(mine, [OUTBURST])
    worlds = run(site, beginning(site, START, 1), 300)
    peaks = {r: max(w.gas[0, site.net.cells(r)].max() for w in worlds) for r in mine.roadway}
    assert peaks["RETURN"] < 0.7 * peaks["TAIL"]


def test_after_an_outburst_the_air_clears_again(mine: Mine) -> None:
    site = Site.of(mine, [OUTBURST])
    last = run(site, beginning(site, START, 1), 900)[-1]
    assert all(read(site, last, p) < 0.4 for p in ("CH4-T1", "CH4-T2"))


def test_in_a_quiet_shift_every_point_is_plausible_and_none_over_its_limit(mine: Mine) -> None:
    site = Site.of(mine)
    for world in run(site, beginning(site, START, 3), 300):
        for row, point in enumerate(mine.points):
            value, kind = reading(site, world, row), mine.kind[point.kind]
            assert kind.low <= value <= kind.high
            high, low = point.limits.alarm_high, point.limits.alarm_low
            assert high is None or value < high
            assert low is None or value > low
        assert 0.0 < read(site, world, "CH4-T1") < 0.4
        assert 15 < read(site, world, "ODD") < 25, "a kind nobody foresaw reads its middle"


def test_the_interlock_cuts_the_power_at_the_cut_off_and_gives_it_back_below_restore(
    mine: Mine,
) -> None:
    site = Site.of(mine, [OUTBURST])
    worlds = run(site, beginning(site, START, 1), 900)
    fed = [read(site, w, "FEED") for w in worlds]
    cut = fed.index(0.0)
    assert read(site, worlds[cut], "CH4-T1") >= 1.5
    given_back = cut + fed[cut:].index(1.0)
    assert all(read(site, worlds[given_back], p) < 1.0 for p in ("CH4-T1", "CH4-T2"))


def test_the_same_seed_gives_the_same_mine_and_another_seed_another(mine: Mine) -> None:
    site = Site.of(mine)
    one, same, other = (run(site, beginning(site, START, s), 60)[-1] for s in (5, 5, 6))
    assert one.walkers == same.walkers
    assert np.array_equal(one.noise, same.noise)
    assert one.walkers != other.walkers


def test_people_told_by_the_horn_reach_safety_and_the_rest_go_on_working(mine: Mine) -> None:
    site = Site.of(mine)
    horn = Signals(horn_zones=frozenset({"Z-FACE"}))
    last = run(site, beginning(site, START, 1), 400, horn)[-1]
    doing = {w.person: w.doing for w in last.walkers}
    assert doing["P02"] in (Doing.AT_REFUGE, Doing.OUT)
    assert doing["P03"] in (Doing.AT_REFUGE, Doing.OUT)
    assert doing["P04"] is Doing.WORKING, "nobody told the heading"


def test_who_is_called_by_phone_leaves_too_and_presses_the_tags_button(mine: Mine) -> None:
    site = Site.of(mine)
    worlds = run(site, beginning(site, START, 1), 300, Signals(called=frozenset({"P04"})))
    digger = next(w for w in worlds[-1].walkers if w.person == "P04")
    assert digger.doing is Doing.AT_REFUGE
    assert digger.told_at is not None
    assert digger.pressed_at is not None
    assert 0 < digger.pressed_at - digger.told_at <= 5_000_000


@pytest.mark.parametrize(
    "signals",
    [Signals(broadcast_zones=frozenset({"Z-FACE"})), Signals(paged=frozenset({"102", "103"}))],
    ids=["broadcast", "paged"],
)
def test_a_broadcast_and_a_tag_that_vibrates_move_people_as_a_horn_does(
    mine: Mine, signals: Signals
) -> None:
    site = Site.of(mine)
    doing = {
        w.person: w.doing for w in run(site, beginning(site, START, 1), 400, signals)[-1].walkers
    }
    assert {doing["P02"], doing["P03"]} <= {Doing.AT_REFUGE, Doing.OUT}
    assert doing["P04"] is Doing.WORKING, "nobody told the heading"


def test_whoever_has_heard_shouts_to_the_neighbours(mine: Mine) -> None:
    site = Site.of(mine)
    world = beginning(site, START, 1)
    here = Spot("FACE", 50.0)
    walkers = tuple(replace(w, spot=here, miner=replace(w.miner, post=here)) for w in world.walkers)
    worlds = run(site, with_walkers(world, walkers), 60, Signals(called=frozenset({"P02"})))
    told = {w.person: w.told_at for w in worlds[-1].walkers}
    assert told["P02"] is not None
    assert told["P03"] is not None
    assert told["P03"] > told["P02"] + 5_000_000


def test_nobody_ever_walks_faster_than_people_walk(mine: Mine) -> None:
    site = Site.of(mine)
    worlds = run(site, beginning(site, START, 2), 400, Signals(called=frozenset({"P02", "P04"})))
    for before, after in pairwise(worlds):
        for a, b in zip(before.walkers, after.walkers, strict=True):
            way = way_to_spot(site.graph, a.spot_at(before.now), b.spot_at(after.now), {})
            assert way is not None
            assert sum(leg.length_m for leg in way) <= 1.1 * 0.5 + 1e-6


def test_out_of_the_portal_means_seen_there_first_and_then_gone(mine: Mine) -> None:
    site = Site.of(mine)
    world = beginning(site, START, 1)
    walkers = tuple(replace(w, spot=Spot("INTAKE", 40.0), way=()) for w in world.walkers)
    worlds = run(site, with_walkers(world, walkers), 120, Signals(called=frozenset({"P01"})))
    leader = [w.walkers[0] for w in worlds]
    doings = list(dict.fromkeys(w.doing for w in leader))
    assert doings == [Doing.WORKING, Doing.TOLD, Doing.LEAVING, Doing.AT_PORTAL, Doing.OUT]
    assert sum(w.doing is Doing.AT_PORTAL for w in leader) >= 10, "some seconds at the reader"


def test_people_walk_round_a_roadway_full_of_gas_where_there_is_another_way(mine: Mine) -> None:
    graph = Graph.of(mine)
    here = Spot("CROSS", 70.0)
    straight = way_to_nodes(graph, here, {"IN", "OUT"}, {})
    round_it = way_to_nodes(graph, here, {"IN", "OUT"}, {"RETURN": 20.0})
    assert straight is not None
    assert round_it is not None
    assert [leg.roadway for leg in straight] == ["CROSS", "RETURN"]
    assert [leg.roadway for leg in round_it] == ["CROSS", "INTAKE"]


def test_the_outburst_scenario_passes_both_limits_within_its_first_two_minutes(mine: Mine) -> None:
    scenario = find("gas-outburst")
    site = Site.of(mine, scenario.placed(mine))
    worlds = run(site, beginning(site, START, 1), 720)
    alarm = first_over(site, worlds, "CH4-T1", 1.0)
    cut = first_over(site, worlds, "CH4-T1", 1.5)
    assert 20 < alarm < cut < 100
    assert 2.0 < max(read(site, w, "CH4-T1") for w in worlds) < 3.0
    assert read(site, worlds[-1], "CH4-T1") < 0.5, "so that the all-clear becomes possible"
