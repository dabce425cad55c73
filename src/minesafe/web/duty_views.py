"""Duty as pages are told it: pure functions from the desk's state to the models."""

from collections.abc import Sequence
from dataclasses import asdict

from minesafe.model.duty import DutyBoard, Month
from minesafe.model.events import DutyHandedOver
from minesafe.model.mine import Shift
from minesafe.model.nightly import NightlyProof
from minesafe.web.models import (
    DutyBoardOut,
    DutyMonthOut,
    DutyOut,
    HandOverOut,
    NightlyOut,
    ShiftOut,
    StretchOut,
    SubstituteOut,
    SwapOut,
)


def duty_out(shift: Shift | None) -> DutyOut:
    """Who holds which post; a gap says so instead of showing the shift before."""
    if shift is None:
        return DutyOut(shift="", posts=[], gap=True)
    return DutyOut(shift=shift.name, posts=list(shift.posts), gap=False)


def board_out(board: DutyBoard, shifts: Sequence[Shift]) -> DutyBoardOut:
    """The duty page."""
    return DutyBoardOut(
        shifts=[
            ShiftOut(start=s.start, end=s.end, name=s.name, posts=list(s.posts)) for s in shifts
        ],
        stretches=[StretchOut.model_validate(asdict(s)) for s in board.stretches],
        left_out=list(board.left_out),
        swaps=[SwapOut.model_validate(asdict(s)) for s in board.swaps],
        substitutes=[SubstituteOut.model_validate(asdict(s)) for s in board.substitutes],
        hand_over=_handed_over(board.hand_over) if board.hand_over else None,
    )


def _handed_over(body: DutyHandedOver) -> HandOverOut:
    place = body.incoming_place
    return HandOverOut(
        outgoing=body.outgoing,
        incoming=body.incoming,
        roadway=place.roadway,
        chainage_m=place.chainage_m,
        note=body.note,
    )


def month_out(month: Month) -> DutyMonthOut:
    """One leader's month."""
    return DutyMonthOut.model_validate(asdict(month))


def nightly_out(proof: NightlyProof | None) -> NightlyOut | None:
    """The newest nightly test, and who has not answered it."""
    if proof is None:
        return None
    waiting = [p for p, row in proof.rows.items() if row.answered is None]
    return NightlyOut(asked=proof.asked, answer_by=proof.answer_by, waiting=waiting)
