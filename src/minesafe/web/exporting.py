"""History as a file: CSV, XLSX or Parquet. Who takes people's places away is written down."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from minesafe.exports import EXTENSIONS, MEDIA, Format, Sheet, sheets, streamed
from minesafe.exports.alarms import alarm_sheet
from minesafe.exports.words import Language
from minesafe.model.events import Exported
from minesafe.model.mine import Severity
from minesafe.model.search import Search
from minesafe.model.steps import WIDTHS_S
from minesafe.model.time import SECOND
from minesafe.queries import Asked, checked
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, takes
from minesafe.web.models import Wire
from minesafe.web.moments import Moment
from minesafe.web.reading import history_of, row_of
from minesafe.web.refusals import UNPROCESSABLE, Denied
from minesafe.web.rights import Act

MOST_POINTS = 100

router = APIRouter(prefix="/api/v1", tags=["reading"])


class Taken(StrEnum):
    """What can be taken away."""

    VALUES = "values"
    TREND = "trend"
    TRACK = "track"
    OCCUPANCY = "occupancy"
    ATTENDANCE = "attendance"
    CONTACTS = "contacts"
    EVENTS = "events"
    ALARMS = "alarms"


OF_PEOPLE = frozenset(set(Taken) - {Taken.VALUES, Taken.TREND})
"""The journal too says where people were and what they did."""


class FileIn(Wire):
    """What is asked for."""

    start: Moment
    end: Moment
    form: Format = Field(Format.CSV, alias="format")
    language: Language = "zh"
    point: list[str] = Field(default=[], max_length=MOST_POINTS)
    width_s: int = WIDTHS_S[0]
    """Of a trend's steps: 60 · 300 · 3600."""
    person: str = ""
    zone: str = ""
    crew: str = ""
    metres: float = Field(50.0, gt=0, le=500)
    kind: list[str] = Field(default=[], max_length=MOST_POINTS)
    """Of events."""
    text: str = Field("", max_length=200)
    who: str = Field("", max_length=200)
    """Of events: whose acts, a person or a log-in."""
    severity: list[Severity] = Field(default=[])
    """Of alarms; likewise `text`."""


@router.get("/export/{what}", response_class=StreamingResponse)
async def export(
    here: Here,
    what: Taken,
    asked: Annotated[FileIn, Query()],
    caller: Annotated[Caller, Depends(takes(Act.EXPORT))],
) -> StreamingResponse:
    """What of the past as a file, streamed; times by the mine's clock, zone and units in it."""
    span = checked("export", (asked.start, asked.end))
    office = sheets.Office(history_of(here), here.desk.mine, span, asked.language)
    parts = here.exports.stream(streamed(SHEETS[what](here, office, asked), asked.form))
    try:
        first = await anext(parts, b"")  # what is refused is refused before an answer has begun
        if what in OF_PEOPLE:
            await here.desk.note(_told(what, asked, caller.user))
    except BaseException:
        await parts.aclose()
        raise
    day = datetime.fromtimestamp(asked.start / SECOND, office.zone)
    name = f"{what}-{day:%Y%m%d}.{EXTENSIONS[asked.form]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_after(first, parts), media_type=MEDIA[asked.form], headers=headers)


def _told(what: Taken, asked: FileIn, user: str) -> Exported:
    whom = asked.person or asked.zone or asked.crew
    span = {"start": asked.start, "end": asked.end}
    return Exported(what=what, subject=whom, form=asked.form, by=user, **span)


def _points(office: sheets.Office, asked: FileIn) -> list[int]:
    if not asked.point:
        raise Denied(UNPROCESSABLE, "malformed", where="point", what="missing")
    return [row_of(office.mine.point_row, name, "unknown_point") for name in asked.point]


def _trend(here: Context, office: sheets.Office, asked: FileIn) -> Sheet:
    if asked.width_s not in WIDTHS_S:
        raise Denied(UNPROCESSABLE, "malformed", where="width_s", what="60 · 300 · 3600")
    return sheets.trend(office, _points(office, asked), asked.width_s)


def _person(office: sheets.Office, asked: FileIn) -> int:
    return row_of(office.mine.person_row, asked.person, "unknown_person")


def _events(here: Context, office: sheets.Office, asked: FileIn) -> Sheet:
    search = Search(kinds=tuple(asked.kind), text=asked.text, actor=asked.who)
    return sheets.events(office, here.memory.find, search)


def _alarms(here: Context, office: sheets.Office, asked: FileIn) -> Sheet:
    which = Asked(office.span, tuple(asked.severity), asked.text)
    return alarm_sheet(office, here.memory.find, which)


SHEETS: Mapping[Taken, Callable[[Context, sheets.Office, FileIn], Sheet]] = {
    Taken.VALUES: lambda _, office, asked: sheets.values(office, _points(office, asked)),
    Taken.TREND: _trend,
    Taken.TRACK: lambda _, office, asked: sheets.track(office, _person(office, asked)),
    Taken.OCCUPANCY: lambda _, office, asked: sheets.occupancy(
        office, row_of(office.mine.zone_row, asked.zone, "unknown_zone")
    ),
    Taken.ATTENDANCE: lambda _, office, asked: sheets.attendance(office, asked.crew),
    Taken.CONTACTS: lambda _, office, asked: sheets.contacts(
        office, _person(office, asked), asked.metres
    ),
    Taken.EVENTS: _events,
    Taken.ALARMS: _alarms,
}


async def _after(first: bytes, parts: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    yield first
    async for part in parts:
        yield part
