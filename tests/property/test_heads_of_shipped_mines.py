"""Head-counts are the sum of the tags, in the shipped mines, whoever walks, leaps or goes out."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minesafe.config import load, shipped
from minesafe.engine import Layout, State, judge, picture
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.sources.positioning.ranges import Path

START = 1_764_000_000 * SECOND


@cache
def mine_and_layout(name: str) -> tuple[Mine, Layout]:
    mine = load(shipped(name))
    return mine, Layout.of(mine)


def sightings(mine: Mine, random: np.random.Generator, now: int) -> Sightings:
    """Forty people somewhere on the mine's own roadways, a few of them twice."""
    rows = []
    for tag in random.integers(0, min(len(mine.people), 60), 40).tolist():
        way = int(random.integers(0, min(len(mine.roadways), 12)))
        road = mine.roadways[way]
        metres = float(random.uniform(0, road.length_m))
        place = (way, metres, mine.level_row[road.level], *Path(road).at(metres), 1.0)
        station = int(random.integers(0, len(mine.readers)))
        rows.append((tag, station, *place, 0, 0, now, now))
    return Sightings.of(rows)


@pytest.mark.parametrize("name", ["demo", "metal"])
@given(seed=st.integers(0, 2**32))
def test_every_count_is_the_sum_of_those_who_are_there(
    compiled: Kernels, name: str, seed: int
) -> None:
    mine, layout = mine_and_layout(name)
    random, now = np.random.default_rng(seed), START
    arrays, loops = State.fresh(layout), State.fresh(layout)
    for seq in range(1, 7):
        now += int(random.choice([1, 2, 30, 120])) * SECOND
        frame = Frame(seq, now, mine.revision, Readings.none(), sightings(mine, random, now))
        told = judge(layout, arrays, frame, ARRAYS).transitions.to_bytes()
        assert judge(layout, loops, frame, compiled).transitions.to_bytes() == told
        known = picture(layout, loops, now)
        assert known.count.tolist() == known.inside[layout.people.counts].sum(axis=0).tolist()
        assert not known.inside[known.out].any()
    assert loops.snapshot() == arrays.snapshot()
