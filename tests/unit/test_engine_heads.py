"""How many heads a zone holds: by which limit, and between what bounds when a reader is dead."""

from dataclasses import replace

import pytest
from engine_bench import START, Bench
from small_mine import small_mine

from minesafe.engine.bounds import UNBOUNDED
from minesafe.model.mine import Duty, Mine, Shift
from minesafe.model.time import SECOND

HOUR = 3600 * SECOND


def shifts(*maintenance: bool) -> tuple[Shift, ...]:
    """One after the other, an hour each."""
    return tuple(
        Shift(START + i * HOUR, START + (i + 1) * HOUR, f"{i}", ((Duty.LEADER, "P4"),), kind)
        for i, kind in enumerate(maintenance)
    )


def face_for(limit: int, maintenance_limit: int | None, *kinds: bool) -> Mine:
    mine = small_mine(shifts=shifts(*kinds))
    zones = (
        replace(z, limit=limit, maintenance_limit=maintenance_limit) if z.id == "FACE" else z
        for z in mine.zones
    )
    return replace(mine, zones=tuple(zones))


def crowded(bench: Bench, second: float) -> bool:
    rows = [bench.sighting(p, "A", 60.0, second) for p in ("P1", "P2", "P3")]
    bench.frame(second, sightings=rows)
    bench.sweeps(second + 0.001)  # a moment is counted once it is over
    return bool(bench.state.over[bench.mine.zone_row["FACE"]])


@pytest.mark.parametrize(
    ("second", "over"),
    [
        (10, True),  # production: two
        (3610, False),  # maintenance: four
        (7210, True),  # nobody rostered: the stricter of both
    ],
)
def test_a_maintenance_shift_may_have_more_people_in_a_face(second: float, over: bool) -> None:
    b = Bench(face_for(2, 4, False, True))
    assert crowded(b, second) is over
    face = b.mine.zone_row["FACE"]
    limit = b.mine.head_limit(b.mine.zones[face], b.micros(second))
    assert (limit, b.picture().limit[face]) == ((2, 2) if over else (4, 4))


def test_the_limit_changes_with_the_shift_and_not_with_the_people() -> None:
    b = Bench(face_for(2, 4, True, False))
    assert not crowded(b, 3599)
    assert b.sweeps(3600) == []
    assert [t[:3] for t in b.sweeps(3601)] == [
        ("OVERCROWDED", "FACE", True),
        ("GROSSLY_OVERCROWDED", "FACE", True),
    ]


def test_a_zone_without_a_limit_for_maintenance_keeps_its_own() -> None:
    b = Bench(face_for(2, None, True))
    assert crowded(b, 10)


def dead_refuge(bench: Bench, until: int, since: int = 0) -> None:
    """The refuge's reader falls silent after 40 s; people near R0 are seen every two seconds."""
    for second in range(since, until, 2):
        rows = [bench.beat("R0", second), bench.beat("R1", second)]
        rows += [bench.beat("R2", second)] if second < 40 else []
        rows += [bench.sighting("P1", "B", 30.0, second, reader="R2")] if second < 40 else []
        rows += [bench.sighting("P2", "A", 30.0, second, reader="R0")]
        rows += [bench.sighting("P3", "A", 95.0, second, reader="R1")] if second < 104 else []
        bench.frame(second, sightings=rows)


def test_behind_a_dead_reader_are_between_nobody_and_those_who_may_have_come() -> None:
    b = Bench()
    dead_refuge(b, 108)
    picture, refuge = b.picture(), b.mine.zone_row["REFUGE"]
    assert picture.unknown[refuge]
    assert picture.count[refuge] == 1
    assert (picture.low[refuge], picture.high[refuge]) == (0, 1)  # P3 was seen four seconds ago
    dead_refuge(b, 112, since=108)
    assert b.picture().high[refuge] == 1  # unseen, 25 m off, and could have run 18
    dead_refuge(b, 130, since=112)
    picture = b.picture()
    assert (picture.low[refuge], picture.high[refuge]) == (0, 2)  # he may be there by now


def test_who_is_seen_elsewhere_has_not_come_and_who_does_not_count_is_not_counted() -> None:
    b = Bench()
    dead_refuge(b, 60)
    b.sees(60, "P4", "B", 10.0, reader="R1")
    b.frame(120, sightings=[b.beat("R0", 120), b.beat("R1", 120)])
    picture, refuge = b.picture(), b.mine.zone_row["REFUGE"]
    assert (picture.low[refuge], picture.high[refuge]) == (0, 3)
    b.sees(121, "P2", "A", 30.0, reader="R0")
    assert b.picture().high[refuge] == 2


def test_known_counts_are_their_own_bounds_and_the_never_heard_have_none() -> None:
    b = Bench()
    b.frame(0, sightings=[b.beat("R0", 0), b.beat("R1", 0)])
    picture = b.picture()
    known = ~picture.unknown
    assert (picture.low[known] == picture.count[known]).all()
    assert (picture.high[known] == picture.count[known]).all()
    refuge = b.mine.zone_row["REFUGE"]
    assert (picture.low[refuge], picture.high[refuge]) == (0, UNBOUNDED)
