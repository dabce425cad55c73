"""Reports to take away: the record of an order, and the statutory reports of days and months."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse

from minesafe.model.events import Origin
from minesafe.model.filing import SIGNERS, Filed, Series
from minesafe.model.filing_acts import FileReport, SignReport
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, proves_himself, takes
from minesafe.web.models import ReportLineOut, ReportOut, ReportSignIn, WantedReportIn
from minesafe.web.refusals import NOT_FOUND, Denied
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["reading"])

Form = Literal["html", "pdf"]
CopyForm = Literal["html", "pdf", "json"]

MEDIA: dict[CopyForm, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
}

OrderName = Annotated[str, Path(pattern=r"^[\w.-]{1,64}$")]
"""An order's id or number; it becomes the name of a file. Likewise a report's."""


@router.get(
    "/orders/{order}/report",
    dependencies=[Depends(takes(Act.REPORT))],
    response_class=StreamingResponse,
)
async def order_report(
    here: Here, order: OrderName, form: Form = "html", language: Literal["zh", "en"] = "zh"
) -> StreamingResponse:
    """Write the record of an order, open or closed however long ago, and send it in parts."""
    parts = await here.reporter.incident(order, language, form)
    name = {"Content-Disposition": f'attachment; filename="order-{order}.{form}"'}
    return StreamingResponse(parts, media_type=MEDIA[form], headers=name)


# --- statutory reports ------------------------------------------------------------------------


@router.get("/reports", dependencies=[Depends(takes(Act.REPORT))])
async def made_reports(
    here: Here,
    series: Series | None = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 200,
) -> list[ReportOut]:
    """Statutory reports that have a number, the newest first."""
    filed = here.desk.reports()
    newest = _newest(filed)
    own = [f for f in filed if series in (None, f.series)]
    return [_out(f, f.report in newest) for f in own[:limit]]


@router.post("/reports")
async def make_report(
    here: Here, wanted: WantedReportIn, who: Annotated[Caller, Depends(acts(Act.MAKE_REPORT))]
) -> ReportOut:
    """Make a report of what is known now: the next number of its day, or the one that says it."""
    named = frozenset(f.digest for f in here.desk.reports())
    drawn = await here.reporter.draw(wanted.series, wanted.day, named)
    filed = await here.desk.file_report(
        FileReport.of(drawn, wanted.series, wanted.day, who.person, Origin.CONSOLE)
    )
    return _out(filed, newest=True)


@router.get(
    "/reports/{report}",
    dependencies=[Depends(takes(Act.REPORT))],
    response_class=StreamingResponse,
)
async def report_copy(
    here: Here, report: OrderName, form: CopyForm = "html", language: Literal["zh", "en"] = "zh"
) -> StreamingResponse:
    """A report as it was filed, with its signatures: a page to read and print, a PDF, or data."""
    parts = await here.reporter.copy(_filed(here, report), language, form)
    how = "inline" if form == "html" else "attachment"
    name = {"Content-Disposition": f'{how}; filename="{report}.{form}"'}
    return StreamingResponse(parts, media_type=MEDIA[form], headers=name)


@router.post("/reports/{report}/signatures", status_code=204)
async def sign_report(
    here: Here,
    request: Request,
    report: OrderName,
    signing: ReportSignIn,
    who: Annotated[Caller, Depends(acts(Act.SIGN_REPORT))],
) -> None:
    """Sign a line of a report, with the password again: its digest is what is signed."""
    await proves_himself(here, request, who, signing.password)
    await here.desk.sign_report(
        SignReport(who.person, Origin.CONSOLE, report, signing.post, who.roles)
    )


def _filed(here: Context, report: str) -> Filed:
    found = next((f for f in here.desk.reports() if f.report == report), None)
    if found is None:
        raise Denied(NOT_FOUND, "unknown_report", report=report)
    return found


def _newest(filed: Sequence[Filed]) -> frozenset[str]:
    """Of each day the report with the highest number; they come the newest first."""
    first: dict[tuple[Series, str], str] = {}
    for one in filed:
        first.setdefault((one.series, one.day), one.report)
    return frozenset(first.values())


def _out(filed: Filed, newest: bool) -> ReportOut:
    signed = {s.post: (s.by, s.at) for s in filed.signatures}
    lines = [
        ReportLineOut(post=post, by=by, at=at)
        for post in SIGNERS[filed.series]
        for by, at in [signed.get(post, (None, None))]
    ]
    return ReportOut(
        report=filed.report,
        series=filed.series,
        day=filed.day,
        number=filed.number,
        digest=filed.digest,
        position=filed.position,
        head=filed.head,
        made=filed.made,
        by=filed.by,
        newest=newest,
        lines=lines,
    )
