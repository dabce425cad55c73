"""What became of an alarm."""

from enum import StrEnum

import msgspec

from minesafe.model.events.body import Body, Origin
from minesafe.model.mine import Severity
from minesafe.model.time import Micros


class AlarmState(StrEnum):
    """The seven states of ISA-18.2 / IEC 62682."""

    NORMAL = "normal"
    UNACKED = "unacked"
    ACKED = "acked"
    RETURNED_UNACKED = "returned_unacked"
    SHELVED = "shelved"
    """搁置: put aside by a person, with a reason, until a time."""
    SUPPRESSED = "suppressed"
    """Suppressed by design: another alarm explains it."""
    OUT_OF_SERVICE = "out_of_service"
    """停用: its point or reader is out of service by a permit of two people."""


HEARD = (AlarmState.UNACKED, AlarmState.RETURNED_UNACKED)
"""States in which somebody is still asked to look."""

ASIDE = (AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE)
"""States in which an alarm is listed and makes no sound."""


class AlarmMove(StrEnum):
    """Moves of the alarm book; each names why a state changed."""

    RAISE = "raise"
    RISE = "rise"
    """Its severity went up: an acknowledged or shelved alarm sounds again."""
    HOLD = "hold"
    """It came back before it was acknowledged, or another of its conditions joined."""
    EASE = "ease"
    """One of its conditions ended, another still holds."""
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"
    CLEAR = "clear"
    AGAIN = "again"
    """Acknowledged and still there after its level's time: it sounds again."""
    SHELVE = "shelve"
    SUPPRESS = "suppress"
    REMOVE = "remove"
    """Out of service."""
    RESUME = "resume"
    """It still holds when what kept it aside, or kept it from ordering, is over."""


class AlarmSource(StrEnum):
    """What an alarm's `subject` is."""

    POINT = "point"
    ZONE = "zone"
    PERSON = "person"
    READER = "reader"
    FINDING = "finding"


class AlarmMoved(Body, frozen=True, kw_only=True, tag="alarm_moved"):
    """An alarm changed its state. `episode` is unique: mine, rule, subject, count."""

    episode: str
    """`<family>:<subject>[:<zone>]#<n>`; n counts the episodes of one alarm."""
    move: AlarmMove
    state: AlarmState
    severity: Severity
    source: AlarmSource
    subject: str
    condition: str
    """The worst condition that holds: lower-case name of the `Condition`, or the `FindingKind`."""
    active: dict[str, Severity] = msgspec.field(default_factory=dict)
    """Every condition of this alarm that holds after the move, with its level."""
    zones: tuple[str, ...] = ()
    value: float | None = None
    limit: float | None = None
    rule: str | None = None
    by: str | None = None
    origin: Origin = Origin.RULE
    reason: str = ""
    """A code a page turns into words: over_limit, silent, acknowledged_by, …"""
    note: str = ""
    """Why somebody shelved it, in his words, which stay while it is shelved; or what was written
    with an acknowledgement."""
    until: Micros | None = None
    """When its shelving ends by itself."""
    root: str = ""
    """The episode that explains it, while it is suppressed by design."""
    permit: str = ""
    """The permit its point was under when it last began: it orders nothing."""
    other: str = ""
    """Person id of whoever else it is about: of two tags that move as one, the other's."""
