"""Shelving (搁置): an alarm put aside by a person, with a reason and an end."""

from minesafe.alarms.conditions import FAMILIES
from minesafe.alarms.cover import Cover
from minesafe.alarms.due import back
from minesafe.alarms.lifecycle import MOVES, Signal
from minesafe.alarms.moves import moved
from minesafe.alarms.permits import ending
from minesafe.model.alarm import Alarm
from minesafe.model.alarm_acts import Shelve, Unshelve
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmMoved, AlarmSource, AlarmState
from minesafe.model.mine import Mine, Severity
from minesafe.model.time import Micros

LONGEST_SHELF_MIN = 8 * 60.0
"""Minutes: a shift. Whoever comes after decides anew."""


def evacuates(mine: Mine, alarm: Alarm) -> bool:
    """Whether an alarm is of the evacuation class: level I, or one that may still become it.

    Such an alarm is never shelved, throttled or grouped: what holds now may still rise. It may by
    its rule, and by a trigger of the mine's policy.
    """
    rule = mine.rule.get(alarm.rule or "")
    levels = {alarm.severity, *alarm.conditions.values()}
    if rule is not None:
        levels |= {rule.alarm_level, rule.cut_level}
    return Severity.I in levels or (rule is not None and rule.withdraw) or _sharpened(mine, alarm)


def _sharpened(mine: Mine, alarm: Alarm) -> bool:
    """Whether the policy evacuates for any condition that this alarm gathers."""
    row = mine.point_row.get(alarm.subject) if alarm.source is AlarmSource.POINT else None
    kind = "" if row is None else mine.points[row].kind
    return any(
        trigger.level is Severity.I and trigger.answers(condition, kind)
        for trigger in mine.policy.triggers
        for condition in GATHERED.get(alarm.family, ())
    )


GATHERED = {
    name: tuple(c.name.lower() for c, family in FAMILIES.items() if family.name == name)
    for name in {family.name for family in FAMILIES.values()}
}
"""Names of the conditions each family gathers."""


def shelve(mine: Mine, alarm: Alarm, act: Shelve, now: Micros) -> AlarmMoved:
    """Put it aside for a while, by name and with a reason.

    Raises:
        Refused: set_aside · evacuation_class · reason_needed · wrong_span.
    """
    step = MOVES.get((alarm.state, Signal.SHELVE))
    if step is None:
        raise Refused("set_aside", state=alarm.state.value)
    if evacuates(mine, alarm):
        raise Refused("evacuation_class", severity=alarm.severity.value)
    if not act.reason.strip():
        raise Refused("reason_needed")
    return moved(
        alarm,
        *step,
        by=act.by,
        origin=act.origin,
        reason="shelved_by",
        note=act.reason.strip(),
        until=ending(act.minutes, LONGEST_SHELF_MIN, now),
    )


def unshelve(alarm: Alarm, act: Unshelve, cover: Cover) -> AlarmMoved:
    """Take it off the shelf before its time.

    Raises:
        Refused: not_shelved.
    """
    if alarm.state is not AlarmState.SHELVED:
        raise Refused("not_shelved", state=alarm.state.value)
    step = MOVES[alarm.state, back(alarm, cover)]
    root = cover.root if alarm.active else ""
    return moved(alarm, *step, by=act.by, origin=act.origin, reason="unshelved_by", root=root)
