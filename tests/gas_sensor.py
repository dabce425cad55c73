"""One methane sensor and the alarm book it is written in."""

from dataclasses import dataclass, field

from story import START, story_mine

from minesafe.alarms import Book
from minesafe.engine import Layout, State, picture
from minesafe.model.events import AlarmMoved, AlarmState, Origin
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition, Transitions, Verdict

MINE = story_mine()
PICTURE = (lambda layout: picture(layout, State.fresh(layout), START))(Layout.of(MINE))
ALARM, CUT = Condition.ALARM_HIGH, Condition.CUT_HIGH
"""Level II and level I of one methane sensor, and so of one alarm."""


@dataclass
class Sensor:
    """One methane sensor and the book it is written in."""

    book: Book = field(default_factory=lambda: Book(MINE))
    moves: list[AlarmMoved] = field(default_factory=list)
    second: int = 0

    def says(self, *changes: tuple[Condition, bool]) -> list[AlarmMoved]:
        """One frame in which these began (True) or ended (False), in this order."""
        self.second += 1
        at = START + self.second * SECOND
        rows = [(int(condition), 0, -1, on, 1.2, at) for condition, on in changes]
        verdict = Verdict(self.second, at, Transitions.of(rows))
        done = self.book.decide(verdict, PICTURE)
        for moved, when in done:
            self._take(moved, when)
        return [moved for moved, _ in done]

    def is_acknowledged(self) -> None:
        """The desk acknowledges the newest episode."""
        episode = self.moves[-1].episode
        moved = self.book.decide_acknowledgement(episode, "DESK", Origin.CONSOLE)
        self._take(moved, START + self.second * SECOND)

    def _take(self, moved: AlarmMoved, at: int) -> None:
        self.moves.append(moved)
        self.book.apply(moved, at)

    @property
    def state(self) -> AlarmState:
        alarms = self.book.alarms()
        return alarms[0].state if alarms else AlarmState.NORMAL


def sensor(*history: tuple[Condition, bool] | str) -> Sensor:
    """A sensor to which these things have happened, each in a frame of its own."""
    one = Sensor()
    for happening in history:
        if isinstance(happening, str):
            one.is_acknowledged()
        else:
            one.says(happening)
    return one


ACK = "acknowledged"
