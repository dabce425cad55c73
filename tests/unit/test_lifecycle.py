"""The life of an alarm: every move of the table is reached through the book, and no other."""

from collections.abc import Iterator
from itertools import product

import pytest
from gas_sensor import ACK, ALARM, CUT, sensor

from minesafe.alarms import MOVES, Signal
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmMove, AlarmState, Origin
from minesafe.model.verdict import Condition

NORMAL, UNACKED = AlarmState.NORMAL, AlarmState.UNACKED
ACKED, RETURNED = AlarmState.ACKED, AlarmState.RETURNED_UNACKED

HISTORIES: dict[tuple[AlarmState, Signal], tuple[tuple[Condition, bool] | str, ...]] = {
    (NORMAL, Signal.WORSE): ((ALARM, True),),
    (UNACKED, Signal.ON): ((CUT, True), (ALARM, True)),
    (UNACKED, Signal.WORSE): ((ALARM, True), (CUT, True)),
    (UNACKED, Signal.LESS): ((ALARM, True), (CUT, True), (CUT, False)),
    (UNACKED, Signal.OFF): ((ALARM, True), (ALARM, False)),
    (UNACKED, Signal.ACKNOWLEDGE): ((ALARM, True), ACK),
    (ACKED, Signal.ON): ((CUT, True), ACK, (ALARM, True)),
    (ACKED, Signal.WORSE): ((ALARM, True), ACK, (CUT, True)),
    (ACKED, Signal.LESS): ((ALARM, True), (CUT, True), ACK, (CUT, False)),
    (ACKED, Signal.OFF): ((ALARM, True), ACK, (ALARM, False)),
    (RETURNED, Signal.ON): ((ALARM, True), (ALARM, False), (ALARM, True)),
    (RETURNED, Signal.WORSE): ((ALARM, True), (ALARM, False), (CUT, True)),
    (RETURNED, Signal.ACKNOWLEDGE): ((ALARM, True), (ALARM, False), ACK),
}
"""For each row of the table what must happen; the last happening is the row's signal."""


def test_every_row_of_the_table_has_a_history() -> None:
    assert set(HISTORIES) == set(MOVES)


@pytest.mark.parametrize(("state", "signal"), MOVES, ids=lambda x: str(x.value))
def test_each_row_of_the_table_is_reached_and_left(state: AlarmState, signal: Signal) -> None:
    history = HISTORIES[state, signal]
    before, after = sensor(*history[:-1]), sensor(*history)
    assert before.state is state
    assert (after.state, after.moves[-1].move) == MOVES[state, signal]
    assert len(after.moves) == len(before.moves) + 1


def impossible() -> Iterator[tuple[AlarmState, Signal]]:
    yield from sorted(set(product(AlarmState, Signal)) - set(MOVES))


def test_what_the_table_leaves_out_is_what_cannot_happen() -> None:
    assert list(impossible()) == sorted(
        [
            (NORMAL, Signal.ON),  # what begins where nothing is, is worse than nothing
            (NORMAL, Signal.LESS),
            (NORMAL, Signal.OFF),
            (NORMAL, Signal.ACKNOWLEDGE),
            (ACKED, Signal.ACKNOWLEDGE),
            (RETURNED, Signal.LESS),
            (RETURNED, Signal.OFF),
        ]
    )


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
