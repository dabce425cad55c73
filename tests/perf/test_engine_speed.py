"""The engine beside a loop over points, in one run; the floor leaves room for a busy machine."""

from minesafe.bench.engine import measure
from minesafe.config import load, shipped


def test_ten_thousand_points_are_judged_at_least_four_times_as_fast_as_one_by_one() -> None:
    engine, loop = measure(load(shipped("demo")), 10_000, seed=1)
    assert loop / engine >= 4
