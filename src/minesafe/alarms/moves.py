"""How one alarm's move is written, and what an alarm is after it."""

from collections.abc import Mapping

from msgspec.structs import replace

from minesafe.alarms.changes import Change
from minesafe.alarms.lifecycle import MOVES, Signal
from minesafe.model.alarm import Alarm
from minesafe.model.events import AlarmMove, AlarmMoved, AlarmState, Origin
from minesafe.model.mine import Severity
from minesafe.model.time import Micros

LOOKS_ANEW = (AlarmMove.RISE, AlarmMove.RAISE, AlarmMove.AGAIN, AlarmMove.RESUME)
"""Moves after which whoever acknowledged it has not acknowledged this."""


def begun(
    change: Change, episode: str, signal: Signal, active: Mapping[str, Severity], **aside: str
) -> AlarmMoved:
    """An alarm that was normal begins, or is suppressed or out of service from its beginning."""
    state, move = MOVES[AlarmState.NORMAL, signal]
    return _about(change, episode, state, move, change.severity, active, **aside)


def joined(alarm: Alarm, change: Change, active: Mapping[str, Severity], permit: str) -> AlarmMoved:
    """A condition begins in an alarm that is not normal."""
    worse = change.severity.rank < alarm.severity.rank
    state, move = MOVES[alarm.state, Signal.WORSE if worse else Signal.ON]
    if not worse and not _stands_out(change, active):
        return moved(alarm, state, move, active=active, reason=change.reason, permit=permit)
    severity = change.severity if worse else alarm.severity
    about = _about(change, alarm.episode, state, move, severity, active, permit=permit)
    if alarm.state is not state:
        return about
    return replace(about, note=alarm.note, until=alarm.until, root=alarm.root)


def _about(
    change: Change,
    episode: str,
    state: AlarmState,
    move: AlarmMove,
    severity: Severity,
    active: Mapping[str, Severity],
    *,
    permit: str = "",
    root: str = "",
) -> AlarmMoved:
    """From now on the alarm is about this condition."""
    return AlarmMoved(
        episode=episode,
        move=move,
        state=state,
        severity=severity,
        source=change.source,
        subject=change.subject,
        condition=change.condition,
        active=dict(active),
        zones=change.zones,
        value=change.value,
        limit=change.limit,
        rule=change.rule,
        reason=change.reason,
        permit=permit,
        root=root,
        other=change.other,
    )


def moved(
    alarm: Alarm,
    state: AlarmState,
    move: AlarmMove,
    *,
    active: Mapping[str, Severity] | None = None,
    value: float | None = None,
    by: str | None = None,
    origin: Origin = Origin.RULE,
    reason: str,
    note: str = "",
    until: Micros | None = None,
    root: str = "",
    permit: str | None = None,
) -> AlarmMoved:
    """A move that changes nothing of what the alarm is about.

    Severity keeps its maximum until somebody knows of it: once acknowledged it follows what
    still holds, so that the next rise sounds again. So it does when it comes back from where
    nobody was asked to look.
    """
    holding = dict(alarm.conditions if active is None else active)
    severity, condition = alarm.severity, alarm.condition
    if holding and (state is AlarmState.ACKED or _comes_back(alarm, move)):
        condition = min(holding, key=lambda c: holding[c].rank)
        severity = holding[condition]
    stays = alarm.state is state
    return AlarmMoved(
        episode=alarm.episode,
        move=move,
        state=state,
        severity=severity,
        source=alarm.source,
        subject=alarm.subject,
        condition=condition,
        active=holding,
        zones=alarm.zones,
        value=alarm.value if value is None else value,
        limit=alarm.limit,
        rule=alarm.rule,
        by=by,
        origin=origin,
        reason=reason,
        note=alarm.note if stays else note,
        until=alarm.until if stays else until,
        root=alarm.root if stays else root,
        permit=alarm.permit if permit is None else permit,
        other=alarm.other,
    )


def _comes_back(alarm: Alarm, move: AlarmMove) -> bool:
    return move is AlarmMove.RESUME and alarm.state is not AlarmState.UNACKED


def _stands_out(change: Change, holding: Mapping[str, Severity]) -> bool:
    """Nothing else that holds is as grave: what the alarm says is about this one from now on.

    So an alarm that comes back before anyone has acknowledged it tells its value and place of
    now, and not those it went with.
    """
    others = (severity for condition, severity in holding.items() if condition != change.condition)
    return all(change.severity.rank < severity.rank for severity in others)


def after(before: Alarm | None, move: AlarmMoved, at: Micros) -> Alarm:
    """The alarm once the move is journalled."""
    known = _acknowledged(before, move, at)
    shelved = move.state is AlarmState.SHELVED
    return Alarm(
        episode=move.episode,
        state=move.state,
        severity=move.severity,
        source=move.source,
        subject=move.subject,
        condition=move.condition,
        zones=move.zones,
        value=move.value,
        limit=move.limit,
        rule=move.rule,
        reason=move.reason,
        began=before.began if before else at,
        changed=at,
        valued=before.valued if before and before.value == move.value else at,
        conditions=move.active,
        acknowledged_by=known[0],
        acknowledged_from=known[1],
        acknowledged_at=known[2],
        acknowledged_note=known[3],
        shelved_by=(move.by or (before.shelved_by if before else None)) if shelved else None,
        note=move.note if shelved else "",
        until=move.until if shelved else None,
        root=move.root,
        permit=move.permit,
        other=move.other,
    )


def _acknowledged(
    before: Alarm | None, move: AlarmMoved, at: Micros
) -> tuple[str | None, Origin | None, Micros | None, str]:
    """By whom, from where, when, in which words: as it was, unless this move says or unsays it."""
    if move.move is AlarmMove.ACKNOWLEDGE:
        return move.by, move.origin, at, move.note
    if before is None or move.move in LOOKS_ANEW:
        return None, None, None, ""
    by, origin = before.acknowledged_by, before.acknowledged_from
    return by, origin, before.acknowledged_at, before.acknowledged_note
