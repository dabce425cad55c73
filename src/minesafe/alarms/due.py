"""What time alone does to an alarm: re-alarm, the end of a shelf, what began or ceased to cover it.

One table, asked in its order once a tick for every alarm that is not normal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minesafe.alarms.cover import Cover
from minesafe.alarms.lifecycle import Signal
from minesafe.model.alarm import Alarm
from minesafe.model.events import AlarmState
from minesafe.model.mine import Policy
from minesafe.model.time import SECOND, Micros


@dataclass(frozen=True, slots=True)
class Due:
    """What an alarm is due for, and the code that says why."""

    signal: Signal
    reason: str


@dataclass(frozen=True, slots=True)
class _Moment:
    """An alarm and what is over it now."""

    alarm: Alarm
    cover: Cover
    policy: Policy
    now: Micros


_S = AlarmState
_SEEN = (_S.UNACKED, _S.ACKED)

Rule = tuple[tuple[AlarmState, ...], Callable[[_Moment], bool], Callable[[_Moment], Signal], str]


def _always(signal: Signal) -> Callable[[_Moment], Signal]:
    return lambda _: signal


def back(alarm: Alarm, cover: Cover) -> Signal:
    """What becomes of an alarm that nothing keeps aside any more, unless another explains it."""
    if not alarm.active:
        return Signal.RELEASE
    return Signal.SUPPRESS if cover.root else Signal.RESUME


def _back(m: _Moment) -> Signal:
    return back(m.alarm, m.cover)


def _again(m: _Moment) -> bool:
    wait = m.policy.again_s[m.alarm.severity.rank - 1]
    since = m.alarm.acknowledged_at
    return wait > 0 and since is not None and m.now - since >= int(wait * SECOND)


RULES: Sequence[Rule] = (
    (
        (*_SEEN, _S.SHELVED, _S.SUPPRESSED),
        lambda m: m.alarm.active and bool(m.cover.out),
        _always(Signal.REMOVE),
        "permit",
    ),
    ((_S.OUT_OF_SERVICE,), lambda m: not m.cover.out, _back, "permit_over"),
    (
        (_S.SHELVED,),
        lambda m: m.alarm.until is not None and m.now >= m.alarm.until,
        _back,
        "shelf_over",
    ),
    (
        _SEEN,
        lambda m: m.alarm.active and bool(m.cover.root),
        _always(Signal.SUPPRESS),
        "explained",
    ),
    ((_S.SUPPRESSED,), lambda m: not m.cover.root, _always(Signal.RESUME), "unexplained"),
    (
        _SEEN,
        lambda m: m.alarm.active and bool(m.alarm.permit) and not m.cover.permit,
        _always(Signal.RESUME),
        "permit_over",
    ),
    ((_S.ACKED,), lambda m: m.alarm.active and _again(m), _always(Signal.AGAIN), "still_active"),
)
"""(states it is asked of, whether it is due, the signal, the reason)."""


def due(alarm: Alarm, cover: Cover, policy: Policy, now: Micros) -> Due | None:
    """The first rule that holds, None where time changes nothing."""
    moment = _Moment(alarm, cover, policy, now)
    for states, holds, signal, reason in RULES:
        if alarm.state in states and holds(moment):
            return Due(signal(moment), reason)
    return None
