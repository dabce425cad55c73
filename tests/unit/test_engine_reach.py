"""Where somebody who is not seen any more may have walked to."""

from dataclasses import replace
from itertools import pairwise

from engine_bench import Bench
from engine_ways_reference import metres_to
from hypothesis import given
from hypothesis import strategies as st
from small_mine import roadway, small_mine

from minesafe.engine import reach
from minesafe.engine.ground import Ground
from minesafe.model.mine import Interval, Mine
from minesafe.model.picture import Reach


def ringed() -> Mine:
    """The small mine, and a way round: C from the portal to the far end of B."""
    mine = small_mine()
    return replace(mine, roadways=(*mine.roadways, roadway("C", "N2", "N0", 250.0)))


RINGED = ringed()
GROUND = Ground.of(RINGED)


@given(st.integers(0, 2), st.floats(0, 250), st.floats(0, 500), st.integers(0, 2), st.floats(0, 1))
def test_a_place_is_within_reach_where_no_shorter_way_leads_there(
    row: int, start: float, metres: float, other: int, share: float
) -> None:
    start = min(start, RINGED.roadways[row].length_m)
    there = share * RINGED.roadways[other].length_m
    goal = (Interval(RINGED.roadways[other].id, there, there),)
    away = metres_to(RINGED, (row, start), goal)
    spans = [(a, b) for r, a, b in GROUND.reach(row, start, metres) if r == other]
    if abs(away - metres) > 1e-6:
        assert any(a <= there <= b for a, b in spans) is (away < metres)
    assert all(b < c for (_, b), (c, _) in pairwise(spans))


def found(bench: Bench, second: float) -> Reach | None:
    return reach(bench.layout, bench.mine, bench.picture(), 0, bench.micros(second))


def test_the_band_grows_as_time_passes_at_twice_a_walk_and_goes_round_corners() -> None:
    bench = Bench(RINGED)
    bench.sees(0, "P1", "A", 95.0)
    near, far = found(bench, 0), found(bench, 20)
    assert near == Reach(bench.micros(0), 1.0, (Interval("A", 94.0, 96.0),))
    assert far is not None
    assert [(i.roadway, round(i.from_m, 6), round(i.to_m, 6)) for i in far.stretches] == [
        ("A", 50.0, 100.0),
        ("B", 0.0, 40.0),
    ]
    assert far.metres == 45.0


def test_who_was_never_seen_or_went_out_is_looked_for_nowhere() -> None:
    bench = Bench(RINGED)
    assert found(bench, 0) is None
    bench.sees(0, "P1", "A", 5.0)
    bench.sweeps(60)
    assert found(bench, 60) is None


def test_a_doubted_place_does_not_begin_the_search_anew() -> None:
    bench = Bench(replace(RINGED, policy=replace(RINGED.policy, ride_m_s=2.0)))
    bench.sees(0, "P1", "A", 50.0)
    bench.sees(10, "P1", "C", 125.0)
    known = found(bench, 10)
    assert known is not None
    assert known.since == bench.micros(0)
