"""Which alarms order what: one table over the alarm's level, and how an order is begun."""

from dataclasses import dataclass

from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    Decision,
    FindingKind,
    OrderKind,
)
from minesafe.model.mine import Policy, Severity
from minesafe.model.mine.triggers import Trigger
from minesafe.model.order import Order
from minesafe.model.time import SECOND, Micros

BEHIND_A_CUT = FindingKind.FEED_AFTER_CUT.value
"""Power where it was cut is a danger of the mine, however it was found (馈电异常)."""

ORDERING: frozenset[AlarmSource] = frozenset(
    {AlarmSource.POINT, AlarmSource.ZONE, AlarmSource.PERSON}
)
"""Alarms about the mine order; alarms about our own devices (readers, findings) never do."""

BEGINS: frozenset[AlarmMove] = frozenset(
    {AlarmMove.RAISE, AlarmMove.RISE, AlarmMove.HOLD, AlarmMove.RESUME}
)
"""Moves in which something began, or in which what held behind a permit counts again; a return or
an acknowledgement orders nothing."""

HIDDEN: frozenset[AlarmState] = frozenset({AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE})
"""Alarms that order nothing, by the mine's configuration or by two people's permit. One that a
single person has shelved orders as ever: a shelf is for the ear."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an alarm asks for."""

    order_kind: OrderKind
    severity: Severity
    """The worst that holds now."""
    undecided_until: Micros | None
    """When a stop-work order that nobody decided becomes an evacuation."""


def answer(policy: Policy, moved: AlarmMoved, now: Micros, kind: str = "") -> Answer | None:
    """What the mine's policy answers to an alarm's move; None: no order.

    Level I evacuates (at once, after a time, or never by itself: `auto_evacuate`); level II
    stops work and, undecided, becomes level I. The policy's triggers may make a condition graver
    than the alarm shows it.

    Args:
        policy: the mine's.
        moved: the alarm's move.
        now: the time of it.
        kind: of the point it is about; empty where it is about none.
    """
    if moved.source not in ORDERING and moved.condition != BEHIND_A_CUT:
        return None
    if moved.move not in BEGINS or not moved.active:
        return None
    if moved.state in HIDDEN or moved.permit:
        return None
    # What holds now decides, not the maximum the alarm shows until it is acknowledged: a gas
    # alarm that comes back below the cut-off does not evacuate a second time.
    levels = [*moved.active.values(), *(t.level for t in triggered(policy, moved, kind))]
    level = min(levels, key=lambda severity: severity.rank)
    if level is Severity.I:
        return _level_one(policy, now)
    if level is Severity.II:
        return Answer(OrderKind.STOP_WORK, level, now + int(policy.undecided_s * SECOND))
    return None


def triggered(policy: Policy, moved: AlarmMoved, kind: str) -> list[Trigger]:
    """The policy's triggers that answer a condition of the alarm that holds."""
    return [t for t in policy.triggers if any(t.answers(on, kind) for on in moved.active)]


def _level_one(policy: Policy, now: Micros) -> Answer:
    if policy.auto_evacuate == "at_once":
        return Answer(OrderKind.EVACUATE, Severity.I, None)
    wait = {"after": now + int(policy.auto_after_s * SECOND), "never": None}
    return Answer(OrderKind.STOP_WORK, Severity.I, wait[policy.auto_evacuate])


def asks_anew(answer: Answer, order: Order, cause: str) -> bool:
    """Whether an alarm that joins a stop-work order, and does not raise it, must be decided too.

    That stopping work suffices, or that the alarm was false, was said of the alarms there were,
    and of how grave they were.
    """
    if (order.order_kind, answer.order_kind) != (OrderKind.STOP_WORK, OrderKind.STOP_WORK):
        return False
    decided = order.decision in STOPS_WORK_ONLY
    return is_graver(answer, order) or (decided and cause not in order.causes)


def is_graver(answer: Answer, order: Order) -> bool:
    """Whether an alarm is of a worse level than the order it joins."""
    return answer.severity.rank < order.severity.rank


STOPS_WORK_ONLY = (Decision.STOP_WORK_SUFFICES, Decision.FALSE_ALARM)
"""Decisions after which nobody needs to come out."""
