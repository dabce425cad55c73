"""Health: measured on work done, never on the process being there."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from minesafe.model.mine import Severity
from minesafe.web.context import Context, Here
from minesafe.web.models import HealthOut
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


def _health(here: Context, response: Response, *, ok: bool) -> HealthOut:
    response.status_code = 200 if ok else UNAVAILABLE
    desk = here.desk
    age = round(here.hub.frame_age_s, 3)
    return HealthOut(ok=ok, frame_age_s=age, position=desk.position, epoch=desk.epoch)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(here: Here) -> str:
    """Counts for Prometheus; nothing in them names a person or a place."""
    desk, hub = here.desk, here.hub
    alarms = [alarm.severity for alarm in desk.alarms()]
    lines = [
        ("frame_age_seconds", "gauge", "", round(hub.frame_age_s, 3)),
        ("journal_position", "counter", "", desk.position),
        ("starts", "counter", "", desk.epoch),
        ("findings", "gauge", "", len(desk.findings())),
        ("orders_open", "gauge", "", sum(order.is_open for order in desk.orders())),
        ("alarms_last_10_min", "gauge", "", desk.groups().new),
        ("live_pages", "gauge", "", hub.pages),
        ("live_pages_evicted", "counter", "", hub.evicted),
        *(("alarms", "gauge", f'{{severity="{s}"}}', alarms.count(s)) for s in Severity),
    ]
    return _exposition(lines)


def _exposition(lines: list[tuple[str, str, str, float]]) -> str:
    """Prometheus text format 0.0.4; each metric's type is said once."""
    text, typed = [], set()
    for name, kind, labels, value in lines:
        if name not in typed:
            typed.add(name)
            text.append(f"# TYPE minesafe_{name} {kind}")
        text.append(f"minesafe_{name}{labels} {value}")
    return "\n".join(text) + "\n"
