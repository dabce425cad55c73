"""The large mine made from a seed, and the measure of how fast a mine runs without wires."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from device_sims.ladder import ladder
from device_sims.world.network import unbalanced
from device_sims.world.ventilation import Drives, Ventilation
from minesafe.bench.world import without_wires

ROOT = Path(__file__).parents[2]


def test_the_same_seed_makes_the_same_mine_and_another_seed_another() -> None:
    assert ladder(4) == ladder(4)
    assert ladder(4).roadways != ladder(5).roadways


def test_it_is_as_large_as_a_mine_is() -> None:
    mine = ladder(1)
    assert len(mine.roadways) >= 120
    assert len(mine.points) >= 160
    assert len([p for p in mine.people if p.tag]) == 320


@pytest.mark.parametrize("seed", range(5))
def test_its_air_goes_where_it_should_and_every_working_place_has_some(seed: int) -> None:
    mine = ladder(seed)
    ventilation = Ventilation.of(mine)
    flow = ventilation.flow(Drives())
    assert unbalanced(ventilation.network, flow) < 1e-9
    for r, q in zip(mine.roadways, flow.tolist(), strict=False):
        assert not r.air or np.sign(q) == r.air, r.id
        if r.kind in ("face", "heading"):
            assert abs(q) / r.section_m2 > 0.25, r.id


def test_the_bench_prints_one_object_and_the_server_passes_it_on() -> None:
    command = (sys.executable, "-m", "device_sims", "bench", "--seed", "2")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told, passed_on = json.loads(done.stdout), without_wires(2)
    assert set(told) == set(passed_on)
    assert (passed_on["tags"], passed_on["slaves"], passed_on["seed"]) == (320, 0, 2)
    assert passed_on["virtual_per_real_s_no_wires"] > 20
