"""Which conditions belong to one alarm, how severe each is, and what it is about: tables.

One alarm gathers the conditions a person answers as one: passing the alarm limit and then the
cut-off of a point is one alarm that rises, not two (severity keeps its maximum until
acknowledged). Levels follow the trigger table of the mine's rule pack and policy (docs/rules.md).
"""

from collections.abc import Callable
from dataclasses import dataclass

from minesafe.model.events import AlarmSource, FindingKind
from minesafe.model.mine import Mine, Point, Severity
from minesafe.model.quality import SHOWN_ONLY, Quality
from minesafe.model.verdict import Condition
from minesafe.model.windows import CONDITIONS, WindowFamily

_C, _L = Condition, Severity


@dataclass(frozen=True, slots=True)
class Family:
    """How one condition enters the book."""

    name: str
    """The family's name; with the subject it is the alarm's key."""
    source: AlarmSource
    severity: Callable[[Mine, int, float], Severity]
    """(mine, subject row, value) → level."""
    limit: str | None = None
    """The `Limits` field that decided, for points."""
    reason: str = ""
    by_zone: bool = False
    """One alarm per subject and zone."""
    window: WindowFamily | None = None
    """The rule over time that decided, for points."""
    logic: bool = False
    """Of a rule about several points; the alarm is about the point that names its place."""


def _always(level: Severity) -> Callable[[Mine, int, float], Severity]:
    return lambda _mine, _row, _value: level


def _rule_level(cut: bool) -> Callable[[Mine, int, float], Severity]:
    def level(mine: Mine, row: int, _value: float) -> Severity:
        rule = mine.rule.get(mine.points[row].rule or "")
        if rule is None:
            return _L.II if cut else _L.III
        if cut and rule.withdraw:
            return _L.I
        return rule.cut_level if cut else rule.alarm_level

    return level


def _statutory(point: Point, mine: Mine) -> bool:
    rule = mine.rule.get(point.rule or "")
    return rule is not None and rule.statutory


def _quality_level(mine: Mine, row: int, value: float) -> Severity:
    if value in SHOWN_ONLY:
        return _L.IV
    return _L.III if _statutory(mine.points[row], mine) else _L.IV


def _silence_level(mine: Mine, row: int, _value: float) -> Severity:
    return _L.III if _statutory(mine.points[row], mine) else _L.IV


def _logic_level(mine: Mine, row: int, _value: float) -> Severity:
    return Severity(mine.logic[row].level)


def _window(family: WindowFamily) -> "Family":
    def level(mine: Mine, row: int, _value: float) -> Severity:
        window = mine.window.get((row, family))
        return _L.IV if window is None else Severity(window.level)

    name = CONDITIONS[family].name.lower()
    return Family(name, AlarmSource.POINT, level, window=family, reason=name)


_POINT, _ZONE, _PERSON = AlarmSource.POINT, AlarmSource.ZONE, AlarmSource.PERSON

FAMILIES: dict[Condition, Family] = {
    _C.WARN_HIGH: Family("high", _POINT, _always(_L.IV), "warn_high", "over_limit"),
    _C.WARN_LOW: Family("low", _POINT, _always(_L.IV), "warn_low", "under_limit"),
    _C.ALARM_HIGH: Family("high", _POINT, _rule_level(False), "alarm_high", "over_limit"),
    _C.CUT_HIGH: Family("high", _POINT, _rule_level(True), "cut_high", "over_limit"),
    _C.ALARM_LOW: Family("low", _POINT, _rule_level(False), "alarm_low", "under_limit"),
    _C.CUT_LOW: Family("low", _POINT, _rule_level(True), "cut_low", "under_limit"),
    _C.BAD: Family("health", _POINT, _quality_level, reason="bad_quality"),
    _C.SILENT: Family("health", _POINT, _silence_level, reason="silent"),
    _C.STUCK: Family("health", _POINT, _silence_level, reason="stuck"),
    _C.NOISELESS: Family("health", _POINT, _always(_L.IV), reason="noiseless"),
    _C.CALIBRATING_LONG: Family("health", _POINT, _always(_L.III), reason="calibrating_long"),
    **{condition: _window(family) for family, condition in CONDITIONS.items()},
    _C.LOGIC: Family("logic", _POINT, _logic_level, reason="logic", logic=True),
    _C.OVERCROWDED: Family("crowd", _ZONE, _always(_L.III), reason="over_head_count"),
    _C.GROSSLY_OVERCROWDED: Family("crowd", _ZONE, _always(_L.II), reason="over_head_count"),
    _C.COUNT_UNKNOWN: Family("count", _ZONE, _always(_L.III), reason="reader_dead"),
    _C.LEADER_ABSENT: Family("leader", _ZONE, _always(_L.II), reason="no_leader_underground"),
    _C.POST_ABSENT: Family("post", _ZONE, _always(_L.III), reason="post_not_kept"),
    _C.TRESPASSING: Family("trespass", _PERSON, _always(_L.III), reason="no_permit", by_zone=True),
    _C.NEAR_DANGER: Family("trespass", _PERSON, _always(_L.IV), reason="near_danger", by_zone=True),
    _C.UNCERTIFIED: Family(
        "trespass", _PERSON, _always(_L.III), reason="certificate_expired", by_zone=True
    ),
    _C.OVERTIME: Family("overtime", _PERSON, _always(_L.III), reason="too_long", by_zone=True),
    _C.STANDING_STILL: Family("still", _PERSON, _always(_L.III), reason="not_moved"),
    _C.MOVING_AS_ONE: Family("carried", _PERSON, _always(_L.III), reason="moves_as_one"),
    _C.TOO_FAST: Family("place", _PERSON, _always(_L.IV), reason="too_far_too_soon"),
    _C.LOST_CONTACT: Family("contact", _PERSON, _always(_L.III), reason="not_seen"),
    _C.SOS: Family("sos", _PERSON, _always(_L.II), reason="called_for_help"),
    _C.LOW_BATTERY: Family("battery", _PERSON, _always(_L.IV), reason="battery_low"),
    _C.READER_SILENT: Family("health", AlarmSource.READER, _always(_L.III), reason="silent"),
}
"""INSIDE and BUTTON are no alarms: they are told to the evacuation, not booked."""

_F = FindingKind

FINDING_LEVELS: dict[FindingKind, Severity] = {
    _F.LINK_DOWN: _L.III,
    _F.DEVICE_SILENT: _L.III,
    _F.GARBAGE: _L.IV,
    _F.UNKNOWN_POINT: _L.IV,
    _F.UNKNOWN_TAG: _L.IV,
    _F.WRONG_ANSWER: _L.III,
    _F.CLOCK_OFF: _L.IV,
    _F.GAP: _L.IV,
    _F.QUEUE_FULL: _L.III,
    _F.DATABASE_DOWN: _L.III,
    _F.SECOND_WRITER: _L.III,
    _F.SPOOL_FILLING: _L.III,
    _F.HISTORY_BEHIND: _L.III,
    _F.DISK_LOW: _L.III,
    _F.DISK_FULL: _L.II,
    _F.DISK_HANGS: _L.II,
    _F.CHANNEL_DOWN: _L.III,
    _F.ROSTER_GAP: _L.II,
    _F.SHIFT_UNFILLED: _L.II,
    _F.SUBSTITUTE_UNCONFIRMED: _L.III,
    _F.ONE_EXIT: _L.II,
    _F.UNREACHED: _L.III,
    _F.UNPROVEN: _L.III,
    _F.OUTPUT_FAILED: _L.III,
    _F.NOT_STARTED: _L.II,
    _F.CALIBRATION_DUE: _L.IV,
    _F.CALIBRATION_OVERDUE: _L.III,
    _F.TEST_OVERDUE: _L.III,
    _F.TEST_CALL_FAILED: _L.III,
    _F.SCREEN_UNHEARD: _L.III,
    _F.CERTIFICATE_EXPIRED: _L.III,
    _F.SYSTEM_DEAD: _L.II,
    _F.FEED_AFTER_CUT: _L.I,
    _F.CUT_UNPROVEN: _L.II,
    _F.TASK_CRASHED: _L.III,
    _F.PERMIT_OVERRUN: _L.III,
    _F.UNITS_ASSUMED: _L.IV,
    _F.DEFINITION_DIFFERS: _L.IV,
    _F.WITNESS_DOWN: _L.IV,
    _F.NOT_PROVEN: _L.II,
    _F.COUNTER_BACK: _L.IV,
    _F.SHADOW_LOST: _L.IV,
    _F.REPORT_MISSING: _L.IV,
    _F.REVISION_REFUSED: _L.IV,
}


def quality_word(value: float) -> str:
    """The quality a BAD transition carries, as a word.

    >>> quality_word(3.0)
    'fault'
    """
    return Quality(int(value)).name.lower()
