"""A tag whose place jitters at a border, and a man who really leaves."""

import random
from dataclasses import replace

import pytest
from engine_bench import Bench
from small_mine import small_mine

from minesafe.config.zones import AT_ONCE, GUARD
from minesafe.model.mine import Guard, Mine


def guarded(**guards: Guard) -> Mine:
    mine = small_mine()
    zones = (replace(z, guard=guards.get(z.id, Guard())) for z in mine.zones)
    return replace(mine, zones=tuple(zones))


def moves(bench: Bench, zone: str, places: list[tuple[float, float]]) -> list[tuple[bool, float]]:
    """Entries and exits of P3 who is seen once at each (second, chainage of roadway A)."""
    told = [t for second, metres in places for t in bench.sees(second, "P3", "A", metres)]
    return [(on, at) for what, _, on, _, at in told if what == f"INSIDE:{zone}"]


@pytest.mark.parametrize("seed", range(3))
def test_an_hour_of_jitter_at_a_border_is_one_entry(seed: int) -> None:
    b, chance = Bench(guarded(FACE=GUARD)), random.Random(seed)
    places = [(float(s), 50.0 + chance.uniform(-5.0, 5.0)) for s in range(3600)]
    assert [on for on, _ in moves(b, "FACE", places)] == [True]


def test_without_a_guard_the_same_jitter_is_hundreds_of_entries() -> None:
    b, chance = Bench(), random.Random(0)
    places = [(float(s), 50.0 + chance.uniform(-5.0, 5.0)) for s in range(3600)]
    assert len(moves(b, "FACE", places)) > 300


def test_who_walks_away_is_told_within_the_delay_of_the_tolerance() -> None:
    b = Bench(guarded(FACE=GUARD))
    walk = [(float(s), 60.0 - 1.0 * s) for s in range(40)]
    assert moves(b, "FACE", walk) == [(True, 0.0), (False, 26.0)]  # 16 s: beyond 5 m


def test_who_lingers_just_outside_is_told_after_the_tolerance_timeout() -> None:
    b = Bench(guarded(FACE=GUARD))
    stands = [(0.0, 60.0), *((float(s), 47.0) for s in range(1, 90))]
    assert moves(b, "FACE", stands) == [(True, 0.0), (False, 61.0)]


def test_a_step_back_inside_puts_the_fuses_out() -> None:
    b = Bench(guarded(FACE=GUARD))
    places = [(0, 60.0), (1, 30.0), (9, 30.0), (10, 50.0), (11, 30.0), (20, 30.0)]
    assert moves(b, "FACE", places) == [(True, 0.0)]
    assert b.sweeps(21) == [("INSIDE:FACE", "P3", False, None, 21.0)]


def test_the_tolerance_runs_round_the_corner() -> None:
    """The refuge begins 20 m behind the junction; 30 m of tolerance are 10 m of roadway A."""
    b = Bench(guarded(REFUGE=Guard(30.0, 1000.0, 5.0)))
    b.sees(0, "P1", "B", 25.0)
    b.sees(1, "P1", "A", 91.0)
    assert b.sweeps(20) == []
    told = [*b.sees(21, "P1", "A", 89.0), *b.sweeps(26)]
    assert [t[0] for t in told if not t[2]] == ["INSIDE:REFUGE"]


def test_nothing_holds_an_entry_back() -> None:
    b = Bench(guarded(BLAST=Guard(50.0, 3600.0, 600.0)))
    assert ("TRESPASSING:BLAST", "P1", True, None, 3.0) in b.sees(3, "P1", "A", 80.0)


def test_who_goes_out_has_left_everything_at_once() -> None:
    b = Bench(guarded(MINE=GUARD, PORTAL=GUARD))
    b.sees(0, "P1", "A", 5.0)
    assert [t[:3] for t in b.sweeps(6)] == [
        ("INSIDE:MINE", "P1", False),
        ("INSIDE:PORTAL", "P1", False),
    ]
    assert b.picture().count.tolist() == [0, 0, 0, 0, 0]


def test_a_fence_with_a_timeout_forgets_the_unseen_and_takes_them_back() -> None:
    b = Bench(guarded(FACE=Guard(fence_timeout_s=30.0)))
    b.sees(0, "P1", "A", 60.0)
    assert b.sweeps(29) == []
    assert b.sweeps(30) == [("INSIDE:FACE", "P1", False, None, 30.0)]
    assert ("INSIDE:FACE", "P1", True, None, 35.0) in b.sees(35, "P1", "A", 60.0)


def test_a_refuge_lets_go_at_once_for_who_is_in_it_counts_as_safe() -> None:
    assert Guard() == AT_ONCE
    b = Bench(guarded(REFUGE=AT_ONCE))
    b.sees(0, "P1", "B", 20.0)
    assert ("INSIDE:REFUGE", "P1", False, None, 1.0) in b.sees(1, "P1", "B", 19.9)


def test_people_kept_by_guards_are_counted_until_they_have_left() -> None:
    b = Bench(guarded(FACE=GUARD))
    b.sees(0, "P1", "A", 60.0)
    b.sees(1, "P1", "A", 30.0)
    assert b.picture().count.tolist() == [1, 0, 1, 0, 0]
    b.sweeps(11)
    assert b.picture().count.tolist() == [1, 0, 0, 0, 0]


def test_who_runs_through_many_zones_has_left_the_oldest_when_no_slot_is_free() -> None:
    b = Bench(guarded(**{z.id: Guard(200.0, 900.0, 600.0) for z in small_mine().zones}))
    for second, (road, metres) in enumerate([("A", 5.0), ("A", 90.0), ("B", 30.0), ("A", 5.0)]):
        b.sees(float(second), "P1", road, metres)
    picture = b.picture()
    assert picture.count.tolist() == picture.inside[0].astype(int).tolist()
