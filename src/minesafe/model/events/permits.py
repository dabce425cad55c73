"""Permits: what may be done to a point or reader for a while, by whom."""

from enum import StrEnum

from minesafe.model.events.alarms import AlarmSource
from minesafe.model.events.body import Body, Origin
from minesafe.model.time import Micros


class PermitKind(StrEnum):
    """What a permit allows."""

    CALIBRATION = "calibration"
    """标校: its alarms are shown and order nothing."""
    OUT_OF_SERVICE = "out_of_service"
    """停用: its alarms are listed, make no sound and order nothing. Takes two people."""


class PermitAsked(Body, frozen=True, kw_only=True, tag="permit_asked"):
    """Somebody asks for a permit; one for calibration is in force with that."""

    permit: str
    """`<kind>:<subject>#<n>`."""
    permit_kind: PermitKind
    source: AlarmSource
    """point · reader"""
    subject: str
    reason: str
    """Why, and what watches meanwhile."""
    until: Micros
    """Its end: nothing is suppressed after it, whoever has forgotten it."""
    by: str
    origin: Origin


class PermitConfirmed(Body, frozen=True, kw_only=True, tag="permit_confirmed"):
    """A second person stands for it: it is in force."""

    permit: str
    by: str
    origin: Origin


class PermitEnded(Body, frozen=True, kw_only=True, tag="permit_ended"):
    """It is over."""

    permit: str
    by: str | None
    """None where nobody confirmed it in time."""
    reason: str
    """done · given_up · lapsed"""
