"""The leader who should be underground, and the trades a zone cannot do without."""

from dataclasses import replace

from engine_bench import START, Bench
from small_mine import small_mine

from minesafe.model.mine import Duty, Mine, Shift
from minesafe.model.time import SECOND

HOUR = 3600 * SECOND


def led_mine(*, post: tuple[str, ...] = ()) -> Mine:
    """P4 leads the first hour, P2 the second; nobody the third."""
    mine = small_mine()
    shifts = tuple(
        Shift(START + i * HOUR, START + (i + 1) * HOUR, f"{i}", ((Duty.LEADER, leader),))
        for i, leader in enumerate(("P4", "P2"))
    )
    zones = tuple(replace(z, post=post if z.id == "FACE" else ()) for z in mine.zones)
    return replace(mine, shifts=shifts, zones=zones)


def absences(bench: Bench, *, since: float, until: float) -> list[tuple[str, str, bool, float]]:
    """What a sweep every 60 s says of posts, everybody seen where he was."""
    told = []
    for second in range(int(since), int(until) + 1, 60):
        rows = [
            bench.sighting(p.id, "A", float(bench.state.chainage[i]), second)
            for i, p in enumerate(bench.mine.people)
            if not bench.state.out[i]
        ]
        told += bench.frame(second, sightings=rows)
    return [(t[0], t[1], t[2], t[4]) for t in told if t[0].endswith("ABSENT")]


def test_workers_without_a_leader_for_fifteen_minutes() -> None:
    b = Bench(led_mine())
    b.sees(0, "P1", "A", 60.0)
    assert absences(b, since=60, until=1200) == [("LEADER_ABSENT", "MINE", True, 900.0)]
    b.sees(1230, "P4", "A", 30.0)
    assert absences(b, since=1230, until=1300) == [("LEADER_ABSENT", "MINE", False, 1230.0)]
    assert not b.state.leaderless.any()


def test_a_leader_alone_or_nobody_at_all_is_no_absence() -> None:
    b = Bench(led_mine())
    assert absences(b, since=0, until=1800) == []
    b.sees(1800, "P4", "A", 30.0)
    assert absences(b, since=1860, until=3500) == []


def test_the_leader_of_the_next_shift_has_fifteen_minutes_to_come() -> None:
    b = Bench(led_mine())
    b.sees(0, "P1", "A", 60.0)
    b.sees(0, "P4", "A", 60.0)
    assert absences(b, since=60, until=3540) == []
    assert absences(b, since=3600, until=5400) == [("LEADER_ABSENT", "MINE", True, 4500.0)]


def test_a_gap_of_the_roster_is_not_an_absence() -> None:
    b = Bench(led_mine())
    b.sees(7200, "P1", "A", 60.0)
    assert absences(b, since=7200, until=9000) == []


def test_a_face_without_its_blaster() -> None:
    b = Bench(led_mine(post=("blaster",)))
    b.sees(0, "P1", "A", 60.0)
    b.sees(0, "P4", "A", 60.0)
    b.sees(0, "P3", "A", 30.0)
    assert absences(b, since=60, until=960) == [("POST_ABSENT", "FACE", True, 900.0)]
    b.sees(970, "P3", "A", 55.0)
    b.frame(971)
    assert not b.state.postless.any()
