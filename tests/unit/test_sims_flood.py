"""Water that breaks in: none is lost, the lowest fills first, and nobody walks through it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sim_mine import START, point, roadway, sim_mine
from surveyed import simulated

from device_sims.mine import Mine
from device_sims.survey.survey import Size
from device_sims.world.air import AirNet
from device_sims.world.course import Course, Inrush
from device_sims.world.flood import Pool, poured, under_water
from device_sims.world.roadways import Spot
from device_sims.world.site import Site
from device_sims.world.ventilation import Ventilation
from device_sims.world.walkers import Doing
from device_sims.world.world import Signals, World, beginning, reading, step

DRY_WET = ((0, "无水", "dry"), (1, "有水", "water"))


def valley(**more: Any) -> Mine:
    """Two hollows with a rise between: A at -10 m, over B at -4 m, down to C at -20 m, up to D."""
    heights = {"IN": 0.0, "A": -10.0, "B": -4.0, "C": -20.0, "D": 0.0, "R": 0.0}
    kinds = {"IN": "portal", "D": "portal", "R": "refuge"}
    return sim_mine(
        nodes=[{"id": n, "kind": kinds.get(n, "junction"), "z": z} for n, z in heights.items()],
        roadways=[
            roadway("DOWN", "IN", "A", 100, "intake", 1),
            roadway("RISE", "A", "B", 100, "intake", 1),
            roadway("FALL", "B", "C", 100, "intake", 1),
            roadway("UP", "C", "D", 100, "return", 1),
        ],
        zones=[], points=[], readers=[], outputs=[],
        **more,
    )  # fmt: skip


def net_of(mine: Mine) -> AirNet:
    return AirNet.of(mine, Ventilation.of(mine))


def held(net: AirNet, depth: np.ndarray[Any, Any]) -> float:
    """m³ of water, each cell as high as its section is wide."""
    return float(np.sum(net.volume * depth / 12.0**0.5))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 3000), st.integers(0, 39))
def test_what_came_in_is_in_the_mine(volume: float, inlet: int) -> None:
    mine = valley()
    net = net_of(mine)
    depth = Pool.of(mine, net, inlet).depth(volume, len(net.volume))
    assert held(net, depth) == pytest.approx(min(volume, net.volume.sum()), abs=1e-6)
    assert depth.min() >= 0
    assert depth.max() <= 12.0**0.5 + 1e-9


def test_the_hollow_it_comes_into_fills_first_and_then_runs_over_into_the_deeper_one() -> None:
    mine = valley()
    net = net_of(mine)
    pool = Pool.of(mine, net, net.cell(Spot("DOWN", 95.0), 100.0))
    a, c = net.cell(Spot("DOWN", 99.0), 100.0), net.cell(Spot("UP", 1.0), 100.0)
    little, more = (pool.depth(v, len(net.volume)) for v in (200.0, 1800.0))
    assert little[a] > 1.0
    assert little[c] == 0.0, "the rise keeps it back"
    assert more[c] > 1.0
    surface = [z for z in _surfaces(mine, net, pool.depth(1000.0, len(net.volume))) if z < -4.5]
    assert max(surface) <= -3.5, "no water stands above the sill it could run over"


def _surfaces(mine: Mine, net: AirNet, depth: np.ndarray[Any, Any]) -> list[float]:
    height = {n.id: n.z for n in mine.nodes}
    found = []
    for r in mine.roadways:
        for n, cell in enumerate(range(net.first[r.id], net.first[r.id] + net.count[r.id])):
            if depth[cell] > 0:
                share = (n + 0.5) / net.count[r.id]
                floor = height[r.start] + share * (height[r.end] - height[r.start])
                found.append(floor + float(depth[cell]))
    return found


def test_in_a_large_mine_it_is_the_lowest_level_that_drowns() -> None:
    mine = simulated(1, Size())
    net = net_of(mine)
    inlet = net.cell(Spot("2A06", 10.0), mine.roadway["2A06"].length_m)
    depth = Pool.of(mine, net, inlet).depth(20_000.0, len(net.volume))
    floor = {n.id: n.z for n in mine.nodes}
    wet = dict.fromkeys(("deep", "hollow"), 0.0)
    for r, begin, end in under_water(net, mine, depth, 0.3):
        lowest = min(floor[mine.roadway[r].start], floor[mine.roadway[r].end])
        wet["deep" if lowest < -340 else "hollow"] += end - begin
    assert wet["deep"] > 500, "down the incline, to the bottom"
    assert wet["hollow"] < wet["deep"] / 3, "only the dips on the way hold some back"


def test_an_hour_of_a_tenth_of_a_cubic_metre_a_second_is_what_it_is() -> None:
    assert poured([(0, 0.1), (3600, 0.1)], 3600) == pytest.approx(360.0)
    assert poured([(60, 0.0), (70, 2.0), (80, 0.0)], 1000) == pytest.approx(20.0)
    assert poured([(60, 0.0), (70, 2.0)], 30) == 0.0


# --- what people and electrodes make of it ---------------------------------------------------


def flooded(seconds: float) -> tuple[Site, list[World]]:
    mine = sim_mine()
    kinds = (*mine.kinds, mine.kinds[-1].__class__("inrush", "", 0, 1, 2.0, 0, DRY_WET))
    given_ = point("WATER", "inrush", ("HEAD", 85), "G1")
    probe = mine.points[0].__class__(given_["id"], "inrush", "heading", "HEAD", 85.0, "G1")
    low = tuple(n.__class__(n.id, n.kind, -10.0 if n.id == "H" else 0.0) for n in mine.nodes)
    wet = type(mine)(
        **{f: getattr(mine, f) for f in mine.__struct_fields__}
        | {"kinds": kinds, "points": (*mine.points, probe), "nodes": low}
    )
    inrush = Inrush("HEAD", ((30, 0.0), (40, 3.0), (300, 3.0), (301, 0.0)), 0.5)
    site = Site.of(wet, course=Course(inrush=(inrush,)))
    worlds = [beginning(site, START, 1)]
    for _ in range(round(seconds / 0.5)):
        worlds.append(step(site, worlds[-1], 0.5, Signals()))
    return site, worlds


def test_the_electrode_tells_and_the_drivers_leave_before_it_is_deep() -> None:
    site, worlds = flooded(400)
    row = [p.id for p in site.mine.points].index("WATER")
    wet = [w.elapsed_s for w in worlds if reading(site, w, row) == 1.0]
    assert wet
    assert 30 < wet[0] < 60
    digger = worlds[-1].walkers[3]
    assert digger.person == "P04"
    assert digger.doing in (Doing.AT_REFUGE, Doing.OUT), "nobody told him, he saw it"


def test_nobody_walks_where_the_water_is_deep() -> None:
    _, worlds = flooded(400)
    for world in worlds:
        for w in world.walkers:
            spot = w.spot_at(world.now)
            if w.doing is Doing.LEAVING and w.speed_m_s:
                assert not any(
                    r == spot.roadway and a + 10 < spot.chainage_m < b - 10
                    for r, a, b in world.hazards.danger.drowned
                )
