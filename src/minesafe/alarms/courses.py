"""What became of every alarm of a time: one row from its rise to its closed record. Pure.

The book lets an alarm go once it is normal; what is left is in the journal, a move at a time.
Folded, the moves of one episode are its course: when, how grave at its worst, who acknowledged it
and with which words, when it was over, and what was written of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from minesafe.model.events import (
    AlarmHandled,
    AlarmMove,
    AlarmMoved,
    AlarmRecordClosed,
    AlarmSource,
    AlarmState,
    Event,
    Origin,
)
from minesafe.model.mine import Severity
from minesafe.model.time import SECOND, Micros

KINDS = ("alarm_moved", "alarm_handled", "alarm_record_closed")
"""Of the journal, all that a course is made of."""

AFTERWARDS: Micros = 7 * 86_400 * SECOND
"""So long after a time is still read for what became of its alarms."""

BEGINNINGS = frozenset({AlarmMove.RAISE, AlarmMove.RESUME})
"""Somebody is asked for the first time. What was only ever suppressed or out of service is no alarm
anybody heard."""

Wanted = Callable[[AlarmMoved], bool]


@dataclass(frozen=True, slots=True)
class Course:
    """One episode of an alarm, as far as it is known."""

    episode: str
    severity: Severity
    """The worst it was."""
    source: AlarmSource
    subject: str
    condition: str
    """Of its worst."""
    zones: tuple[str, ...]
    value: float | None
    limit: float | None
    rule: str | None
    state: AlarmState
    began: Micros
    times: int = 1
    """How often it asked for somebody: raised, risen, heard again."""
    ended: Micros | None = None
    """When nothing of it held any more; None while something does."""
    acknowledged_by: str | None = None
    acknowledged_from: Origin | None = None
    acknowledged_at: Micros | None = None
    acknowledged_note: str = ""
    other: str = ""
    handled: AlarmHandled | None = None
    """What was written of it last."""
    closed_by: str | None = None
    """Who closed the record; None while nobody has, or none was asked for."""


def courses(
    events: Iterable[Event], span: tuple[Micros, Micros], wanted: Wanted = lambda _: True
) -> Sequence[Course]:
    """The alarms that began in a time, the newest first; not those of the server's self-test.

    Args:
        events: records of `KINDS` from its start on, in the order of the journal.
        span: start <= began < end.
        wanted: asked of the move it begins with.
    """
    found: dict[str, Course] = {}
    for event in events:
        body = event.body
        if not isinstance(body, AlarmMoved | AlarmHandled | AlarmRecordClosed):
            continue
        before = found.get(body.episode)
        if isinstance(body, AlarmMoved):
            begins = before is None and _begins(body, event.valid, span) and wanted(body)
            after = _begun(body, event.valid) if begins else _moved(before, body, event.valid)
        else:
            after = before and _written(before, body)
        if after is not None:
            found[body.episode] = after
    heard = (c for c in found.values() if c.acknowledged_from is not Origin.MACHINE)
    return sorted(heard, key=lambda course: -course.began)


def _begins(move: AlarmMoved, at: Micros, span: tuple[Micros, Micros]) -> bool:
    return move.move in BEGINNINGS and span[0] <= at < span[1]


def _moved(before: Course | None, move: AlarmMoved, at: Micros) -> Course | None:
    if before is None:
        return None
    after = _worse(before, move)
    heard = move.state is AlarmState.UNACKED and before.state is not AlarmState.UNACKED
    ended = None if move.active else before.ended or at
    after = replace(after, state=move.state, times=before.times + heard, ended=ended)
    return _acknowledged(after, move, at) if move.move is AlarmMove.ACKNOWLEDGE else after


def _worse(before: Course, move: AlarmMoved) -> Course:
    """What it says is what it said at its worst."""
    if move.severity.rank >= before.severity.rank:
        return before
    return replace(
        before,
        severity=move.severity,
        condition=move.condition,
        value=move.value,
        limit=move.limit,
        rule=move.rule,
    )


def _acknowledged(after: Course, move: AlarmMoved, at: Micros) -> Course:
    return replace(
        after,
        acknowledged_by=move.by,
        acknowledged_from=move.origin,
        acknowledged_at=at,
        acknowledged_note=move.note,
    )


def _begun(move: AlarmMoved, at: Micros) -> Course:
    return Course(
        episode=move.episode,
        severity=move.severity,
        source=move.source,
        subject=move.subject,
        condition=move.condition,
        zones=move.zones,
        value=move.value,
        limit=move.limit,
        rule=move.rule,
        state=move.state,
        began=at,
        other=move.other,
    )


def _written(before: Course, body: AlarmHandled | AlarmRecordClosed) -> Course:
    if isinstance(body, AlarmHandled):
        return replace(before, handled=body)
    return replace(before, closed_by=body.by)
