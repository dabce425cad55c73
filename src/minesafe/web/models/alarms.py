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
    active: bool
    acknowledged_by: str | None
    acknowledged_from: Origin | None = None
    acknowledged_at: int | None = None
    shelved_by: str | None = None
    note: str = ""
    """Why it was shelved."""
    until: int | None = None
    """When its shelving ends by itself."""
    root: str = ""
    """The episode that explains it while it is suppressed by design."""
    permit: str = ""
    """The permit under which it orders nothing."""
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
