"""The past: what was true at a moment, and what the room knew."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from pydantic import Field

from minesafe.model.events import Event
from minesafe.model.mine import Mine
from minesafe.model.past import Past
from minesafe.model.search import Found, Search, Span
from minesafe.model.time import Micros
from minesafe.web.alarm_views import alarm_out, permits_out
from minesafe.web.context import Here
from minesafe.web.duty_views import duty_out
from minesafe.web.guard import reads
from minesafe.web.mine_view import person_out, point_out
from minesafe.web.models import AtOut, CertifiedOut, EventOut, EventsOut, PointOut, RevisionOut
from minesafe.web.moments import LAST, Moment
from minesafe.web.views import blocked_out, findings_out, order_out

MAX_EVENTS = 1000

Word = Annotated[str, Query(max_length=200)]

Several = Annotated[Sequence[Annotated[str, Field(max_length=200)]], Query(max_length=50)]

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(reads)])


@router.get("/at")
async def at(
    here: Here, valid: Moment, known: Moment | None = None, point: str = "", person: str = ""
) -> AtOut:
    """What was true at `valid`, by what had been recorded by `known` (whatever is known today).

    With both at the same moment: what the room knew then. `point` and `person` are looked up in
    the revision that was in force.
    """
    async with here.questions.taken():
        past = await here.memory.at(valid, LAST if known is None else known)
    return at_out(past, point, person)


@router.get("/events")
async def events(
    here: Here,
    valid_from: Moment | None = None,
    valid_to: Moment | None = None,
    recorded_from: Moment | None = None,
    recorded_to: Moment | None = None,
    kind: Several = (),
    severity: Several = (),
    about: Several = (),
    actor: Word = "",
    text: Word = "",
    after: Annotated[int, Query(ge=0)] = 0,
    newest: bool = False,
    limit: Annotated[int, Query(ge=1, le=MAX_EVENTS)] = MAX_EVENTS,
) -> EventsOut:
    """Records of the journal, by when they were true or taken, of what, by whom, in which words.

    `about` are ids, all of which a record must be about; `text` is searched in the words the pages
    show, Chinese and English. From the oldest on, or from the newest back.
    """
    asked = Search(
        valid=_span(valid_from, valid_to),
        recorded=_span(recorded_from, recorded_to),
        kinds=tuple(kind),
        severities=tuple(severity),
        about=tuple(about),
        actor=actor,
        text=text,
        after=after,
        newest=newest,
        limit=limit,
    )
    async with here.questions.taken():
        return events_out(await here.memory.find(asked))


def _span(start: Micros | None, end: Micros | None) -> Span | None:
    if start is None and end is None:
        return None
    return start or 0, LAST if end is None else end


def events_out(found: Found) -> EventsOut:
    """A page of records as the pages are told of it."""
    behind = found.head - found.through if found.source == "database" else 0
    listed = [_event(event) for event in found.events]
    return EventsOut(events=listed, source=found.source, behind=behind, more=found.more)


def _event(event: Event) -> EventOut:
    return EventOut.model_validate(msgspec.to_builtins(event))


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
