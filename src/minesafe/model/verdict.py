"""The verdict: what the engine found in one frame. Row numbers and codes of transitions only."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from minesafe.model.frame import Column, Columns
from minesafe.model.time import Micros


class Condition(IntEnum):
    """What can begin or end. The decade tells what `subject` is a row number of."""

    # subject: a point
    ALARM_HIGH = 10
    CUT_HIGH = 11
    ALARM_LOW = 12
    CUT_LOW = 13
    BAD = 14
    """The point's quality is not one that may be believed; `value` is the `Quality`."""
    SILENT = 15
    """No sample within the point's stale time, or the device says it lost the sensor."""
    WARN_HIGH = 16
    """The pre-warning (预警) before the alarm limit."""
    WARN_LOW = 17
    STUCK = 18
    """The value has not moved by the sensor's resolution for the kind's `stuck_s`."""
    NOISELESS = 19
    """The noise the sensor always had has collapsed."""
    # subject: a zone
    OVERCROWDED = 20
    """`value` is the head-count."""
    GROSSLY_OVERCROWDED = 21
    """At least 20 % over the limit."""
    COUNT_UNKNOWN = 22
    """A reader of the zone is dead: its head-count is unknown, never 0."""
    LEADER_ABSENT = 23
    """People are in the mine and no leader on duty is, for too long; `value` is the head-count."""
    POST_ABSENT = 24
    """People are in the zone and nobody who keeps a post of it is, for too long."""
    # subject: a person
    INSIDE = 30
    """The person is in `zone`; on at entry, off at exit."""
    TRESPASSING = 31
    """In a restricted `zone` without permission."""
    LOST_CONTACT = 32
    SOS = 33
    LOW_BATTERY = 34
    BUTTON = 35
    """The wearer pressed the acknowledge button; only ever on, once a press."""
    NEAR_DANGER = 36
    """Within the metres a restricted `zone` warns at, and not permitted there."""
    UNCERTIFIED = 37
    """In a `zone` with a certificate for it that has expired."""
    OVERTIME = 38
    """In a `zone` for longer than it allows; of the mine, underground."""
    STANDING_STILL = 39
    """Has not moved for longer than a zone he is in allows."""
    # subject: a reader
    READER_SILENT = 40
    # subject: a point, by a rule over time
    CALIBRATING_LONG = 50
    """Calibrating (标校) for half an hour: somebody may have forgotten it."""
    RISING = 51
    """By at least so much a minute; `value` is what it rises by."""
    REPEATED = 52
    """Over a value too often within a while; `value` is how often."""
    OVER_TOO_LONG = 53
    """Over a value too long in sum; `value` is the seconds."""
    TWA = 54
    """The average over a shift is too high; `value` is the average, likewise of STEL."""
    STEL = 55
    FORECAST = 56
    """It is on its way to a limit; `value` is where it will be."""
    DRIFTING = 57
    """It has moved away from where it belongs; `value` is the sum of deviations."""
    # subject: a rule about several points
    LOGIC = 60
    # subject: a person, as of 30
    MOVING_AS_ONE = 70
    """The tag has moved beside another for too long: somebody may carry both."""
    TOO_FAST = 71
    """Seen where nobody can have come since the last place; `value` is the seconds it takes, NaN
    where no way leads there."""


@dataclass(frozen=True, slots=True, eq=False)
class Transitions(Columns):
    """What began and what ended, in the order it happened; shape (n,) each."""

    condition: Column
    """`Condition` as uint8."""
    subject: Column
    """Row number of a point, zone, person or reader, by the condition's decade."""
    zone: Column
    """Row number of the zone a person's condition is about, else -1."""
    on: Column
    """True where it began."""
    value: Column
    """The value, quality code or head-count that decided; NaN where there is none."""
    at: Column
    """`Micros` at which the sample was judged."""

    DTYPES: ClassVar[dict[str, str]] = {
        "condition": "|u1",
        "subject": "<i4",
        "zone": "<i4",
        "on": "|b1",
        "value": "<f8",
        "at": "<i8",
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The transitions of one frame."""

    seq: int
    now: Micros
    transitions: Transitions
