"""The life of an alarm: every move of the table is reached through the book, and no other."""

from itertools import product

import pytest
from gas_sensor import (
    ACK,
    ALARM,
    AN_HOUR,
    CALIBRATED,
    CUT,
    DONE,
    FOUND,
    IN,
    LOST,
    OUT,
    SHELVED,
    TEN_MINUTES,
    UNLATCHED,
    UNSHELVED,
    Happening,
    plain,
    sensor,
)

from minesafe.alarms import MOVES, Signal
from minesafe.model.errors import Refused
from minesafe.model.events import ASIDE, AlarmMove, AlarmState, Origin
from minesafe.model.verdict import Condition

NORMAL, UNACKED = AlarmState.NORMAL, AlarmState.UNACKED
ACKED, RETURNED = AlarmState.ACKED, AlarmState.RETURNED_UNACKED
SHELF, DESIGN, SERVICE = ASIDE

RISEN, CUT_OFF = (ALARM, True), (CUT, True)
FALLEN, RESTORED = (ALARM, False), (CUT, False)

HISTORIES: dict[tuple[AlarmState, Signal], tuple[Happening, ...]] = {
    (NORMAL, Signal.WORSE): (RISEN,),
    (NORMAL, Signal.SUPPRESS): (LOST, RISEN),
    (NORMAL, Signal.REMOVE): (OUT, RISEN),
    (UNACKED, Signal.ON): (CUT_OFF, RISEN),
    (UNACKED, Signal.WORSE): (RISEN, CUT_OFF),
    (UNACKED, Signal.LESS): (RISEN, CUT_OFF, RESTORED),
    (UNACKED, Signal.OFF): (RISEN, FALLEN),
    (UNACKED, Signal.GONE): (UNLATCHED, RISEN, FALLEN),
    (UNACKED, Signal.ACKNOWLEDGE): (RISEN, ACK),
    (UNACKED, Signal.SHELVE): (RISEN, SHELVED),
    (UNACKED, Signal.SUPPRESS): (RISEN, LOST),
    (UNACKED, Signal.REMOVE): (RISEN, OUT),
    (UNACKED, Signal.RESUME): (CALIBRATED, RISEN, DONE),
    (ACKED, Signal.ON): (CUT_OFF, ACK, RISEN),
    (ACKED, Signal.WORSE): (RISEN, ACK, CUT_OFF),
    (ACKED, Signal.LESS): (RISEN, CUT_OFF, ACK, RESTORED),
    (ACKED, Signal.OFF): (RISEN, ACK, FALLEN),
    (ACKED, Signal.GONE): (UNLATCHED, RISEN, ACK, FALLEN),
    (ACKED, Signal.AGAIN): (RISEN, ACK, TEN_MINUTES),
    (ACKED, Signal.SHELVE): (RISEN, ACK, SHELVED),
    (ACKED, Signal.SUPPRESS): (RISEN, ACK, LOST),
    (ACKED, Signal.REMOVE): (RISEN, ACK, OUT),
    (ACKED, Signal.RESUME): (CALIBRATED, RISEN, ACK, DONE),
    (RETURNED, Signal.ON): (RISEN, FALLEN, RISEN),
    (RETURNED, Signal.WORSE): (RISEN, FALLEN, CUT_OFF),
    (RETURNED, Signal.ACKNOWLEDGE): (RISEN, FALLEN, ACK),
    (RETURNED, Signal.SHELVE): (RISEN, FALLEN, SHELVED),
    (SHELF, Signal.ON): (RISEN, FALLEN, SHELVED, RISEN),
    (SHELF, Signal.WORSE): (RISEN, SHELVED, CUT_OFF),
    (SHELF, Signal.LESS): (RISEN, CUT_OFF, SHELVED, RESTORED),
    (SHELF, Signal.OFF): (RISEN, SHELVED, FALLEN),
    (SHELF, Signal.GONE): (UNLATCHED, RISEN, SHELVED, FALLEN),
    (SHELF, Signal.SUPPRESS): (RISEN, SHELVED, LOST, AN_HOUR),
    (SHELF, Signal.REMOVE): (RISEN, SHELVED, OUT),
    (SHELF, Signal.RESUME): (RISEN, SHELVED, AN_HOUR),
    (SHELF, Signal.RELEASE): (RISEN, SHELVED, FALLEN, UNSHELVED),
    (DESIGN, Signal.ON): (LOST, CUT_OFF, RISEN),
    (DESIGN, Signal.WORSE): (LOST, RISEN, CUT_OFF),
    (DESIGN, Signal.LESS): (LOST, RISEN, CUT_OFF, RESTORED),
    (DESIGN, Signal.OFF): (LOST, RISEN, FALLEN),
    (DESIGN, Signal.GONE): (UNLATCHED, LOST, RISEN, FALLEN),
    (DESIGN, Signal.REMOVE): (LOST, RISEN, OUT),
    (DESIGN, Signal.RESUME): (LOST, RISEN, FOUND),
    (SERVICE, Signal.ON): (OUT, CUT_OFF, RISEN),
    (SERVICE, Signal.WORSE): (OUT, RISEN, CUT_OFF),
    (SERVICE, Signal.LESS): (OUT, RISEN, CUT_OFF, RESTORED),
    (SERVICE, Signal.OFF): (OUT, RISEN, FALLEN),
    (SERVICE, Signal.GONE): (UNLATCHED, OUT, RISEN, FALLEN),
    (SERVICE, Signal.SUPPRESS): (RISEN, OUT, LOST, IN),
    (SERVICE, Signal.RESUME): (OUT, RISEN, IN),
}
"""For each row of the table what must happen; the last happening is the row's signal."""


def test_every_row_of_the_table_has_a_history() -> None:
    assert set(HISTORIES) == set(MOVES)


def test_every_state_is_entered_and_left() -> None:
    others = set(AlarmState)
    assert {after for (before, _), (after, _) in MOVES.items() if before is not after} == others
    assert {before for (before, _), (after, _) in MOVES.items() if before is not after} == others


@pytest.mark.parametrize(("state", "signal"), MOVES, ids=lambda x: str(x.value))
def test_each_row_of_the_table_is_reached_and_left(state: AlarmState, signal: Signal) -> None:
    history = HISTORIES[state, signal]
    before, after = plain(*history[:-1]), plain(*history)
    assert before.state is state
    assert (after.state, after.moves[-1].move) == MOVES[state, signal]
    assert len(after.moves) == len(before.moves) + 1


NEVER = {
    # What begins where nothing is, is worse than nothing; nothing to end, to know, to put aside.
    NORMAL: set(Signal) - {Signal.WORSE, Signal.SUPPRESS, Signal.REMOVE},
    UNACKED: {Signal.AGAIN, Signal.RELEASE},
    ACKED: {Signal.ACKNOWLEDGE, Signal.RELEASE},
    # Nothing of it holds any more; it only waits for somebody.
    RETURNED: set(Signal) - {Signal.ON, Signal.WORSE, Signal.ACKNOWLEDGE, Signal.SHELVE},
    # Who shelved it knows of it.
    SHELF: {Signal.ACKNOWLEDGE, Signal.AGAIN, Signal.SHELVE},
    # It is gone from here when nothing of it holds, so nothing is ever released.
    DESIGN: {Signal.ACKNOWLEDGE, Signal.AGAIN, Signal.SHELVE, Signal.SUPPRESS, Signal.RELEASE},
    SERVICE: {Signal.ACKNOWLEDGE, Signal.AGAIN, Signal.SHELVE, Signal.REMOVE, Signal.RELEASE},
}


def test_what_the_table_leaves_out_is_what_cannot_happen() -> None:
    left_out = set(product(AlarmState, Signal)) - set(MOVES)
    assert left_out == {(state, signal) for state in NEVER for signal in NEVER[state]}


@pytest.mark.parametrize("history", [(), ((ALARM, True), (ALARM, False))])
def test_the_end_of_what_does_not_hold_moves_nothing(
    history: tuple[tuple[Condition, bool], ...],
) -> None:
    one = sensor(*history)
    assert one.says((CUT, False), (ALARM, False)) == []


def test_nobody_acknowledges_what_is_normal_or_what_another_has() -> None:
    one = sensor((ALARM, True), ACK)
    with pytest.raises(Refused, match="already_acknowledged") as refused:
        one.is_acknowledged()
    assert refused.value.params == {"by": "DESK"}
    one.says((ALARM, False))
    with pytest.raises(Refused, match="unknown_alarm"):
        one.is_acknowledged()


def test_an_old_link_does_not_acknowledge_the_next_episode() -> None:
    one = sensor((ALARM, True), ACK, (ALARM, False))
    first = one.moves[0].episode
    one.says((ALARM, True))
    with pytest.raises(Refused, match="unknown_alarm"):
        one.book.decide_acknowledgement(first, "DESK", Origin.CONSOLE)
    assert one.moves[-1].move is AlarmMove.RAISE
