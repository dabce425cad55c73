"""The engine beside its peers, in one run; the floors leave room for a very busy machine."""

from first_mine import first_mine

from minesafe.bench.engine import limits, sparse, zones
from minesafe.engine.kernels import Kernels


def test_a_quiet_second_is_judged_far_faster_than_by_arrays_or_objects(compiled: Kernels) -> None:
    figures = limits(first_mine(), compiled, 100_000, seed=1, storm=False)
    assert figures["limits_vs_numpy"] >= 4
    assert figures["limits_vs_python"] >= 50


def test_a_second_in_which_every_point_crosses_its_limit_still_is(compiled: Kernels) -> None:
    assert limits(first_mine(), compiled, 20_000, seed=1, storm=True)["limits_vs_numpy"] >= 2


def test_a_reading_costs_the_same_in_a_mine_of_any_size(compiled: Kernels) -> None:
    assert sparse(first_mine(), compiled, 100_000, 1) < 20 * sparse(
        first_mine(), compiled, 10_000, 1
    )


def test_zones_are_told_far_faster_than_by_shapely(compiled: Kernels) -> None:
    figures = zones(first_mine(), compiled, 20_000, seed=1, storm=False)
    assert figures["zones_vs_shapely"] >= 2
    assert figures["zones_vs_shapely_best"] >= 1
