"""The past on a screen: a moment, and what is played from it. Nothing can be done there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

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


@router.get("", dependencies=[Depends(takes(Act.REPLAY))], response_model=ReplayOut)
async def replay(here: Here, request: Request, at: Moment) -> Response:
    """The whole map at a moment, with people, values, alarms and orders as the room knew them."""

    async def work() -> bytes:
        then = await _replays(here).at(at)
        # Some hundred kilobytes: made where nobody waits for the loop.
        return await asyncio.to_thread(lambda: replay_out(then).model_dump_json().encode())

    return Response(await here.questions.answer(request, work()), media_type="application/json")


@router.get("/mine", dependencies=[Depends(takes(Act.REPLAY))])
async def replay_mine(here: Here, request: Request, at: Moment) -> MineOut:
    """The mine as it was laid out, named and limited at a moment."""
    then = await here.questions.answer(request, _replays(here).at(at))
    return mine_out(then.mine)


@router.get("/recorded", dependencies=[Depends(takes(Act.REPLAY))])
async def recorded(
    here: Here,
    request: Request,
    start: Moment,
    end: Moment,
    dots: Annotated[int, Query(ge=10, le=MOST_DOTS)] = 500,
) -> RecordedOut:
    """From when until when there is something to be seen, and what happened between two times."""
    return await here.questions.answer(request, _recorded(_replays(here), (start, end), dots))


async def _recorded(replays: Replays, between: tuple[int, int], dots: int) -> RecordedOut:
    first, last = await replays.recorded() or (None, None)
    marks = await replays.marks(*between, dots)
    return RecordedOut(
        first=first,
        last=last,
        marks=[MarkOut(at=m.at, severity=m.severity, order=m.order) for m in marks],
    )


def replay_out(then: Recorded) -> ReplayOut:
    """A moment as pages are told of it."""
    return ReplayOut(
        at=then.now(),
        heard=then.heard or None,
        revision=then.mine.revision,
        lacking=then.lacking,
        snapshot=snapshot_out(then),
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


def _replays(here: Context) -> Replays:
    if here.replays is None:
        raise Denied(UNAVAILABLE, "history_unavailable")
    return here.replays
