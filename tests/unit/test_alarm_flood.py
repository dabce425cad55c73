"""A flood is read by its roots, and the measures say how good the alarms are."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from small_mine import point
from story import START, story_mine

from minesafe.alarms import Book, grouped
from minesafe.alarms.kpi import DAY
from minesafe.engine import Layout, State
from minesafe.engine import picture as picture_of
from minesafe.model.alarm import Groups
from minesafe.model.events import FindingKind
from minesafe.model.mine import Limits, Mine, Severity
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition, Transitions, Verdict

LOW = Limits(alarm_low=0.5)


def wide_mine() -> Mine:
    """Twelve wind sensors of one substation, a main fan of another, and methane that withdraws."""
    base = story_mine()
    winds = tuple(
        replace(point(f"W{i}", "wind", LOW), device="S2", roadway="B", chainage_m=20.0 + i)
        for i in range(12)
    )
    fan = replace(point("FAN-MAIN", "fan", LOW), device="S3", rule="FAN")
    kinds = (*base.kinds, replace(base.kinds[1], id="fan", carries=("wind", "ch4")))
    everywhere = replace(
        base.rules[0], id="FAN", kind="fan", limits=LOW, scope="mine",
        alarm_level=Severity.II, withdraw=False,
    )  # fmt: skip
    return replace(
        base, points=(*base.points, *winds, fan), kinds=kinds, rules=(*base.rules, everywhere)
    )


class Room:
    """A book, and a clock that goes on by a second with each frame."""

    def __init__(self) -> None:
        self.mine = wide_mine()
        self.book = Book(self.mine)
        layout = Layout.of(self.mine)
        self.picture = picture_of(layout, State.fresh(layout), START)
        self.now: Micros = START

    def hears(self, condition: Condition, points: Iterable[str], on: bool = True) -> None:
        value = float(Quality.COMMS_LOST) if condition is Condition.BAD else 0.1
        rows = [(int(condition), self.mine.point_row[p], -1, on, value, self.now) for p in points]
        self._takes(self.book.decide(Verdict(1, self.now, Transitions.of(rows)), self.picture))

    def finds(self, kind: FindingKind, subject: str, on: bool = True) -> None:
        self._takes(self.book.decide_finding(kind, subject, on, self.now))

    def _takes(self, moves: object) -> None:
        for moved, at in moves:  # type: ignore[attr-defined]  # moves of the book
            self.book.apply(moved, at)
        self.now += SECOND

    @property
    def groups(self) -> Groups:
        return grouped(self.mine, self.book.alarms(), self.book.tally, self.now)


WINDS = [f"W{i}" for i in range(12)]


def test_a_lost_substation_is_one_group_with_its_points_inside() -> None:
    room = Room()
    room.finds(FindingKind.LINK_DOWN, "S2")
    room.hears(Condition.BAD, WINDS)
    assert room.groups.flood
    (group,) = room.groups.groups
    assert (group.root, group.why) == ("link_down:S2#1", "device_lost")
    assert set(group.members) == {f"health:{w}#1" for w in WINDS}
    assert len(room.book.alarms()) == 13  # nothing is lost: all are in the list


def test_nine_in_ten_minutes_are_read_one_by_one() -> None:
    room = Room()
    room.finds(FindingKind.LINK_DOWN, "S2")
    room.hears(Condition.BAD, WINDS[:8])
    assert room.groups == Groups(False, 9, ())


def test_what_a_stopped_main_fan_brings_is_behind_it() -> None:
    room = Room()
    room.hears(Condition.ALARM_LOW, ["FAN-MAIN"])
    room.hears(Condition.ALARM_LOW, WINDS)
    (group,) = room.groups.groups
    assert (group.root, group.why) == ("low:FAN-MAIN#1", "carried")
    assert len(group.members) == 12


def test_what_was_there_long_before_the_fan_stopped_is_not_behind_it() -> None:
    room = Room()
    room.hears(Condition.ALARM_LOW, WINDS[:1])
    room.now += 120 * SECOND
    room.hears(Condition.ALARM_LOW, ["FAN-MAIN"])
    room.hears(Condition.ALARM_LOW, WINDS[1:])
    (group,) = room.groups.groups
    assert "low:W0#1" not in group.members


def test_evacuation_class_always_stays_single() -> None:
    room = Room()
    room.hears(Condition.ALARM_LOW, ["FAN-MAIN"])
    room.hears(Condition.ALARM_HIGH, ["CH4"])  # level II as yet, of a rule that withdraws
    room.hears(Condition.ALARM_LOW, WINDS)
    (group,) = room.groups.groups
    assert "high:CH4#1" not in group.members


def test_the_flood_ends_when_ten_minutes_are_quiet() -> None:
    room = Room()
    room.finds(FindingKind.LINK_DOWN, "S2")
    room.hears(Condition.BAD, WINDS)
    room.now += 601 * SECOND
    assert room.groups == Groups(False, 0, ())


# --- measures -------------------------------------------------------------------------------


def test_the_measures_of_a_quiet_day_are_nought() -> None:
    kpi = Room().book.tally.kpi([], START)
    assert (kpi.heard, kpi.peak_10_min, kpi.mix, kpi.top) == (0, 0, {}, ())


def test_rate_peak_and_share_of_flood() -> None:
    room = Room()
    room.hears(Condition.ALARM_LOW, WINDS)
    room.now += 1_200 * SECOND
    room.finds(FindingKind.LINK_DOWN, "S3")
    kpi = room.book.tally.kpi(room.book.alarms(), room.now)
    assert (kpi.heard, kpi.last_10_min, kpi.peak_10_min) == (13, 1, 12)
    assert kpi.mean_10_min == pytest.approx(13 / 3)
    assert kpi.flooded == pytest.approx(1 / 3)
    assert kpi.mix == {"low": 0.0, "medium": pytest.approx(1.0), "high": 0.0}


def test_what_a_machine_asks_itself_each_minute_is_no_flood() -> None:
    room = Room()
    kinds = tuple(replace(k, self_test=k.id == "fan") for k in room.mine.kinds)
    room.book.take_over(replace(room.mine, kinds=kinds))
    for _ in range(12):
        room.hears(Condition.ALARM_LOW, ["FAN-MAIN"])
        room.hears(Condition.ALARM_LOW, ["FAN-MAIN"], on=False)
    assert room.groups.new == 0
    assert room.book.tally.kpi([], room.now).heard == 0


def test_what_comes_three_times_in_a_minute_chatters() -> None:
    room = Room()
    for _ in range(3):
        room.hears(Condition.ALARM_LOW, ["W0"])
        room.hears(Condition.ALARM_LOW, ["W0"], on=False)
        room.now += 15 * SECOND
        room.hears(Condition.ALARM_LOW, ["W1"])
    (noisy,) = room.book.tally.kpi([], room.now).chattering
    assert (noisy.subject, noisy.times) == ("W0", 3)


def test_what_stands_for_more_than_a_day_is_named() -> None:
    room = Room()
    room.hears(Condition.ALARM_LOW, ["W0"])
    room.now = START + DAY + SECOND
    room.hears(Condition.ALARM_LOW, ["W1"])
    kpi = room.book.tally.kpi(room.book.alarms(), room.now)
    assert kpi.standing == ("low:W0#1",)
    assert [o.subject for o in kpi.top] == ["W1"]  # the other was heard more than a day ago
