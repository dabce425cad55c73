"""The alarm book against a pencil, over any history of frames, acts, permits and time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
import pytest
from gas_sensor import AGAIN_S, ALARM, CUT, MINE, SHELF_MIN, Sensor
from hypothesis import given
from hypothesis import strategies as st

from minesafe.alarms import MOVES, AlarmBody, Book
from minesafe.model.alarm import Alarm
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmState,
    AnyBody,
    PermitKind,
)
from minesafe.model.mine import Severity
from minesafe.model.verdict import Condition

LEVEL = {ALARM: 3, CUT: 2}
WORD = {ALARM: "alarm_high", CUT: "cut_high"}
PERMIT_MIN = 20.0


@dataclass
class Permit:
    """A permit as the pencil keeps it."""

    until: float
    granted: bool


@dataclass
class Plain:
    """What a person with a pencil would keep of one alarm; times in seconds."""

    now: float = 0.0
    holding: frozenset[Condition] = frozenset()
    worst: int | None = None
    known: float | None = None
    """Since when somebody knows."""
    aside: AlarmState | None = None
    shelf: float = 0.0
    quiet: bool = False
    """It began under a permit: it orders nothing."""
    lost: bool = False
    episodes: int = 0
    permits: dict[PermitKind, Permit] = field(default_factory=dict)

    # --- frames ---------------------------------------------------------------------------

    def frame(self, changes: list[tuple[Condition, bool]]) -> None:
        self.now += 1
        begun = [LEVEL[c] for c, on in changes if on and c not in self.holding]
        after = set(self.holding)
        for condition, on in changes:
            after = after | {condition} if on else after - {condition}
        if begun:
            self._begins(min(begun))
        self.holding = frozenset(after)
        self._goes()

    def _begins(self, level: int) -> None:
        self.quiet = self._permitted()
        if self.worst is None:
            self.episodes += 1
            self.worst, self.known = level, None
            self.aside = AlarmState.SUPPRESSED if self.lost else None
            self.aside = AlarmState.OUT_OF_SERVICE if self._out() else self.aside
        elif level < self.worst:
            self.worst = level
            if self.aside in (None, AlarmState.SHELVED):
                self.known = self.aside = None

    def _goes(self) -> None:
        if self.holding:
            self._follow()
        elif self.aside is not AlarmState.SHELVED and (self.aside or self.known is not None):
            self._clear()

    def _follow(self) -> None:
        """Once somebody knows, what counts is what still holds."""
        if self.known is not None and self.aside is None:
            self.worst = min(LEVEL[c] for c in self.holding)

    def _clear(self) -> None:
        self.worst = self.known = self.aside = None
        self.quiet = False

    # --- time -----------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        self.now += seconds
        for kind, permit in list(self.permits.items()):
            if not permit.granted and self.now >= permit.until:
                del self.permits[kind]
        if self.worst is not None:
            self._due()

    def _due(self) -> None:
        holds, aside = bool(self.holding), self.aside
        service = aside is AlarmState.OUT_OF_SERVICE
        if self._out() and holds and not service:
            self._set(AlarmState.OUT_OF_SERVICE)
        elif service and not self._out():
            self._back()
        elif aside is AlarmState.SHELVED:
            if self.now >= self.shelf:
                self._back()
        elif aside is None and holds and self.lost:
            self._set(AlarmState.SUPPRESSED)
        elif aside is AlarmState.SUPPRESSED and not self.lost:
            self._back()
        elif aside is None and holds and self.quiet and not self._permitted():
            self.quiet, self.known = False, None
        elif aside is None and holds and self.known is not None:
            self.known = None if self.now - self.known >= AGAIN_S else self.known

    def _set(self, aside: AlarmState) -> None:
        self.aside, self.quiet = aside, self._permitted()

    def _back(self) -> None:
        if not self.holding:
            self._clear()
            return
        if self.lost and self.aside is not AlarmState.SUPPRESSED:
            self._set(AlarmState.SUPPRESSED)
            return
        self.aside = self.known = None
        self.worst = min(LEVEL[c] for c in self.holding)
        self.quiet = self._permitted()

    # --- permits --------------------------------------------------------------------------

    def _in_force(self, kind: PermitKind) -> bool:
        permit = self.permits.get(kind)
        return permit is not None and permit.granted and self.now < permit.until

    def _out(self) -> bool:
        return self._in_force(PermitKind.OUT_OF_SERVICE)

    def _permitted(self) -> bool:
        return any(self._in_force(kind) for kind in PermitKind)

    def ask(self, kind: PermitKind) -> bool:
        if kind in self.permits:
            return False
        granted = kind is PermitKind.CALIBRATION
        self.permits[kind] = Permit(self.now + PERMIT_MIN * 60, granted)
        return True

    # --- people ---------------------------------------------------------------------------

    def acknowledge(self) -> bool:
        if self.worst is None or self.known is not None or self.aside is not None:
            return False
        self.known = self.now
        self._goes()
        return True

    def shelve(self) -> bool:
        if self.worst is None or self.aside is not None:
            return False
        self.aside, self.shelf = AlarmState.SHELVED, self.now + SHELF_MIN * 60
        return True

    def unshelve(self) -> bool:
        if self.aside is not AlarmState.SHELVED:
            return False
        quiet = self.quiet
        self._back()
        self.quiet = quiet and self.worst is not None
        return True

    @property
    def state(self) -> AlarmState:
        if self.worst is None:
            return AlarmState.NORMAL
        if self.aside is not None:
            return self.aside
        if not self.holding:
            return AlarmState.RETURNED_UNACKED
        return AlarmState.UNACKED if self.known is None else AlarmState.ACKED


@dataclass
class Both:
    """The book and the pencil, through the same history."""

    sensor: Sensor = field(default_factory=lambda: Sensor("CH4-SLOW"))
    plain: Plain = field(default_factory=Plain)

    def step(self, what: object) -> None:
        if isinstance(what, list):
            self.sensor.says(*what)
            self.plain.frame(what)
        elif isinstance(what, float):
            self.sensor.waits(what)
            self.plain.wait(what)
        else:
            STEPS[str(what)](self)

    def tries(self, act: Callable[[], None], expected: Callable[[], bool]) -> None:
        try:
            act()
            done = True
        except (Refused, IndexError):
            done = False
        assert done is expected()

    def link(self, lost: bool) -> None:
        self.plain.lost = lost
        self.sensor.is_lost(lost)
        self.plain.wait(1)

    def permit(self, kind: PermitKind) -> None:
        self.tries(lambda: self.sensor.asks(kind, PERMIT_MIN), lambda: self.plain.ask(kind))

    def confirm(self) -> None:
        permit = self.plain.permits.get(PermitKind.OUT_OF_SERVICE)
        if permit is not None and not permit.granted:
            self.sensor.is_confirmed(permit=self.sensor.permit_of(PermitKind.OUT_OF_SERVICE))
            permit.granted = True

    def end(self, kind: PermitKind) -> None:
        if self.plain.permits.pop(kind, None) is not None:
            self.sensor.is_ended(self.sensor.permit_of(kind))
            self.plain.wait(1)

    def agree(self) -> None:
        alarms = [a for a in self.sensor.book.alarms() if a.subject == self.sensor.subject]
        plain = self.plain
        assert self.sensor.state is plain.state
        if plain.worst is None:
            assert alarms == []
            return
        (alarm,) = alarms
        assert alarm.severity.rank == plain.worst
        assert set(alarm.conditions) == {WORD[c] for c in plain.holding}
        assert alarm.episode == f"high:{self.sensor.subject}#{plain.episodes}"
        assert bool(alarm.permit) is plain.quiet
        assert (alarm.until is not None) is (plain.aside is AlarmState.SHELVED)
        assert bool(alarm.root) is (plain.aside is AlarmState.SUPPRESSED)


_CAL, _OUT = PermitKind

STEPS: dict[str, Callable[[Both], None]] = {
    "acknowledge": lambda b: b.tries(b.sensor.is_acknowledged, b.plain.acknowledge),
    "shelve": lambda b: b.tries(b.sensor.is_shelved, b.plain.shelve),
    "unshelve": lambda b: b.tries(b.sensor.is_unshelved, b.plain.unshelve),
    "lost": lambda b: b.link(True),
    "found": lambda b: b.link(False),
    "calibrate": lambda b: b.permit(_CAL),
    "calibrated": lambda b: b.end(_CAL),
    "take out": lambda b: b.permit(_OUT),
    "confirm": lambda b: b.confirm(),
    "put back": lambda b: b.end(_OUT),
}

CHANGES = st.lists(st.tuples(st.sampled_from([ALARM, CUT]), st.booleans()), max_size=4)
TIME = st.sampled_from([1.0, 60.0, AGAIN_S, PERMIT_MIN * 60, SHELF_MIN * 60])
HISTORY = st.lists(st.one_of(CHANGES, CHANGES, TIME, st.sampled_from(sorted(STEPS))), max_size=40)


def begun() -> Both:
    """The alarm limit is passed, so that there is something to acknowledge."""
    both = Both()
    both.step([(ALARM, True)])
    return both


@given(HISTORY)
def test_the_book_agrees_with_a_pencil(history: list[object]) -> None:
    both = begun()
    for what in history:
        both.step(what)
        both.agree()


@given(HISTORY)
def test_a_book_is_what_its_journal_says_to_the_byte(history: list[object]) -> None:
    both = begun()
    for what in history:
        both.step(what)
    again = Book(MINE)
    for body, at in both.sensor.journal:
        read: AnyBody = msgspec.json.decode(msgspec.json.encode(body), type=AnyBody)
        assert isinstance(read, AlarmBody)
        again.apply(read, at)
    assert _bytes(again) == _bytes(both.sensor.book)


def _bytes(book: Book) -> bytes:
    return repr((book.alarms(), book.permits.open(), book.records.open())).encode()


@given(HISTORY)
def test_every_move_is_one_of_the_table_and_speaks_true(history: list[object]) -> None:
    both = begun()
    for what in history:
        both.step(what)
    state = AlarmState.NORMAL
    table = {(before, after, move) for (before, _), (after, move) in MOVES.items()}
    episodes = []
    for moved in both.sensor.moves:
        assert (state, moved.state, moved.move) in table
        episodes += [moved.episode] if state is AlarmState.NORMAL else []
        state = moved.state
        _speaks_true(moved)
    assert episodes == [f"high:CH4-SLOW#{n + 1}" for n in range(len(episodes))]


def _speaks_true(moved: AlarmMoved) -> None:
    """A move never shows less than what holds, and one that begins names something that holds."""
    if moved.active:
        assert moved.severity.rank <= min(s.rank for s in moved.active.values())
    if moved.move in (AlarmMove.RAISE, AlarmMove.RISE, AlarmMove.RESUME, AlarmMove.EASE):
        assert moved.active


@given(HISTORY)
def test_what_withdraws_people_is_never_put_on_a_shelf(history: list[object]) -> None:
    one = Sensor("CH4")
    for what in [[(CUT, True)], *history]:
        if isinstance(what, list):
            one.says(*what)
        elif what == "acknowledge":
            with suppress(Refused):
                one.is_acknowledged()
        if one.state is not AlarmState.NORMAL:
            with pytest.raises(Refused, match="evacuation_class"):
                one.is_shelved()


def test_levels_are_what_the_pencil_takes_them_for() -> None:
    one = Sensor("CH4-SLOW")
    one.says((ALARM, True), (CUT, True))
    (alarm,) = one.book.alarms()
    assert isinstance(alarm, Alarm)
    assert alarm.conditions == {"alarm_high": Severity.III, "cut_high": Severity.II}
