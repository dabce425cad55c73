"""The past on a screen: a moment, and what is played from it. Nothing can be done there."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from minesafe.model.errors import StoreUnavailable
from minesafe.ports import Recorded, Replays
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, caller_of_session, takes
from minesafe.web.mine_view import mine_out
from minesafe.web.models import MarkOut, MineOut, RecordedOut, ReplayOut
from minesafe.web.moments import Moment
from minesafe.web.playing import Stage
from minesafe.web.refusals import UNAVAILABLE, Denied
from minesafe.web.rights import Act
from minesafe.web.snapshot import snapshot_out

SLOWEST, FASTEST = 0.1, 100.0

MOST_DOTS = 2_000

router = APIRouter(prefix="/api/v1/replay", tags=["reading"])

Watcher = Annotated[Caller, Depends(takes(Act.REPLAY))]


@router.get("", dependencies=[Depends(takes(Act.REPLAY))])
async def replay(here: Here, at: Moment) -> ReplayOut:
    """The whole map at a moment, with people, values, alarms and orders as the room knew them."""
    return replay_out(await _then(here, at))


def replay_out(then: Recorded) -> ReplayOut:
    """A moment as pages are told of it."""
    return ReplayOut(
        at=then.now(),
        heard=then.heard or None,
        revision=then.mine.revision,
        lacking=then.lacking,
        snapshot=snapshot_out(then),
    )


@router.get("/mine", dependencies=[Depends(takes(Act.REPLAY))])
async def replay_mine(here: Here, at: Moment) -> MineOut:
    """The mine as it was laid out, named and limited at a moment."""
    return mine_out((await _then(here, at)).mine)


@router.get("/recorded", dependencies=[Depends(takes(Act.REPLAY))])
async def recorded(
    here: Here,
    start: Moment,
    end: Moment,
    dots: Annotated[int, Query(ge=10, le=MOST_DOTS)] = 500,
) -> RecordedOut:
    """From when until when there is something to be seen, and what happened between two times."""
    replays = _replays(here)
    try:
        span = await replays.recorded()
        marks = await replays.marks(start, end, dots)
    except StoreUnavailable as error:
        raise Denied(UNAVAILABLE, "history_unavailable") from error
    first, last = span or (None, None)
    return RecordedOut(
        first=first,
        last=last,
        marks=[MarkOut(at=m.at, severity=m.severity, order=m.order) for m in marks],
    )


@router.get("/play", response_class=StreamingResponse)
async def play(
    here: Here,
    caller: Watcher,
    at: Moment,
    speed: Annotated[float, Query(ge=SLOWEST, le=FASTEST)] = 1.0,
) -> StreamingResponse:
    """What changed from a moment on, at so many times its speed: a `ReplayLine` a line."""

    async def still() -> bool:
        try:
            return await caller_of_session(here, caller.session) is not None
        except StoreUnavailable:
            return True

    stage = Stage(_replays(here), here.desk.now, still, here.recheck_s)
    lines: AsyncIterator[str] = stage.lines(at, speed)
    return StreamingResponse(lines, media_type="application/x-ndjson")


async def _then(here: Context, at: int) -> Recorded:
    try:
        return await _replays(here).at(at)
    except StoreUnavailable as error:
        raise Denied(UNAVAILABLE, "history_unavailable") from error


def _replays(here: Context) -> Replays:
    if here.replays is None:
        raise Denied(UNAVAILABLE, "history_unavailable")
    return here.replays
