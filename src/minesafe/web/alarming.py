"""Alarms: acknowledge, shelve, permits, records, and how good they are."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from minesafe.model.alarm import Permit
from minesafe.model.alarm_acts import (
    AskPermit,
    CloseRecord,
    ConfirmPermit,
    EndPermit,
    Handle,
    Shelve,
    Unshelve,
)
from minesafe.model.events import Origin, PermitKind
from minesafe.model.mine import Severity
from minesafe.queries import Asked, alarm_courses, checked
from minesafe.web.alarm_views import course_out, kpi_out, records_out
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, proves_himself, reads
from minesafe.web.models import (
    AcknowledgementIn,
    ConfirmationIn,
    CoursesOut,
    HandlingIn,
    KpiOut,
    PermitIn,
    RecordsOut,
    ShelveIn,
)
from minesafe.web.moments import Moment
from minesafe.web.refusals import FORBIDDEN, Denied
from minesafe.web.rights import Act, may

router = APIRouter(prefix="/api/v1", tags=["alarms"])

OF_KIND = {PermitKind.CALIBRATION: Act.CALIBRATE, PermitKind.OUT_OF_SERVICE: Act.TAKE_OUT}
"""What somebody must be allowed to, to ask for a permit or end it."""

MOST_COURSES = 500
"""Alarms of the past a page is shown at once."""

Anybody = Annotated[Caller, Depends(acts(None))]


@router.get("/alarms/kpi", dependencies=[Depends(reads)])
async def alarm_kpi(here: Here) -> KpiOut:
    """How good the mine's alarms are: rate, chattering, standing, top ten, priorities."""
    return kpi_out(here.desk.alarm_kpi())


@router.get("/alarms/records", dependencies=[Depends(reads)])
async def alarm_records(here: Here) -> RecordsOut:
    """处理记录 that are open: those that are over and not written first."""
    return records_out(here.desk.ledger())


@router.get("/alarms/history", dependencies=[Depends(reads)])
async def alarm_history(
    here: Here,
    start: Moment,
    end: Moment,
    severity: Annotated[Sequence[Severity], Query()] = (),
    text: Annotated[str, Query(max_length=200)] = "",
) -> CoursesOut:
    """Alarms that began in a time and what became of each, the newest first."""
    asked = Asked(checked("alarms", (start, end)), tuple(severity), text)
    async with here.questions.taken():
        found = await alarm_courses(here.memory.find, here.desk.mine, asked)
    shown = found[:MOST_COURSES]
    return CoursesOut(alarms=[course_out(c) for c in shown], more=len(found) - len(shown))


@router.post("/alarms/{episode:path}/handling", status_code=204)
async def handle_alarm(
    here: Here,
    episode: str,
    found: HandlingIn,
    who: Annotated[Caller, Depends(acts(Act.HANDLE))],
) -> None:
    """Write down what it was, whether it was planned, and what was done."""
    said = (found.cause, found.planned, found.measure, found.bearer)
    await here.desk.about_alarm(Handle(who.person, Origin.CONSOLE, episode, *said))


@router.post("/alarms/{episode:path}/close", status_code=204)
async def close_record(
    here: Here, episode: str, who: Annotated[Caller, Depends(acts(Act.CLOSE_RECORD))]
) -> None:
    """Close the record: nothing more is asked about this alarm."""
    await here.desk.about_alarm(CloseRecord(who.person, Origin.CONSOLE, episode))


@router.post("/alarms/{episode:path}/acknowledge", status_code=204)
async def acknowledge_alarm(
    here: Here,
    episode: str,
    who: Annotated[Caller, Depends(acts(Act.ACKNOWLEDGE_ALARM))],
    written: AcknowledgementIn | None = None,
) -> None:
    """Say that it is seen. A siren goes on while the limit is still exceeded.

    The pages ask for a note with level I; nothing here does, for whoever sees it must be able to
    say so.
    """
    note = written.note if written else ""
    await here.desk.acknowledge_alarm(episode, who.person, Origin.CONSOLE, note)


@router.post("/alarms/{episode:path}/shelve", status_code=204)
async def shelve_alarm(
    here: Here,
    episode: str,
    wanted: ShelveIn,
    who: Annotated[Caller, Depends(acts(Act.SHELVE))],
) -> None:
    """Put it aside for at most eight hours, with a reason; never one that may evacuate."""
    act = Shelve(who.person, Origin.CONSOLE, episode, wanted.reason, wanted.minutes)
    await here.desk.about_alarm(act)


@router.post("/alarms/{episode:path}/unshelve", status_code=204)
async def unshelve_alarm(
    here: Here, episode: str, who: Annotated[Caller, Depends(acts(Act.SHELVE))]
) -> None:
    """Take it back before its time."""
    await here.desk.about_alarm(Unshelve(who.person, Origin.CONSOLE, episode))


@router.post("/permits", status_code=204)
async def ask_permit(here: Here, wanted: PermitIn, who: Anybody) -> None:
    """Ask for a permit: one to calibrate is in force at once, the other needs a second person."""
    _check(who, wanted.permit_kind)
    await here.desk.about_alarm(
        AskPermit(
            who.person,
            Origin.CONSOLE,
            wanted.permit_kind,
            wanted.source,
            wanted.subject,
            wanted.reason,
            wanted.minutes,
        )
    )


@router.post("/permits/{permit:path}/confirm", status_code=204)
async def confirm_permit(
    here: Here,
    request: Request,
    permit: str,
    signing: ConfirmationIn,
    who: Annotated[Caller, Depends(acts(Act.CONFIRM_PERMIT))],
) -> None:
    """Stand for it as the second person, with the password again."""
    await proves_himself(here, request, who, signing.password)
    await here.desk.about_alarm(ConfirmPermit(who.person, Origin.CONSOLE, permit))


@router.post("/permits/{permit:path}/end", status_code=204)
async def end_permit(here: Here, permit: str, who: Anybody, well: bool = True) -> None:
    """Say that the work is done, or that nothing came of it."""
    found = _found(here, permit)
    if found is not None:
        _check(who, found.kind)
    await here.desk.about_alarm(EndPermit(who.person, Origin.CONSOLE, permit, well))


def _found(here: Context, permit: str) -> Permit | None:
    return next((p for p in here.desk.permits() if p.permit == permit), None)


def _check(who: Caller, kind: PermitKind) -> None:
    if not may(who.roles, OF_KIND[kind]):
        raise Denied(FORBIDDEN, "role_not_allowed", act=OF_KIND[kind])
