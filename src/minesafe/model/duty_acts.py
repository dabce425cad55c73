"""What people do about the roster: one frozen word for each act.

Each says what it may be refused with; who may do it by role is a table of the pages'
(`web.rights`).
"""

from dataclasses import dataclass

from minesafe.model.events import Origin
from minesafe.model.mine import Duty
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class DutyAct:
    """Somebody does something."""

    by: str
    """Person id."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class ProposeSwap(DutyAct):
    """Two people of two shifts change places, once another person confirms it.

    Refused: reason_needed · unknown_shift · shift_begun · not_on_duty · already_on_duty ·
    swap_open · same_shift.
    """

    duty: Duty
    start: Micros
    person: str
    other_start: Micros
    other_person: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmSwap(DutyAct):
    """Refused: unknown_swap · same_person · shift_begun · not_on_duty · already_on_duty."""

    swap: str


@dataclass(frozen=True, slots=True)
class WithdrawSwap(DutyAct):
    """Refused: unknown_swap."""

    swap: str


@dataclass(frozen=True, slots=True)
class NameSubstitute(DutyAct):
    """Somebody stands in, at once.

    Refused: reason_needed · unknown_shift · shift_over · unknown_person · not_on_duty ·
    already_on_duty · no_phone · no_card.
    """

    duty: Duty
    start: Micros
    person: str
    stands_in: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmSubstitute(DutyAct):
    """Refused: unknown_substitute · same_person."""

    substitute: str


@dataclass(frozen=True, slots=True)
class CorrectRoster(DutyAct):
    """带班更正: somebody else was there, and nobody had said so.

    Refused: reason_needed · unknown_shift · not_then · unknown_person · not_on_duty ·
    already_on_duty.
    """

    duty: Duty
    start: Micros
    person: str
    stood_in: str
    since: Micros
    """Since when he was there: within the shift, and not after now."""
    reason: str


@dataclass(frozen=True, slots=True)
class HandOver(DutyAct):
    """井下交接班.

    Refused: note_needed · unknown_shift · not_now · same_person · not_on_duty ·
    already_handed_over · not_underground.
    """

    start: Micros
    """Of the shift that takes over."""
    outgoing: str
    incoming: str
    note: str
