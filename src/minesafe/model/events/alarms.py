"""What became of an alarm."""

from enum import StrEnum

import msgspec

from minesafe.model.events.body import Body, Origin
from minesafe.model.mine import Severity


class AlarmState(StrEnum):
    """ISA-18.2 states a process alarm of ours can be in (shelving permits come later)."""

    NORMAL = "normal"
    UNACKED = "unacked"
    ACKED = "acked"
    RETURNED_UNACKED = "returned_unacked"


class AlarmMove(StrEnum):
    """Moves of the alarm book; each names why a state changed."""

    RAISE = "raise"
    RISE = "rise"
    """Its severity went up: an acknowledged alarm sounds again."""
    HOLD = "hold"
    """It came back before it was acknowledged, or another of its conditions joined."""
    EASE = "ease"
    """One of its conditions ended, another still holds."""
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"
    CLEAR = "clear"


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
