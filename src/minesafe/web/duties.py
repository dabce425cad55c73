"""Duty: the roster as people change it, where its leaders are, and how often they were there."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from minesafe.model.duty import Month
from minesafe.model.duty_acts import (
    ConfirmSubstitute,
    ConfirmSwap,
    CorrectRoster,
    HandOver,
    NameSubstitute,
    ProposeSwap,
    WithdrawSwap,
)
from minesafe.model.events import Origin
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.web.context import Context, Here
from minesafe.web.duty_views import board_out, month_out
from minesafe.web.guard import Caller, acts, proves_himself, reads
from minesafe.web.models import (
    ConfirmationIn,
    CorrectionIn,
    DutyBoardOut,
    DutyMonthOut,
    HandOverIn,
    SubstituteIn,
    SwapIn,
)
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["duty"])

DAY = 86_400 * SECOND
BEHIND, AHEAD = DAY // 2, 2 * DAY
"""So much of the roster is shown around now."""

MonthOf = Annotated[str, Path(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
"""A month of the mine's own calendar, 2026-11."""


@router.get("/duty", dependencies=[Depends(reads)])
async def duty(here: Here) -> DutyBoardOut:
    """Who is on duty now and next, who is underground, what waits for a second person."""
    now = here.desk.now()
    return board_out(here.desk.duty_board(), here.desk.shifts(now - BEHIND, now + AHEAD))


@router.get("/duty/months/{month}", dependencies=[Depends(reads)])
async def duty_month(here: Here, month: MonthOf) -> list[DutyMonthOut]:
    """Each leader's shifts of a month, counted by his own tag."""
    return [month_out(row) for row in _month(here, month)]


@router.get("/duty/months/{month}/csv", dependencies=[Depends(reads)], response_class=Response)
async def duty_month_csv(here: Here, month: MonthOf) -> Response:
    """The same for a table: UTF-8 with a mark, as Excel wants it."""
    text = "\ufeff" + table_of(here.desk.mine, month, _month(here, month))
    name = {"Content-Disposition": f'attachment; filename="duty-{month}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=name)


def _month(here: Context, month: str) -> Sequence[Month]:
    year, number = month.split("-")
    return here.desk.duty_month(int(year), int(number))


def table_of(mine: Mine, month: str, rows: Sequence[Month]) -> str:
    """A month as CSV."""
    table = io.StringIO()
    sheet = csv.writer(table)
    sheet.writerow(HEADINGS)
    for row in rows:
        found = mine.person_row.get(row.person)
        name = "" if found is None else mine.people[found].name
        hours = f"{row.underground_s / 3600:.2f}"
        counted = (row.shifts, row.served, row.days, hours, row.least or "")
        sheet.writerow([month, row.person, _harmless(name), row.duty, *counted])
    return table.getvalue()


HEADINGS = ("month", "id", "name", "duty", "shifts", "served", "days", "underground_h", "least")


def _harmless(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@") else name


@router.post("/duty/swaps", status_code=204)
async def propose_swap(
    here: Here, wanted: SwapIn, who: Annotated[Caller, Depends(acts(Act.CHANGE_DUTY))]
) -> None:
    """Two people of two shifts want to change places; a second person has to confirm it."""
    await here.desk.about_duty(
        ProposeSwap(
            who.person,
            Origin.CONSOLE,
            wanted.duty,
            wanted.start,
            wanted.person,
            wanted.other_start,
            wanted.other_person,
            wanted.reason,
        )
    )


@router.post("/duty/swaps/{swap}/confirm", status_code=204)
async def confirm_swap(
    here: Here,
    request: Request,
    swap: str,
    signing: ConfirmationIn,
    who: Annotated[Caller, Depends(acts(Act.CONFIRM_DUTY))],
) -> None:
    """Stand for it as the second person, with the password again: the roster is changed."""
    await proves_himself(here, request, who, signing.password)
    await here.desk.about_duty(ConfirmSwap(who.person, Origin.CONSOLE, swap))


@router.post("/duty/swaps/{swap}/withdraw", status_code=204)
async def withdraw_swap(
    here: Here, swap: str, who: Annotated[Caller, Depends(acts(Act.CHANGE_DUTY))]
) -> None:
    """It comes to nothing."""
    await here.desk.about_duty(WithdrawSwap(who.person, Origin.CONSOLE, swap))


@router.post("/duty/substitutes", status_code=204)
async def name_substitute(
    here: Here, wanted: SubstituteIn, who: Annotated[Caller, Depends(acts(Act.CHANGE_DUTY))]
) -> None:
    """Somebody stands in, at once; another person confirms it afterwards."""
    await here.desk.about_duty(
        NameSubstitute(
            who.person,
            Origin.CONSOLE,
            wanted.duty,
            wanted.start,
            wanted.person,
            wanted.stands_in,
            wanted.reason,
        )
    )


@router.post("/duty/corrections", status_code=204)
async def correct_roster(
    here: Here, wanted: CorrectionIn, who: Annotated[Caller, Depends(acts(Act.CONFIRM_DUTY))]
) -> None:
    """Say afterwards who was really there: what is told of the past changes, and nothing else."""
    await here.desk.about_duty(
        CorrectRoster(
            who.person,
            Origin.CONSOLE,
            wanted.duty,
            wanted.start,
            wanted.person,
            wanted.stood_in,
            wanted.start if wanted.since is None else wanted.since,
            wanted.reason,
        )
    )


@router.post("/duty/substitutes/{substitute}/confirm", status_code=204)
async def confirm_substitute(
    here: Here,
    request: Request,
    substitute: str,
    signing: ConfirmationIn,
    who: Annotated[Caller, Depends(acts(Act.CONFIRM_DUTY))],
) -> None:
    """Look at a substitution as the second person, with the password again."""
    await proves_himself(here, request, who, signing.password)
    await here.desk.about_duty(ConfirmSubstitute(who.person, Origin.CONSOLE, substitute))


@router.post("/duty/hand-over", status_code=204)
async def hand_over(
    here: Here, wanted: HandOverIn, who: Annotated[Caller, Depends(acts(Act.HAND_OVER))]
) -> None:
    """井下交接班: one leader hands over to the next, both underground, with a written note."""
    await here.desk.about_duty(
        HandOver(
            who.person,
            Origin.CONSOLE,
            wanted.start,
            wanted.outgoing,
            wanted.incoming,
            wanted.note,
        )
    )


@router.post("/duty/nightly", status_code=204)
async def answer_nightly(here: Here, who: Annotated[Caller, Depends(acts(None))]) -> None:
    """Say that the nightly test has come, on a page: whoever was asked can be reached.

    It proves no number: only what is answered from one does.
    """
    await here.desk.answer_proof(who.person, Origin.CONSOLE, by_number=False)
