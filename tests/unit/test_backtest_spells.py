"""Spells are read off moves; what was under way before the first of them is not counted."""

from minesafe.backtest.spells import spells
from minesafe.model.events import AlarmMove, AlarmMoved, AlarmSource, AlarmState
from minesafe.model.mine import Severity

III, II = Severity.III, Severity.II


def move(n: int, what: AlarmMove, state: AlarmState, **active: Severity) -> AlarmMoved:
    return AlarmMoved(
        episode=f"high:CH4#{n}",
        move=what,
        state=state,
        severity=II,
        source=AlarmSource.POINT,
        subject="CH4",
        condition="alarm_high",
        active=active,
    )


def test_each_condition_has_its_own_spell_and_acknowledging_begins_none() -> None:
    unacked, acked, normal = AlarmState.UNACKED, AlarmState.ACKED, AlarmState.NORMAL
    found = spells(
        [
            (move(1, AlarmMove.RAISE, unacked, warn_high=III), 10),
            (move(1, AlarmMove.RISE, unacked, warn_high=III, alarm_high=II), 20),
            (move(1, AlarmMove.ACKNOWLEDGE, acked, warn_high=III, alarm_high=II), 25),
            (move(1, AlarmMove.EASE, acked, warn_high=III), 30),
            (move(1, AlarmMove.CLEAR, normal), 40),
            (move(2, AlarmMove.RAISE, unacked, warn_high=III), 50),
        ]
    )
    assert [(s.condition, s.began, s.ended, s.heard) for s in found] == [
        ("warn_high", 10, 40, True),
        ("alarm_high", 20, 30, True),
        ("warn_high", 50, None, True),
    ]


def test_what_was_under_way_before_is_not_taken_for_a_beginning() -> None:
    acked = move(7, AlarmMove.ACKNOWLEDGE, AlarmState.ACKED, alarm_high=II)
    later = move(7, AlarmMove.HOLD, AlarmState.ACKED, alarm_high=II, warn_high=III)
    found = spells([(acked, 10), (later, 20)])
    assert [(s.condition, s.heard) for s in found] == [("alarm_high", False), ("warn_high", True)]
