"""What people do about alarms besides acknowledging them: one frozen word for each act.

Each says what it may be refused with; who may do it by role is a table of the pages'
(`web.rights`). Times are lengths: the end is set from the moment the act is decided.
"""

from dataclasses import dataclass

from minesafe.model.events import AlarmSource, Origin, PermitKind


@dataclass(frozen=True, slots=True)
class AlarmAct:
    """Somebody does something."""

    by: str
    """Person id."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Shelve(AlarmAct):
    """搁置. Refused: unknown_alarm · set_aside · evacuation_class · reason_needed · wrong_span."""

    episode: str
    reason: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Unshelve(AlarmAct):
    """Take it off the shelf. Refused: unknown_alarm · not_shelved."""

    episode: str


@dataclass(frozen=True, slots=True)
class AskPermit(AlarmAct):
    """Ask for a permit. Refused: unknown_subject · permit_open · reason_needed · wrong_span."""

    kind: PermitKind
    source: AlarmSource
    subject: str
    reason: str
    minutes: float


@dataclass(frozen=True, slots=True)
class ConfirmPermit(AlarmAct):
    """Stand for it as the second. Refused: unknown_permit · already_confirmed · same_person."""

    permit: str


@dataclass(frozen=True, slots=True)
class EndPermit(AlarmAct):
    """The work is done, or is not wanted. Refused: unknown_permit."""

    permit: str
    well: bool = True
    """It was done as it should be: a calibration then counts as one."""


@dataclass(frozen=True, slots=True)
class Handle(AlarmAct):
    """Write the handling record. Refused: unknown_record · reason_needed · unknown_bearer."""

    episode: str
    cause: str
    planned: bool
    measure: str
    bearer: str = ""
    """Who was with the card, where the alarm asks for that: one of `Record.bearers`."""


@dataclass(frozen=True, slots=True)
class CloseRecord(AlarmAct):
    """Close it. Refused: unknown_record · still_active · unhandled · bearer_needed."""

    episode: str
