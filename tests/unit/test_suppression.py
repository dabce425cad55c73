"""What another alarm explains is listed behind it, for as long as somebody can see that one."""

from dataclasses import replace

from story import START, story_mine

from minesafe.alarms import Book
from minesafe.engine import Layout, State
from minesafe.engine import picture as picture_of
from minesafe.evacuation.policy import answer
from minesafe.model.alarm import Alarm
from minesafe.model.alarm_acts import AskPermit, ConfirmPermit
from minesafe.model.events import AlarmMove, AlarmMoved, AlarmSource, AlarmState, Origin, PermitKind
from minesafe.model.logic import Logic, Node
from minesafe.model.mine import Mine
from minesafe.model.suppression import Suppression
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition, Transitions, Verdict

STANDS = Logic("STANDS", "停风", "no air", "FAN", Node("number"), None, 0.0, "II", "test", "1")


def mine() -> Mine:
    """While the fan stands still, low wind is explained."""
    return replace(
        story_mine(),
        logic=(STANDS,),
        suppressions=(Suppression("still", ("low",), ("WIND",), "STANDS"),),
    )


class Room:
    """A book and its clock."""

    def __init__(self) -> None:
        self.book = Book(mine())
        layout = Layout.of(self.book.mine)
        self.picture = picture_of(layout, State.fresh(layout), START)
        self.now = START

    def hears(self, condition: Condition, row: int, on: bool = True) -> list[AlarmMoved]:
        self.now += SECOND
        verdict = Verdict(
            1, self.now, Transitions.of([(int(condition), row, -1, on, 0.1, self.now)])
        )
        moves = self.book.decide(verdict, self.picture)
        for moved, at in moves:
            self.book.apply(moved, at)
        return [moved for moved, _ in moves] + self.ticks()

    def ticks(self) -> list[AlarmMoved]:
        moves = self.book.decide_time(self.now)
        for moved, at in moves:
            self.book.apply(moved, at)
        return [moved for moved, _ in moves]

    @property
    def wind(self) -> Alarm:
        return next(a for a in self.book.alarms() if a.subject == "WIND")


WIND = story_mine().point_row["WIND"]


def test_a_rule_of_several_points_explains_what_the_mine_says_it_does() -> None:
    room = Room()
    room.hears(Condition.LOGIC, 0)
    (moved,) = room.hears(Condition.CUT_LOW, WIND)
    assert (moved.state, moved.root) == (AlarmState.SUPPRESSED, "logic:FAN:STANDS#1")
    assert answer(room.book.mine.policy, moved, room.now) is None  # it orders nothing
    back = room.hears(Condition.LOGIC, 0, on=False)[-1]
    assert (back.subject, back.state, back.root) == ("WIND", AlarmState.UNACKED, "")
    assert answer(room.book.mine.policy, back, room.now) is not None  # now it stops work


def test_what_was_heard_before_is_put_behind_when_its_cause_is_found() -> None:
    room = Room()
    room.hears(Condition.ALARM_LOW, WIND)
    room.hears(Condition.LOGIC, 0)
    assert room.wind.state is AlarmState.SUPPRESSED


def test_a_cause_that_is_acknowledged_still_explains() -> None:
    room = Room()
    room.hears(Condition.LOGIC, 0)
    moved = room.book.decide_acknowledgement("logic:FAN:STANDS#1", "DESK", Origin.CONSOLE)
    room.book.apply(moved, room.now)
    room.hears(Condition.ALARM_LOW, WIND)
    assert room.wind.state is AlarmState.SUPPRESSED


def test_a_permit_of_the_suppressed_point_is_the_stronger_of_the_two() -> None:
    room = Room()
    room.hears(Condition.LOGIC, 0)
    room.hears(Condition.ALARM_LOW, WIND)
    permits, by = room.book.permits, Origin.CONSOLE
    kind = PermitKind.OUT_OF_SERVICE
    asked = permits.ask(
        AskPermit("ENGINEER", by, kind, AlarmSource.POINT, "WIND", "new one", 10), room.now
    )
    room.book.apply(asked, room.now)
    room.book.apply(permits.confirm(ConfirmPermit("DESK", by, asked.permit)), room.now)
    room.ticks()
    assert (room.wind.state, room.wind.root) == (AlarmState.OUT_OF_SERVICE, "")
    room.now += 601 * SECOND
    (moved,) = room.ticks()  # not heard for a second in between, which would have ordered
    assert moved.move is AlarmMove.SUPPRESS
    assert room.wind.state is AlarmState.SUPPRESSED
