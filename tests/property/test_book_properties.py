"""The alarm book against a reference of ten lines, over any history of one alarm."""

from dataclasses import dataclass, field

from gas_sensor import ALARM, CUT, MINE, Sensor
from hypothesis import given
from hypothesis import strategies as st

from minesafe.alarms import MOVES, Book
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmMove, AlarmState
from minesafe.model.mine import Severity
from minesafe.model.verdict import Condition

LEVEL = {ALARM: 2, CUT: 1}
WORD = {ALARM: "alarm_high", CUT: "cut_high"}


@dataclass
class Plain:
    """What a person with a pencil would keep."""

    holding: frozenset[Condition] = frozenset()
    worst: int | None = None
    known: bool = False
    episodes: int = 0

    def frame(self, changes: list[tuple[Condition, bool]]) -> None:
        after = set(self.holding)
        begun = [LEVEL[c] for c, on in changes if on and c not in self.holding]
        for condition, on in changes:
            after = after | {condition} if on else after - {condition}
        if begun and (self.worst is None or min(begun) < self.worst):
            self.episodes += self.worst is None
            self.worst, self.known = min(begun), False
        self.holding = frozenset(after)
        self._follow()

    def acknowledge(self) -> bool:
        if self.worst is None or self.known:
            return False
        self.known = True
        self._follow()
        return True

    def _follow(self) -> None:
        """Once somebody knows, what counts is what still holds."""
        if self.known:
            self.worst = min((LEVEL[c] for c in self.holding), default=None)
            self.known = self.worst is not None


@dataclass
class Both:
    """The book and the pencil, through the same history."""

    sensor: Sensor = field(default_factory=Sensor)
    plain: Plain = field(default_factory=Plain)

    def step(self, what: list[tuple[Condition, bool]] | None) -> None:
        if what is not None:
            self.sensor.says(*what)
            self.plain.frame(what)
            return
        try:
            self.sensor.is_acknowledged()
            done = True
        except Refused:
            done = False
        assert done is self.plain.acknowledge()

    def agree(self) -> None:
        alarms, plain = self.sensor.book.alarms(), self.plain
        if plain.worst is None:
            assert alarms == []
            return
        (alarm,) = alarms
        assert alarm.severity.rank == plain.worst
        assert (alarm.state is AlarmState.ACKED) is plain.known
        assert set(alarm.conditions) == {WORD[c] for c in plain.holding}
        assert (alarm.state is AlarmState.RETURNED_UNACKED) is (not plain.holding)
        assert alarm.episode == f"high:CH4#{plain.episodes}"


def begun() -> Both:
    """The alarm limit is passed, so that there is something to acknowledge."""
    both = Both()
    both.step([(ALARM, True)])
    return both


CHANGES = st.lists(st.tuples(st.sampled_from([ALARM, CUT]), st.booleans()), max_size=4)
HISTORY = st.lists(st.one_of(CHANGES, CHANGES, st.none()), max_size=30)


@given(HISTORY)
def test_the_book_agrees_with_a_pencil(history: list[list[tuple[Condition, bool]] | None]) -> None:
    both = begun()
    for what in history:
        both.step(what)
        both.agree()


@given(HISTORY)
def test_a_book_is_what_its_moves_say(history: list[list[tuple[Condition, bool]] | None]) -> None:
    both = begun()
    for what in history:
        both.step(what)
    again = Book(MINE)
    state = AlarmState.NORMAL
    table = {(before, after, move) for (before, _), (after, move) in MOVES.items()}
    raised: list[str] = []
    for moved in both.sensor.moves:
        assert (state, moved.state, moved.move) in table
        state = moved.state
        again.apply(moved, 0)
        raised += [moved.episode] if moved.move is AlarmMove.RAISE else []
        _speaks_true(moved.move, moved.severity, moved.active)
    assert raised == [f"high:CH4#{n + 1}" for n in range(len(raised))]
    assert [_timeless(a) for a in again.alarms()] == [
        _timeless(a) for a in both.sensor.book.alarms()
    ]


def _speaks_true(move: AlarmMove, severity: Severity, active: dict[str, Severity]) -> None:
    """A move never shows less than what holds, and one that begins names something that holds."""
    if active:
        assert severity.rank <= min(s.rank for s in active.values())
    if move in (AlarmMove.RAISE, AlarmMove.RISE, AlarmMove.HOLD, AlarmMove.EASE):
        assert active


def _timeless(alarm: object) -> str:
    return repr(alarm).partition("began=")[0] + repr(alarm).partition("conditions=")[2]
