"""Reading: the mine, what it is like now, and what it was like."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from minesafe.model.errors import StoreUnavailable
from minesafe.model.trend import Trend
from minesafe.ports import History
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, reads, takes
from minesafe.web.mine_view import mine_out
from minesafe.web.models import (
    CurveOut,
    MineOut,
    ReachOut,
    SampleOut,
    SnapshotOut,
    TrackOut,
    WayOut,
)
from minesafe.web.moments import Moment
from minesafe.web.refusals import NOT_FOUND, UNAVAILABLE, UNPROCESSABLE, Denied
from minesafe.web.rights import Act
from minesafe.web.trending import Curve, curve
from minesafe.web.views import curve_out, number, quality_word, reach_out, track_out

MAX_SAMPLES = 100_000
MAX_DOTS = 4000

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(reads)])


@router.get("/mine")
async def mine(here: Here) -> MineOut:
    """What does not change within a configuration revision."""
    return mine_out(here.desk.mine)


@router.get("/snapshot")
async def snapshot(here: Here) -> SnapshotOut:
    """Everything that changes, now; what the live wire sends first."""
    return here.hub.snapshot()


@router.get("/points/{point}/values")
async def values(here: Here, point: str, start: Moment, end: Moment) -> list[SampleOut]:
    """A point's stored samples with start <= sampled < end."""
    row = row_of(here.desk.mine.point_row, point, "unknown_point")
    history = history_of(here)
    try:
        readings = await history.values(row, start, end, MAX_SAMPLES)
    except StoreUnavailable as error:
        raise Denied(UNAVAILABLE, "history_unavailable") from error
    _whole(len(readings))
    return [
        SampleOut(sampled=sampled, value=number(value), quality=quality_word(quality))
        for _, value, quality, sampled, _ in readings.rows()
    ]


@router.get("/points/{point}/trend")
async def trend(
    here: Here,
    point: str,
    start: Moment,
    end: Moment,
    dots: Annotated[int, Query(ge=10, le=MAX_DOTS)] = 1000,
) -> CurveOut:
    """A point's course for a curve of so many dots: an hour or a year alike."""
    row = row_of(here.desk.mine.point_row, point, "unknown_point")
    if end <= start:
        return curve_out(Curve(1, 0, Trend.none()))
    try:
        drawn = await curve(history_of(here), here.desk.mine, row, (start, end), dots)
    except StoreUnavailable as error:
        raise Denied(UNAVAILABLE, "history_unavailable") from error
    return curve_out(drawn)


@router.get("/people/{person}/track")
async def track(
    here: Here,
    person: str,
    start: Moment,
    end: Moment,
    caller: Annotated[Caller, Depends(takes(Act.FOLLOW))],
) -> list[TrackOut]:
    """A person's stored places with start <= sampled < end."""
    mine = here.desk.mine
    row = row_of(mine.person_row, person, "unknown_person")
    history = history_of(here)
    try:
        places = await history.track(row, start, end, MAX_SAMPLES)
    except StoreUnavailable as error:
        raise Denied(UNAVAILABLE, "history_unavailable") from error
    _whole(len(places))
    await here.looks.noted(here.desk, caller.user, "track", person, (start, end))
    return track_out(mine, places)


@router.get("/people/{person}/reach")
async def reach(here: Here, person: str) -> ReachOut:
    """Where somebody may have walked to since his last place: what to search when he is missed."""
    row = row_of(here.desk.mine.person_row, person, "unknown_person")
    found = here.desk.reach(person)
    if found is None:
        raise Denied(NOT_FOUND, "not_in_the_mine")
    return reach_out(here.desk.mine, here.desk.picture(), row, found)


@router.get("/people/{person}/way")
async def way(here: Here, person: str) -> WayOut:
    """Which exit or refuge somebody would be sent to from his last place, and how far it is."""
    row_of(here.desk.mine.person_row, person, "unknown_person")
    found = here.desk.way_out(person)
    if found is None:
        raise Denied(NOT_FOUND, "not_in_the_mine")
    return WayOut(**asdict(found))


def _whole(rows: int) -> None:
    """Refuse an answer that would be cut off: who reads it would take it for all there is."""
    if rows == MAX_SAMPLES:
        raise Denied(UNPROCESSABLE, "ask_shorter", most=MAX_SAMPLES)


def row_of(rows: dict[str, int], name: str, code: str) -> int:
    """The row of an id, or `code` is the refusal."""
    if name not in rows:
        raise Denied(NOT_FOUND, code)
    return rows[name]


def history_of(here: Context) -> History:
    """The long memory, or a refusal."""
    if here.history is None:
        raise Denied(UNAVAILABLE, "history_unavailable")
    return here.history
