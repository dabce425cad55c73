"""Questions about people and zones over time. They take turns, end in time, and name no phone."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from minesafe import queries
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.ports import Memory
from minesafe.queries import Spot
from minesafe.web.asked_views import (
    attendance_out,
    contacts_out,
    nearby_out,
    occupancy_out,
    stays_out,
    visits_out,
)
from minesafe.web.context import Here
from minesafe.web.guard import Caller, reads, takes
from minesafe.web.mine_view import limits_out
from minesafe.web.models import (
    AttendanceOut,
    ContactOut,
    LimitsThenOut,
    NearbyOut,
    OccupancyOut,
    StaysOut,
    VisitsOut,
)
from minesafe.web.moments import LAST, Moment
from minesafe.web.reading import history_of, row_of
from minesafe.web.refusals import NOT_FOUND, UNPROCESSABLE, Denied
from minesafe.web.rights import Act

MOST_M = 500.0
MOST_CHANGES = 12
"""Revisions a curve shows the limits of."""

Follower = Annotated[Caller, Depends(takes(Act.FOLLOW))]
Metres = Annotated[float, Query(gt=0, le=MOST_M)]

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(takes(Act.FOLLOW))])
limits_router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(reads)])


@router.get("/people/{person}/stays")
async def stays(
    here: Here,
    request: Request,
    person: str,
    start: Moment,
    end: Moment,
    caller: Follower,
    within_m: Annotated[float, Query(ge=0, le=100)] = 5.0,
) -> StaysOut:
    """A person's way by roadway, with as few places as tell it within so many metres."""
    mine, history = here.desk.mine, history_of(here)
    row = row_of(mine.person_row, person, "unknown_person")
    work = queries.track(history, mine, row, (start, end), within_m)
    found = await here.questions.answer(request, work)
    await here.looks.noted(here.desk, caller.user, "track", person, (start, end))
    return stays_out(mine, found)


@router.get("/people/{person}/visits")
async def visits(
    here: Here, request: Request, person: str, start: Moment, end: Moment, caller: Follower
) -> VisitsOut:
    """Zones a person came through, readers that heard him, and when none did."""
    mine, history = here.desk.mine, history_of(here)
    row = row_of(mine.person_row, person, "unknown_person")
    work = queries.visits(history, mine, row, (start, end))
    found = await here.questions.answer(request, work)
    await here.looks.noted(here.desk, caller.user, "track", person, (start, end))
    return visits_out(mine, found)


@router.get("/zones/{zone}/occupancy")
async def occupancy(
    here: Here, request: Request, zone: str, start: Moment, end: Moment
) -> OccupancyOut:
    """Who was in a zone from when to when, how many at once, and when that was over the limit."""
    mine, history = here.desk.mine, history_of(here)
    row = row_of(mine.zone_row, zone, "unknown_zone")
    work = queries.occupancy(history, mine, row, (start, end))
    return occupancy_out(mine, await here.questions.answer(request, work))


@router.get("/attendance")
async def attendance(
    here: Here, request: Request, start: Moment, end: Moment, crew: str = ""
) -> AttendanceOut:
    """Who went down and when, who came up, how long they were below; by day, shift and crew."""
    mine = here.desk.mine
    work = queries.attendance(history_of(here), mine, (start, end))
    return attendance_out(mine, await here.questions.answer(request, work), crew)


@router.get("/near")
async def near(
    here: Here,
    request: Request,
    at: Moment,
    metres: Metres = 50.0,
    person: str = "",
    point: str = "",
    roadway: str = "",
    chainage_m: float = 0.0,
) -> NearbyOut:
    """Who was within so many metres of a person, a point or a place: straight, and on foot."""
    mine, history = here.desk.mine, history_of(here)
    place = _place(mine, person, point, (roadway, chainage_m))

    async def work() -> NearbyOut:
        row = mine.person_row[person] if place is None else -1
        spot = place or await queries.spot_of_person(history, mine, row, at)
        return nearby_out(mine, spot, await queries.near(history, mine, spot, at, metres))

    return await here.questions.answer(request, work())


@router.get("/contacts")
async def contacts(
    here: Here,
    request: Request,
    start: Moment,
    end: Moment,
    caller: Follower,
    metres: Metres = 50.0,
    person: str = "",
    point: str = "",
    roadway: str = "",
    chainage_m: float = 0.0,
) -> list[ContactOut]:
    """Who came within so many metres of a person, a point or a place, when and for how long."""
    mine, history = here.desk.mine, history_of(here)
    place = _place(mine, person, point, (roadway, chainage_m))
    whom = mine.person_row[person] if place is None else place
    work = queries.contacts(history, mine, whom, (start, end), metres)
    met = await here.questions.answer(request, work)
    if person:
        await here.looks.noted(here.desk, caller.user, "contacts", person, (start, end))
    return contacts_out(mine, met)


def _place(mine: Mine, person: str, point: str, place: tuple[str, float]) -> Spot | None:
    """The one that is named; None: the person, wherever he was."""
    if sum(map(bool, (person, point, place[0]))) != 1:
        raise Denied(UNPROCESSABLE, "name_one_place")
    if person:
        row_of(mine.person_row, person, "unknown_person")
        return None
    if point:
        there = mine.points[row_of(mine.point_row, point, "unknown_point")]
        place = there.roadway, there.chainage_m
    return queries.spot_on(mine, row_of(mine.roadway_row, place[0], "unknown_roadway"), place[1])


@limits_router.get("/points/{point}/limits")
async def limits(here: Here, point: str, start: Moment, end: Moment) -> list[LimitsThenOut]:
    """A point's limits in force between two times, newest first."""
    if point not in here.desk.mine.point_row:
        raise Denied(NOT_FOUND, "unknown_point")
    return list(await _limits_then(here.memory, point, (start, end), here.desk.now()))


async def _limits_then(
    memory: Memory, point: str, span: tuple[Micros, Micros], now: Micros
) -> Sequence[LimitsThenOut]:
    """Revision by revision, backwards."""
    found: list[LimitsThenOut] = []
    at, until = min(span[1], now), None if span[1] >= now else span[1]
    while at >= span[0] and len(found) < MOST_CHANGES:
        past = await memory.at(at, LAST)
        row = past.mine.point_row.get(point)
        if past.approved is None:
            break
        found.append(
            LimitsThenOut(
                since=past.since,
                until=until,
                limits=None if row is None else limits_out(past.mine.points[row].limits),
                lacking=past.lacking,
            )
        )
        until, at = past.since, past.since - 1
    return found
