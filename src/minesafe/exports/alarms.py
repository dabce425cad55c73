"""Alarms of the past as a sheet: one row each, with what was done about it (报警处置记录)."""

from collections.abc import AsyncIterator

from minesafe.alarms.courses import Course
from minesafe.exports.sheets import Find, Office, columns
from minesafe.exports.table import Block, Sheet
from minesafe.exports.words import said
from minesafe.model.time import SECOND
from minesafe.queries import Asked, alarm_courses
from minesafe.wording import word_of

NONE = ("", "", "")
"""Nothing has been written of it."""

KEYS = (
    "level began ended lasted_s what where value limit unit times "
    "acknowledged acknowledged_by note cause planned measure handled_by closed_by"
)


def alarm_sheet(office: Office, find: Find, asked: Asked) -> Sheet:
    """The alarms that began in the time, the newest first."""

    async def blocks() -> AsyncIterator[Block]:
        found = await alarm_courses(find, office.mine, asked)
        yield columns(_row(office, course) for course in found)

    return office.sheet(KEYS, blocks())


def _row(office: Office, course: Course) -> tuple[object, ...]:
    mine, handled = office.mine, course.handled
    row = mine.point_row.get(course.subject)
    unit = "" if row is None else mine.kind[mine.points[row].kind].unit
    written = (handled.cause, office.yes(handled.planned), handled.measure) if handled else NONE
    lasted = None if course.ended is None else (course.ended - course.began) / SECOND
    return (
        *(course.severity.value, course.began, course.ended, lasted),
        word_of(office.language, "condition", course.condition),
        _where(office, course.subject),
        *(course.value, course.limit, unit, course.times, course.acknowledged_at),
        *(_person(office, course.acknowledged_by), course.acknowledged_note),
        *written,
        _person(office, handled.by if handled else None),
        _person(office, course.closed_by),
    )


def _where(office: Office, subject: str) -> str:
    """The name of a point, zone or person; of anything else its id."""
    mine = office.mine
    for rows, all_ in ((mine.point_row, mine.points), (mine.zone_row, mine.zones)):
        row = rows.get(subject)
        if row is not None:
            return said(all_[row].name, office.language)
    return _person(office, subject)


def _person(office: Office, person: str | None) -> str:
    row = office.mine.person_row.get(person or "")
    return (person or "") if row is None else office.mine.people[row].name
