"""Which act makes which record of duty, and what it is refused with. It changes nothing."""

from collections.abc import Callable
from typing import Any

from minesafe.duty.book import DutyBody, DutyBook
from minesafe.model.duty_acts import (
    ConfirmSubstitute,
    ConfirmSwap,
    CorrectRoster,
    DutyAct,
    HandOver,
    NameSubstitute,
    ProposeSwap,
    WithdrawSwap,
)
from minesafe.model.errors import Refused
from minesafe.model.events import (
    DutyHandedOver,
    Place,
    RosterCorrected,
    SubstituteConfirmed,
    SubstituteNamed,
    SwapConfirmed,
    SwapEnded,
    SwapProposed,
)
from minesafe.model.mine import Duty, Shift
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

CALLED = ("sms", "modem", "call")
"""Channels that need a number."""

HANDING_OVER: Micros = 4 * 3600 * SECOND
"""So long around its start a shift can be taken over underground."""


def decide_act(book: DutyBook, act: DutyAct, picture: Picture, now: Micros) -> DutyBody:
    """The body to journal for an act.

    Raises:
        Refused: as the act says.
    """
    return ACTS[type(act)](book, act, picture, now)


# --- swaps -------------------------------------------------------------------------------------


def _propose(book: DutyBook, act: ProposeSwap, _: Picture, now: Micros) -> SwapProposed:
    _written(act.reason, "reason_needed")
    if act.start == act.other_start:
        raise Refused("same_shift")
    _can_swap(book, act, now)
    turns = {(act.duty, act.start, act.person), (act.duty, act.other_start, act.other_person)}
    for swap in book.swaps.values():
        taken = {
            (swap.duty, swap.start, swap.person),
            (swap.duty, swap.other_start, swap.other_person),
        }
        if turns & taken:
            raise Refused("swap_open", swap=swap.swap)
    return SwapProposed(
        swap=f"swap#{book.numbered['swap'] + 1}",
        duty=act.duty,
        start=act.start,
        person=act.person,
        other_start=act.other_start,
        other_person=act.other_person,
        reason=act.reason.strip(),
        by=act.by,
        origin=act.origin,
    )


def _confirm_swap(book: DutyBook, act: ConfirmSwap, _: Picture, now: Micros) -> SwapConfirmed:
    swap = book.swaps.get(act.swap)
    if swap is None:
        raise Refused("unknown_swap", swap=act.swap)
    if swap.asked_by == act.by:
        raise Refused("same_person", by=act.by)
    _can_swap(book, swap, now)
    return SwapConfirmed(swap=act.swap, by=act.by, origin=act.origin)


def _withdraw(book: DutyBook, act: WithdrawSwap, _: Picture, _now: Micros) -> SwapEnded:
    if act.swap not in book.swaps:
        raise Refused("unknown_swap", swap=act.swap)
    return SwapEnded(swap=act.swap, by=act.by, reason="withdrawn")


def _can_swap(book: DutyBook, swap: Any, now: Micros) -> None:
    """Both shifts are to come, each holds who leaves it, and neither holds who comes already."""
    for start, goes, comes in (
        (swap.start, swap.person, swap.other_person),
        (swap.other_start, swap.other_person, swap.person),
    ):
        shift = _shift(book, start)
        if now >= shift.start:
            raise Refused("shift_begun", shift=shift.name)
        _changes_hands(shift, swap.duty, goes, comes)


# --- substitutes -------------------------------------------------------------------------------


def _name(book: DutyBook, act: NameSubstitute, _: Picture, now: Micros) -> SubstituteNamed:
    _written(act.reason, "reason_needed")
    shift = _shift(book, act.start)
    if now >= shift.end:
        raise Refused("shift_over", shift=shift.name)
    _changes_hands(shift, act.duty, act.person, act.stands_in)
    _can_be_called(book, act.duty, act.stands_in)
    return SubstituteNamed(
        substitute=f"substitute#{book.numbered['substitute'] + 1}",
        duty=act.duty,
        start=act.start,
        person=act.person,
        stands_in=act.stands_in,
        reason=act.reason.strip(),
        confirm_until=now + int(book.mine.policy.substitute_confirm_h * 3600 * SECOND),
        by=act.by,
        origin=act.origin,
    )


def _confirm_substitute(
    book: DutyBook, act: ConfirmSubstitute, _: Picture, _now: Micros
) -> SubstituteConfirmed:
    found = book.substitutes.get(act.substitute)
    if found is None:
        raise Refused("unknown_substitute", substitute=act.substitute)
    if act.by in (found.named_by, found.stands_in):
        raise Refused("same_person", by=act.by)
    return SubstituteConfirmed(substitute=act.substitute, by=act.by, origin=act.origin)


def _correct(book: DutyBook, act: CorrectRoster, _: Picture, now: Micros) -> RosterCorrected:
    """Nobody is called by it, so he needs neither a number nor a card."""
    _written(act.reason, "reason_needed")
    shift = next((s for s in book.corrected.between(act.start, act.start + 1)), None)
    if shift is None or shift.start != act.start:
        raise Refused("unknown_shift")
    if not shift.start <= act.since < shift.end or act.since > now:
        raise Refused("not_then")
    if act.stood_in not in book.mine.person_row:
        raise Refused("unknown_person", person=act.stood_in)
    _changes_hands(shift, act.duty, act.person, act.stood_in)
    return RosterCorrected(
        duty=act.duty,
        start=act.start,
        person=act.person,
        stood_in=act.stood_in,
        reason=act.reason.strip(),
        by=act.by,
        origin=act.origin,
    )


def _can_be_called(book: DutyBook, duty: Duty, person: str) -> None:
    """Whom the ladder calls has a number; a leader without a card is never seen underground."""
    if person not in book.mine.person_row:
        raise Refused("unknown_person", person=person)
    found = book.mine.people[book.mine.person_row[person]]
    called = any(duty in r.duties and {*CALLED} & {*r.channels} for r in book.mine.policy.ladder)
    if called and not found.phone:
        raise Refused("no_phone", person=person)
    if duty is Duty.LEADER and not found.tag:
        raise Refused("no_card", person=person)


# --- handing over ------------------------------------------------------------------------------


def _hand_over(book: DutyBook, act: HandOver, picture: Picture, now: Micros) -> DutyHandedOver:
    _written(act.note, "note_needed")
    shift = _shift(book, act.start)
    if abs(now - shift.start) > HANDING_OVER:
        raise Refused("not_now", shift=shift.name)
    before = next((s for s in book.roster.between(shift.start - 1, shift.start)), None)
    if act.outgoing == act.incoming:
        raise Refused("same_person", by=act.incoming)
    _holds(shift, Duty.LEADER, act.incoming)
    if before is not None:
        _holds(before, Duty.LEADER, act.outgoing)
    if (taken := book.handed_over.get(shift.start)) is not None:
        raise Refused("already_handed_over", by=taken.outgoing)
    return DutyHandedOver(
        start=shift.start,
        outgoing=act.outgoing,
        incoming=act.incoming,
        outgoing_place=_place(book, picture, act.outgoing),
        incoming_place=_place(book, picture, act.incoming),
        note=act.note.strip(),
        by=act.by,
        origin=act.origin,
    )


def _place(book: DutyBook, picture: Picture, person: str) -> Place:
    """Where the tag says he is: nobody hands over underground from an office."""
    row = book.mine.person_row.get(person, -1)
    if row < 0 or picture.out[row] or picture.roadway[row] < 0:
        raise Refused("not_underground", person=person)
    roadway = book.mine.roadways[int(picture.roadway[row])].id
    return Place(roadway, float(picture.chainage[row]), int(picture.placed[row]))


# --- what all of them ask ------------------------------------------------------------------------


def _written(text: str, code: str) -> None:
    if not text.strip():
        raise Refused(code)


def _shift(book: DutyBook, start: Micros) -> Shift:
    found = next((s for s in book.roster.between(start, start + 1) if s.start == start), None)
    if found is None:
        raise Refused("unknown_shift")
    return found


def _holds(shift: Shift, duty: Duty, person: str) -> None:
    if person not in shift.holders(duty):
        raise Refused("not_on_duty", person=person, shift=shift.name)


def _changes_hands(shift: Shift, duty: Duty, goes: str, comes: str) -> None:
    _holds(shift, duty, goes)
    if comes in shift.holders(duty):
        raise Refused("already_on_duty", person=comes, shift=shift.name)


ACTS: dict[type[DutyAct], Callable[[DutyBook, Any, Picture, Micros], DutyBody]] = {
    ProposeSwap: _propose,
    ConfirmSwap: _confirm_swap,
    WithdrawSwap: _withdraw,
    NameSubstitute: _name,
    ConfirmSubstitute: _confirm_substitute,
    CorrectRoster: _correct,
    HandOver: _hand_over,
}
