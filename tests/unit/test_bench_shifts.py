"""Mines of the bench are mines: whatever size they are grown to, the engine takes them."""

import pytest

from minesafe.bench.shifts import grown
from minesafe.config import load, shipped
from minesafe.engine import Layout


@pytest.mark.parametrize(("points", "people", "zones"), [(3, 2, 0), (700, 50, 0), (700, 50, 30)])
def test_a_grown_mine_is_one_the_engine_takes(points: int, people: int, zones: int) -> None:
    mine = grown(load(shipped("demo")), points, people, zones)
    assert len(mine.points) == points
    assert Layout.of(mine).revision == mine.revision
