"""The past: what was true at a moment, and what the room knew."""

from fastapi import APIRouter, Depends

from minesafe.model.mine import Mine
from minesafe.model.past import Past
from minesafe.web.alarm_views import alarm_out, permits_out
from minesafe.web.context import Here
from minesafe.web.duty_views import duty_out
from minesafe.web.guard import reads
from minesafe.web.mine_view import person_out, point_out
from minesafe.web.models import AtOut, CertifiedOut, PointOut, RevisionOut
from minesafe.web.moments import LAST, Moment
from minesafe.web.refusals import UNAVAILABLE, Denied
from minesafe.web.views import blocked_out, findings_out, order_out

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(reads)])


@router.get("/at")
async def at(
    here: Here, valid: Moment, known: Moment | None = None, point: str = "", person: str = ""
) -> AtOut:
    """What was true at `valid`, by what had been recorded by `known` (whatever is known today).

    With both at the same moment: what the room knew then. `point` and `person` are looked up in
    the revision that was in force.
    """
    if here.memory is None:
        raise Denied(UNAVAILABLE, "store_unavailable")
    return at_out(await here.memory.at(valid, LAST if known is None else known), point, person)


def at_out(past: Past, point: str = "", person: str = "") -> AtOut:
    """A moment as the pages are told of it."""
    mine = past.mine
    return AtOut(
        valid=past.valid,
        known=past.known,
        position=past.position,
        late=past.late,
        revision=_revision(past),
        alarms=[alarm_out(mine, alarm) for alarm in past.alarms],
        orders=[order_out(mine, order, past.valid) for order in past.orders],
        findings=findings_out(past.findings),
        permits=permits_out(past.permits),
        blocked=blocked_out(past.blocked),
        duty=duty_out(past.shift),
        point=_point(mine, point),
        person=_person(mine, person),
    )


def _revision(past: Past) -> RevisionOut | None:
    approved = past.approved
    return (
        None
        if approved is None
        else RevisionOut(
            revision=approved.revision,
            since=past.since,
            by=list(approved.by),
            files=list(approved.files),
            lacking=past.lacking,
        )
    )


def _point(mine: Mine, asked: str) -> PointOut | None:
    row = mine.point_row.get(asked)
    return None if row is None else point_out(mine, mine.points[row])


def _person(mine: Mine, asked: str) -> CertifiedOut | None:
    row = mine.person_row.get(asked)
    if row is None:
        return None
    found = mine.people[row]
    return CertifiedOut(
        person=person_out(found), shift=found.shift, certificates=list(found.certificates)
    )
