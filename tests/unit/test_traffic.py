"""What comes from each device in a minute beside what should, and its clock beside ours."""

import numpy as np
from small_mine import REVISION, point, small_mine

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import BaseStation, Limits, Mine, Name, Substation
from minesafe.model.time import SECOND, Micros
from minesafe.store.ebb import DAY_S, MOST_DAYS, Ebb
from minesafe.traffic import Traffic

START: Micros = 1_764_000_000 * SECOND
NO = Name("", "")


def mine() -> Mine:
    """Two points on a substation that asks each second, three readers on a base station."""
    return small_mine(
        points=(point("A", "ch4", Limits()), point("B", "ch4", Limits())),
        substations=(Substation("S1", NO, "127.0.0.1", 502, 1, 1.0, 0.5, 1),),
        stations=(BaseStation("BS1", NO, "tcp", "", "", ""),),
    )


MINE = mine()


def frame(at: Micros, points: list[int], readers: list[int], ahead: Micros = 0) -> Frame:
    n, m = len(points), len(readers)
    readings = Readings(
        point=np.array(points, np.int32),
        value=np.zeros(n),
        quality=np.zeros(n, np.uint8),
        sampled=np.full(n, at + ahead),
        received=np.full(n, at),
    )
    zero = np.zeros(m)
    sightings = Sightings(
        tag=np.full(m, -1, np.int32),
        station=np.array(readers, np.int32),
        roadway=np.zeros(m, np.int32),
        chainage=zero,
        level=np.zeros(m, np.int16),
        x=zero,
        y=zero,
        z=zero,
        error=zero,
        flags=np.zeros(m, np.uint8),
        quality=np.zeros(m, np.uint8),
        sampled=np.full(m, at + ahead),
        received=np.full(m, at),
    )
    return Frame(seq=1, now=at, revision=REVISION, readings=readings, sightings=sightings)


def test_a_minute_of_all_it_should_send_is_the_rate_it_should_have() -> None:
    traffic = Traffic(lambda: MINE)
    traffic.take(frame(START, [0, 1], [0, 1, 2]))
    assert traffic.flows()["S1"].rate is None, "one second is no minute"
    for second in range(1, 80):
        traffic.take(frame(START + second * SECOND, [0, 1], [0, 0, 1, 2] if second % 2 else []))
    flows = traffic.flows()
    assert (flows["S1"].rate, flows["S1"].expected) == (120.0, 120.0)
    assert flows["BS1"].rate == 90.0, "a report each, however many tags were seen"
    assert flows["BS1"].expected == 63.0, "two readers each two seconds, one each twenty"
    assert flows["S1"].skew_s is None, "it has no clock of its own"


def test_half_a_device_shows_as_half_and_a_dead_one_as_nothing() -> None:
    traffic = Traffic(lambda: MINE)
    for second in range(80):
        traffic.take(frame(START + second * SECOND, [0], []))
    assert traffic.flows()["S1"].rate == 60.0
    assert traffic.flows()["BS1"].rate == 0.0
    for second in range(80, 170):
        traffic.take(frame(START + second * SECOND, [], []))
    assert traffic.flows()["S1"].rate == 0.0


def test_its_clock_is_told_by_the_sample_that_came_quickest() -> None:
    traffic = Traffic(lambda: MINE)
    for second, ahead in enumerate((-3 * SECOND, -SECOND // 2, -40 * SECOND)):
        traffic.take(frame(START + second * SECOND, [0], [0], ahead))
    assert traffic.flows()["S1"].skew_s == -0.5
    assert traffic.flows()["BS1"].skew_s == -0.5


def test_rows_of_another_revision_say_nothing_and_a_new_revision_begins_anew() -> None:
    now = [MINE]
    traffic = Traffic(lambda: now[0])
    other = small_mine(revision="f" * 16, points=(), substations=())
    for second in range(80):
        traffic.take(frame(START + second * SECOND, [0, 1], []))
    now[0] = other
    traffic.take(frame(START + 80 * SECOND, [0, 1], []))
    assert "S1" not in traffic.flows()


def test_a_disk_is_told_in_days_once_an_hour_is_known() -> None:
    ebb, gib = Ebb(), 1 << 30
    assert ebb.days_left(0.0, 100 * gib) is None
    assert ebb.days_left(3599.0, 99 * gib) is None
    assert ebb.days_left(3600.0, 99 * gib) == 99 / 24
    assert Ebb().days_left(0.0, 0) is None


def test_a_disk_that_does_not_fill_lasts_long_and_old_marks_are_forgotten() -> None:
    ebb = Ebb()
    for hour in range(30):
        last = ebb.days_left(hour * 3600.0, 1000 if hour > 4 else 2000)
    assert last == MOST_DAYS
    assert len(ebb._marks) <= DAY_S / 600 + 1
