"""Health: measured on work done, never on the process being there.

Whether an alarm can be raised now is judged in one place (`minesafe.readiness`); `/readyz`, the
heartbeat of every page and the page of health say the same.
"""

from dataclasses import asdict, replace

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from minesafe.model.device import Device
from minesafe.model.events import FindingKind
from minesafe.model.machine import Machine
from minesafe.model.nightly import NightlyProof
from minesafe.model.time import SECOND
from minesafe.readiness import Why, cannot, ways
from minesafe.traffic import Flow
from minesafe.web.context import Context, Here
from minesafe.web.guard import reads
from minesafe.web.metrics import Metrics
from minesafe.web.mine_view import words
from minesafe.web.models import (
    BacklogOut,
    CopiedOut,
    ExpiryOut,
    HealthOut,
    HealthReportOut,
    LinkOut,
    NightlyReachOut,
    ProofOut,
    ServerFactsOut,
    WhyOut,
)
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
    """Whether an alarm can be raised now; 503, and why not, where none can."""
    why = [reason.code for reason in cannot_now(here)]
    return _health(here, response, ok=not why, why=why)


@router.get("/api/v1/backlog", dependencies=[Depends(reads)])
async def backlog(here: Here) -> BacklogOut:
    """How far the history is behind: what is newer is not in curves, lists and reports yet."""
    return BacklogOut(**asdict(here.backlog()))


@router.get("/api/v1/health", dependencies=[Depends(reads)])
async def health(here: Here) -> HealthReportOut:
    """Can this system raise an alarm now; by what is that known, and what does it stand on."""
    desk, why = here.desk, cannot_now(here)
    proven, flows = here.around.proven(), here.around.flows()
    return HealthReportOut(
        able=not why,
        why=[WhyOut(code=reason.code, seconds=reason.seconds) for reason in why],
        ways=ways(desk.mine, desk.findings(), here.hub.pages),
        proof=None if proven is None else ProofOut(at=proven.at, took_s=proven.took_s),
        self_test=sorted(desk.mine.self_tests),
        nightly=_nightly(desk.nightly()),
        links=[_link(d, flows[d.id]) for d in desk.devices() if d.id in flows],
        backlog=BacklogOut(**asdict(here.backlog())),
        server=_server(here, here.around.machine()),
    )


def cannot_now(here: Context) -> list[Why]:
    """Why no alarm can be raised at this moment; nothing where one can.

    A hub that sees no newer picture is as stuck as an engine that makes none.
    """
    desk, hub, vital = here.desk, here.hub, here.vital()
    findings = desk.findings()
    told = ways(desk.mine, findings, hub.pages)
    seen = replace(vital, frame_age_s=max(vital.frame_age_s, hub.frame_age_s))
    return cannot(seen, told, findings, judged=hub.frames_seen > 0)


def _health(
    here: Context, response: Response, *, ok: bool, why: list[str] | None = None
) -> HealthOut:
    response.status_code = 200 if ok else UNAVAILABLE
    desk = here.desk
    age = round(here.hub.frame_age_s, 3)
    return HealthOut(
        ok=ok, frame_age_s=age, position=desk.position, epoch=desk.epoch, why=why or []
    )


def _nightly(proof: NightlyProof | None) -> NightlyReachOut | None:
    if proof is None:
        return None
    answered = [row.answered for row in proof.rows.values() if row.answered is not None]
    first = min(answered, default=None)
    return NightlyReachOut(
        asked=proof.asked,
        answer_by=proof.answer_by,
        people=len(proof.rows),
        answered=len(answered),
        quickest_s=None if first is None else (first - proof.asked) / SECOND,
    )


def _link(device: Device, flow: Flow) -> LinkOut:
    return LinkOut(
        id=device.id,
        name=words(device.name),
        what=device.what,
        driver=device.driver,
        standing=device.standing,
        heard=device.heard,
        errors=device.errors,
        troubles=list(device.troubles),
        rate=flow.rate,
        expected=flow.expected,
        skew_s=flow.skew_s,
    )


def _server(here: Context, machine: Machine | None) -> ServerFactsOut:
    desk = here.desk
    refused = (FindingKind.DISK_FULL, FindingKind.DISK_HANGS)
    troubled = {found.subject for found, _ in desk.findings() if found.finding in refused}
    return ServerFactsOut(
        wall=here.around.wall(),
        messages=here.vital().messages,
        journal=desk.position,
        journal_written="journal" not in troubled,
        starts=desk.epoch,
        pages=here.hub.pages,
        synchronised=machine.synchronised if machine else None,
        petted=machine.petted if machine else False,
        copied=CopiedOut(**asdict(machine.copied)) if machine and machine.copied else None,
        expiries=[ExpiryOut(**asdict(one)) for one in machine.expiries] if machine else [],
    )


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(known: Metrics) -> PlainTextResponse:
    """Counts for Prometheus (`web.metrics`); nothing in them names a person or a place."""
    return PlainTextResponse(generate_latest(known), media_type=CONTENT_TYPE_PLAIN_0_0_4)
