"""Alarms on the wire: what holds, what is put aside, and what is asked about them."""

from pydantic import Field

from minesafe.model.events import AlarmSource, AlarmState, Origin, PermitKind
from minesafe.model.mine import Severity
from minesafe.web.models.wire import Wire

MOST_WORDS = 400
"""Characters of a reason, a cause, a measure."""


class AlarmOut(Wire):
    """An alarm that is not normal."""

    episode: str
    state: AlarmState
    severity: Severity
    source: AlarmSource
    subject: str
    condition: str
    zones: list[str]
    value: float | None
    limit: float | None
    rule: str | None
    reason: str
    began: int
    changed: int
    valued: int
    """When `value` was so."""
    active: bool
    acknowledged_by: str | None
    acknowledged_from: Origin | None = None
    acknowledged_at: int | None = None
    acknowledged_note: str = ""
    """What was written with it."""
    shelved_by: str | None = None
    note: str = ""
    """Why it was shelved."""
    until: int | None = None
    """When its shelving ends by itself."""
    root: str = ""
    """The episode that explains it while it is suppressed by design."""
    permit: str = ""
    """The permit under which it orders nothing."""
    other: str = ""
    """Person id of whoever else it is about: of two tags that move as one, the other's."""
    shelvable: bool = False
    """It is not of the evacuation class, and its state lets it be shelved."""


class PermitOut(Wire):
    """A permit that was asked for and has not ended."""

    permit: str
    permit_kind: PermitKind
    source: AlarmSource
    subject: str
    reason: str
    until: int
    asked: int
    asked_by: str
    confirmed_by: str | None
    granted: bool
    """Nobody else has to stand for it; past `until` it is overrun."""


class GroupOut(Wire):
    """Alarms that another one explains; every member stays in the list."""

    root: str
    why: str
    """explained (by design) · device_lost · carried"""
    members: list[str]


class RecordOut(Wire):
    """处理记录 that is still open."""

    episode: str
    severity: Severity
    """The worst it ever was."""
    source: AlarmSource
    subject: str
    condition: str
    zones: list[str]
    began: int
    ended: int | None
    """When the alarm was normal; null while it is not."""
    other: str
    """As of the alarm."""
    bearers: list[str]
    """Of cards that may not be with their man, what may be said: person ids, both, nobody."""
    bearer: str
    """What was said of these; empty while nothing was."""
    cause: str
    planned: bool
    measure: str
    by: str | None
    """Who wrote it; null while nobody has."""
    at: int | None


class RecordsOut(Wire):
    """GET /api/v1/alarms/records."""

    records: list[RecordOut]
    more: int
    """So many are open beyond these."""


class CourseOut(Wire):
    """What became of an alarm."""

    episode: str
    severity: Severity
    """The worst it was."""
    source: AlarmSource
    subject: str
    condition: str
    zones: list[str]
    value: float | None
    limit: float | None
    rule: str | None
    other: str
    state: AlarmState
    """As far as it is known."""
    began: int
    ended: int | None
    """When nothing of it held any more; null while something does."""
    times: int
    """How often it asked for somebody."""
    acknowledged_by: str | None
    acknowledged_from: Origin | None
    acknowledged_at: int | None
    acknowledged_note: str
    handled_by: str | None
    """Who wrote its record last; null while nobody has."""
    cause: str
    planned: bool
    measure: str
    closed_by: str | None


class CoursesOut(Wire):
    """GET /api/v1/alarms/history."""

    alarms: list[CourseOut]
    """The newest first."""
    more: int
    """So many more there are, older ones; the file has them all."""


class OftenOut(Wire):
    """An alarm by how often it was heard."""

    subject: str
    condition: str
    times: int


class KpiOut(Wire):
    """GET /api/v1/alarms/kpi: the last day, by ISA-18.2 / IEC 62682."""

    heard: int
    last_10_min: int
    mean_10_min: float
    peak_10_min: int
    flooded: float
    """Share of the ten minutes with ten or more new alarms."""
    chattering: list[OftenOut]
    """Heard three times within a minute."""
    standing: list[str]
    """Episodes that have held for more than a day."""
    top: list[OftenOut]
    top_share: float
    mix: dict[str, float]
    """Shares of low, medium and high; empty where nothing was heard."""
    aim: dict[str, float]


class HandlingIn(Wire):
    """POST /api/v1/alarms/{episode}/handling."""

    cause: str = Field(max_length=MOST_WORDS)
    planned: bool
    measure: str = Field(max_length=MOST_WORDS)
    bearer: str = ""
    """One of the record's `bearers`."""


class AcknowledgementIn(Wire):
    """POST /api/v1/alarms/{episode}/acknowledge."""

    note: str = Field("", max_length=MOST_WORDS)


class ShelveIn(Wire):
    """POST /api/v1/alarms/{episode}/shelve."""

    reason: str = Field(max_length=MOST_WORDS)
    minutes: float


class PermitIn(Wire):
    """POST /api/v1/permits."""

    permit_kind: PermitKind
    source: AlarmSource
    subject: str
    reason: str = Field(max_length=MOST_WORDS)
    minutes: float


class ConfirmationIn(Wire):
    """POST /api/v1/permits/{permit}/confirm: the password again."""

    password: str
