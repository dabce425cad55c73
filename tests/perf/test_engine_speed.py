"""The engine beside a loop over points, in one run; the floor leaves room for a busy machine."""

from first_mine import first_mine

from minesafe.bench.engine import measure


def test_ten_thousand_points_are_judged_at_least_four_times_as_fast_as_one_by_one() -> None:
    engine, loop = measure(first_mine(), 10_000, seed=1)
    assert loop / engine >= 4
