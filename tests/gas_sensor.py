"""One methane sensor and the alarm book it is written in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from story import START, story_mine

from minesafe.alarms import AlarmBody, Book, decide_act
from minesafe.engine import Layout, State, picture
from minesafe.model.alarm_acts import (
    AlarmAct,
    AskPermit,
    ConfirmPermit,
    EndPermit,
    Shelve,
    Unshelve,
)
from minesafe.model.events import (
    AlarmMoved,
    AlarmSource,
    AlarmState,
    AnyBody,
    FindingKind,
    Origin,
    PermitKind,
)
from minesafe.model.mine import Mine
from minesafe.model.suppression import DEVICE_LOST, Suppression
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition, Transitions, Verdict

AGAIN_S = 600.0
SHELF_MIN = 60.0


def sensor_mine() -> Mine:
    """The story's mine: CH4 withdraws people, CH4-SLOW and WIND do not, and WIND does not latch."""
    mine = story_mine()
    plain = ("CH4-SLOW", "WIND")
    return replace(
        mine,
        kinds=tuple(replace(k, latch=k.id != "wind") for k in mine.kinds),
        policy=replace(mine.policy, again_s=(AGAIN_S,) * 4),
        suppressions=(Suppression("lost", ("high",), plain, DEVICE_LOST),),
    )


MINE = sensor_mine()
PICTURE = (lambda layout: picture(layout, State.fresh(layout), START))(Layout.of(MINE))
ALARM, CUT = Condition.ALARM_HIGH, Condition.CUT_HIGH
"""Level II and level I of the sensor that withdraws, III and II of the others: one alarm each."""


@dataclass
class Sensor:
    """One methane sensor and the book it is written in."""

    subject: str = "CH4"
    book: Book = field(default_factory=lambda: Book(MINE))
    moves: list[AlarmMoved] = field(default_factory=list)
    """Of its own alarm."""
    journal: list[tuple[AnyBody, Micros]] = field(default_factory=list)
    second: int = 0

    @property
    def now(self) -> Micros:
        return START + self.second * SECOND

    def says(self, *changes: tuple[Condition, bool]) -> list[AlarmMoved]:
        """One frame in which these began (True) or ended (False), in this order."""
        self.second += 1
        row = MINE.point_row[self.subject]
        rows = [(int(condition), row, -1, on, 1.2, self.now) for condition, on in changes]
        verdict = Verdict(self.second, self.now, Transitions.of(rows))
        done = self.book.decide(verdict, PICTURE)
        self.takes(done)
        return [moved for moved, _ in done]

    def is_acknowledged(self) -> None:
        """The desk acknowledges the newest episode."""
        episode = self.moves[-1].episode
        moved = self.book.decide_acknowledgement(episode, "DESK", Origin.CONSOLE)
        self.takes([(moved, self.now)])

    def does(self, act: AlarmAct) -> None:
        """Somebody does this."""
        self.takes([(decide_act(self.book, act, self.now), self.now)])

    def waits(self, seconds: float) -> None:
        """Nothing happens but time."""
        self.second += int(seconds)
        self.takes([(body, self.now) for body in self.book.permits.lapsed(self.now)])
        self.takes(self.book.decide_time(self.now))

    # --- happenings by name -----------------------------------------------------------------

    def is_shelved(self) -> None:
        self.does(Shelve("DESK", Origin.CONSOLE, self.moves[-1].episode, "it chatters", SHELF_MIN))

    def is_unshelved(self) -> None:
        self.does(Unshelve("DESK", Origin.CONSOLE, self.moves[-1].episode))

    def is_lost(self, on: bool) -> None:
        """The substation is lost, or back."""
        device = MINE.points[MINE.point_row[self.subject]].device
        self.takes(self.book.decide_finding(FindingKind.LINK_DOWN, device, on, self.now))
        self.waits(1)

    def asks(self, kind: PermitKind, minutes: float = 20.0) -> None:
        self.does(
            AskPermit(
                "ENGINEER", Origin.CONSOLE, kind, AlarmSource.POINT, self.subject, "work", minutes
            )
        )

    def is_confirmed(self, by: str = "DESK", permit: str = "") -> None:
        self.does(ConfirmPermit(by, Origin.CONSOLE, permit or self.permit))

    def is_ended(self, permit: str = "") -> None:
        self.does(EndPermit("ENGINEER", Origin.CONSOLE, permit or self.permit))
        self.waits(1)

    def goes_out(self) -> None:
        """Two people take it out of service."""
        self.asks(PermitKind.OUT_OF_SERVICE)
        self.is_confirmed()
        self.waits(1)

    def is_found(self) -> None:
        """Its substation is heard, and it has had time to say that it is well."""
        self.is_lost(False)
        self.waits(5)

    @property
    def permit(self) -> str:
        return self.book.permits.open()[0].permit

    def permit_of(self, kind: PermitKind) -> str:
        found = self.book.permits.of(kind, AlarmSource.POINT, self.subject)
        assert found is not None
        return found.permit

    @property
    def state(self) -> AlarmState:
        alarms = [a for a in self.book.alarms() if a.subject == self.subject]
        return alarms[0].state if alarms else AlarmState.NORMAL

    def takes(self, bodies: Iterable[tuple[AnyBody, Micros]]) -> None:
        for body, at in bodies:
            self.journal.append((body, at))
            assert isinstance(body, AlarmBody)
            if isinstance(body, AlarmMoved) and body.subject == self.subject:
                self.moves.append(body)
            self.book.apply(body, at)


ACK, SHELVED, UNSHELVED, OUT, IN = "ack", "shelved", "unshelved", "out of service", "in service"
LOST, FOUND, TEN_MINUTES, AN_HOUR = "substation lost", "substation found", "10 min", "an hour"
CALIBRATED, DONE, UNLATCHED = "calibrated", "calibration done", "unlatched"

Happening = tuple[Condition, bool] | str

HAPPENS: dict[str, Callable[[Sensor], None]] = {
    ACK: Sensor.is_acknowledged,
    SHELVED: Sensor.is_shelved,
    UNSHELVED: Sensor.is_unshelved,
    OUT: Sensor.goes_out,
    IN: Sensor.is_ended,
    LOST: lambda one: one.is_lost(True),
    FOUND: Sensor.is_found,
    TEN_MINUTES: lambda one: one.waits(AGAIN_S),
    AN_HOUR: lambda one: one.waits(3600),
    CALIBRATED: lambda one: one.asks(PermitKind.CALIBRATION),
    DONE: Sensor.is_ended,
}


def sensor(*history: Happening, of: str = "CH4") -> Sensor:
    """A sensor to which these things have happened, each in a frame of its own."""
    one = Sensor(of)
    for happening in history:
        if isinstance(happening, str):
            HAPPENS[happening](one)
        else:
            one.says(happening)
    return one


def plain(*history: Happening) -> Sensor:
    """A sensor that withdraws nobody; one that does not latch, where the history begins so."""
    if history and history[0] == UNLATCHED:
        return sensor(*history[1:], of="WIND")
    return sensor(*history, of="CH4-SLOW")
