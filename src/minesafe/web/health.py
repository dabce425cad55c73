"""Health: measured on work done, never on the process being there."""

from dataclasses import asdict

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from minesafe.web.context import Context, Here
from minesafe.web.guard import reads
from minesafe.web.metrics import Metrics
from minesafe.web.models import BacklogOut, HealthOut
from minesafe.web.refusals import UNAVAILABLE

OLDEST_FRAME_S = 10.0
"""The clock's sweep makes a frame each second, so an older newest frame means a stuck server."""

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz(here: Here, response: Response) -> HealthOut:
    """Whether frames are being judged; 503 when none was for 10 s."""
    return _health(here, response, ok=here.hub.frame_age_s <= OLDEST_FRAME_S)


@router.get("/readyz")
async def readyz(here: Here, response: Response) -> HealthOut:
    """As healthz, and at least one frame has been judged since the start."""
    judged = here.hub.frames_seen > 0
    return _health(here, response, ok=judged and here.hub.frame_age_s <= OLDEST_FRAME_S)


@router.get("/api/v1/backlog", dependencies=[Depends(reads)])
async def backlog(here: Here) -> BacklogOut:
    """How far the history is behind: what is newer is not in curves, lists and reports yet."""
    return BacklogOut(**asdict(here.backlog()))


def _health(here: Context, response: Response, *, ok: bool) -> HealthOut:
    response.status_code = 200 if ok else UNAVAILABLE
    desk = here.desk
    age = round(here.hub.frame_age_s, 3)
    return HealthOut(ok=ok, frame_age_s=age, position=desk.position, epoch=desk.epoch)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(known: Metrics) -> PlainTextResponse:
    """Counts for Prometheus (`web.metrics`); nothing in them names a person or a place."""
    return PlainTextResponse(generate_latest(known), media_type=CONTENT_TYPE_PLAIN_0_0_4)
