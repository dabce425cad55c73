"""Paperwork: a statutory report from the data directory of a mine, made or printed."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

import msgspec

from minesafe import past
from minesafe.filing import FilingBody, FilingBook
from minesafe.model.errors import MinesafeError, Refused, StoreUnavailable
from minesafe.model.filing import Filed, Series
from minesafe.model.filing_acts import Drawn
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.queries.attendance import Trip
from minesafe.queries.attendance import attendance as attendance_of
from minesafe.reports.document import Document
from minesafe.reports.laid_out import laid_out
from minesafe.reports.statutory import attendance, daily, leaders, people
from minesafe.reports.statutory.cells import Cells
from minesafe.reports.statutory.crowd import crowd
from minesafe.reports.statutory.day import OVER, Day
from minesafe.reports.statutory.facts import Facts, Part, digest_of, named, packed, unpacked
from minesafe.reports.statutory.happened import Happened, happened
from minesafe.reports.statutory.measured import during, measured
from minesafe.reports.statutory.span import Span, day_of, month_of, shifts_in, yesterday
from minesafe.reports.statutory.written import statutory
from minesafe.reports.words import Lang
from minesafe.store.kept import ChangedReport, KeptReports

log = logging.getLogger(__name__)

Head = tuple[int, str]

FORMS = ("html", "pdf", "json")


@dataclass(frozen=True, slots=True)
class Made:
    """What a report says, and the newest record it stands on."""

    facts: Facts
    head: Head

    @property
    def data(self) -> bytes:
        """As it is kept."""
        return packed(self.facts)


Build = Callable[[Cells, Day], Iterator[Part]]

_PARTS: Mapping[Series, Build] = {
    Series.DAILY: daily.parts,
    Series.PEOPLE: people.parts,
    Series.ATTENDANCE: attendance.parts,
    Series.LEADERS: leaders.parts,
    Series.ATTENDANCE_MONTH: attendance.month_parts,
    Series.LEADERS_MONTH: leaders.month_parts,
}

_OF_POINTS = frozenset({Series.DAILY})
"""Reports that need the statistics of points; likewise below."""
_OF_PEOPLE = frozenset({Series.PEOPLE, Series.ATTENDANCE})


async def make(mine: Mine, data: Path, series: Series, day: str, now: Micros) -> Made:
    """Make one report from what is known now.

    Args:
        mine: the revision in force.
        data: the server's data directory.
        series: which report.
        day: 2026-11-26, or of a monthly one 2026-11.
        now: the mine's time; a day that is not over is told as far as this.

    Raises:
        Refused: no_such_day · day_not_begun.
        StoreUnavailable: there is no journal.
        BrokenJournal: a record cannot be read.
    """
    span = (month_of if series.monthly else day_of)(mine, day, now)
    found = await asyncio.to_thread(_read, mine, data, span)
    async with past.history(mine, data) as history:
        return await of(mine, history, series, span, found)


def _read(mine: Mine, data: Path, span: Span) -> Happened:
    return happened(mine, past.records(data / "journal.db"), span)


async def of(
    mine: Mine, history: History | None, series: Series, span: Span, found: Happened
) -> Made:
    """Make one report of what was read.

    Args:
        mine: the revision in force.
        history: what is stored; None where there is none.
        series: which report.
        span: of which time.
        found: what the journal says of it.
    """
    known = await _day(mine, history, series, span, found)
    parts = tuple(_PARTS[series](Cells(mine), known))
    return Made(_facts(mine, series, span, parts), found.head)


async def _day(
    mine: Mine, history: History | None, series: Series, span: Span, found: Happened
) -> Day:
    assert found.duty is not None, "as it was read"
    shifts = shifts_in(found.duty.corrected, span)
    asked = history if series in _OF_POINTS else None
    known = await measured(mine, asked, span, [part for _, part in shifts])
    over = await during(mine, None if known is None else asked, span, found.of(*OVER))
    there = await crowd(mine, history, span) if series in _OF_PEOPLE else None
    trips = await _trips(mine, history, span) if series is Series.ATTENDANCE else None
    return Day(span, shifts, found, known, over, there, trips)


async def _trips(mine: Mine, history: History | None, span: Span) -> Sequence[Trip] | None:
    """Everybody's times below by their tags; None where the history cannot be asked."""
    if history is None:
        return None
    try:
        return (await attendance_of(history, mine, (span.start, span.until))).trips
    except (StoreUnavailable, Refused):
        return None


def _facts(mine: Mine, series: Series, span: Span, parts: tuple[Part, ...]) -> Facts:
    return Facts(
        series=series,
        day=span.day,
        start=span.start,
        end=span.end,
        until=span.until,
        timezone=mine.server.timezone,
        mine=mine.id,
        name=named(mine.name),
        demo=mine.demo,
        revision=mine.revision,
        parts=parts,
    )


def draft(mine: Mine, made: Made, lang: Lang) -> Document:
    """A report without a number: the running server alone gives numbers."""
    digest = digest_of(made.data)
    return statutory(made.facts, lang, mine=mine, head=made.head, digest=digest)


def printed(mine: Mine, facts: Facts, filed: Filed, before: Facts | None, lang: Lang) -> Document:
    """A report that has its number, with what it says otherwise than the one before."""
    return statutory(
        facts,
        lang,
        mine=mine,
        head=(filed.position, filed.head),
        digest=filed.digest,
        filed=filed,
        before=before,
    )


async def file(
    mine: Mine, data: Path, series: Series, day: str, now: Micros, listed: frozenset[str]
) -> bytes:
    """Make a report as `make` and keep what it says; what comes back is what its number needs.

    Digests of the reports that are `listed` say which contents are still somebody's.

    Raises:
        StoreUnavailable: the disk refuses; or as `make`.
    """
    made, kept = await make(mine, data, series, day, now), KeptReports(data / "reports")
    kept.forget_all_but(listed)
    digest = kept.put(made.data)
    return msgspec.json.encode(Drawn(digest, *made.head, made.facts.end))


def copy(mine: Mine, data: Path, filed: Filed, lang: Lang, form: str) -> bytes:
    """A filed report, laid out.

    Raises:
        Refused: report_changed: what is kept is not what was filed.
        NoPaper: as `laid_out`.
    """
    kept = KeptReports(data / "reports")
    try:
        facts = unpacked(kept.get(filed.digest))
    except ChangedReport as error:
        log.error("%s: %s", filed.report, error)
        raise Refused("report_changed", report=filed.report) from error
    if form == "json":
        return as_json(facts, (filed.position, filed.head), filed)
    return laid_out(printed(mine, facts, filed, _before(kept, filed), lang), form, mine)


def _before(kept: KeptReports, filed: Filed) -> Facts | None:
    """What the number before said; None where there was none, or it is kept no more."""
    try:
        return unpacked(kept.get(filed.before)) if filed.before else None
    except ChangedReport as error:
        log.warning("%s: without what changed: %s", filed.report, error)
        return None


@dataclass(frozen=True, slots=True)
class Print:
    """What is asked for at a command line."""

    series: str
    day: str
    """Empty: yesterday."""
    lang: str
    form: str
    font: str
    folders: Sequence[Path]
    number: int = 0
    """Of a report that has one; 0: made anew."""


def of_day(series: str, monthly: str, day: str) -> str:
    """The series that tells of it: a month has one of its own.

    >>> of_day("leaders", "leaders_month", "2026-11"), of_day("daily", "", "2026-11")
    ('leaders_month', 'daily')
    """
    return monthly if monthly and day.count("-") == 1 else series


async def write_statutory(
    mine: Mine, data: Path, wanted: Print, now: Micros, target: Path | None
) -> Path:
    """Make a report and write it into a file.

    Raises:
        MinesafeError: no such language or form; or as `make` and `laid_out`.
    """
    if wanted.lang not in get_args(Lang):
        raise MinesafeError(f"no language {wanted.lang!r}: {' or '.join(get_args(Lang))}")
    if wanted.form not in FORMS:
        raise MinesafeError(f"no form {wanted.form!r}: {' or '.join(FORMS)}")
    series, day = Series(wanted.series), wanted.day or yesterday(mine, now)
    target = target or Path(f"{series}-{day}.{wanted.form}")
    if wanted.number:
        filed = _numbered(await asyncio.to_thread(book, data), series, day, wanted.number)
        written = await asyncio.to_thread(_copied, mine, data, filed, wanted)
    else:
        made = await make(mine, data, series, day, now)
        written = await asyncio.to_thread(_laid, mine, made, wanted)
    await asyncio.to_thread(target.write_bytes, written)
    return target


def _laid(mine: Mine, made: Made, wanted: Print) -> bytes:
    if wanted.form == "json":
        return as_json(made.facts, made.head)
    said = draft(mine, made, cast("Lang", wanted.lang))
    return laid_out(said, wanted.form, mine, font=wanted.font, folders=wanted.folders)


def _copied(mine: Mine, data: Path, filed: Filed, wanted: Print) -> bytes:
    server = mine.server
    fonts = str(wanted.folders[0]) if wanted.folders else server.report_fonts
    set_in = replace(server, report_font=wanted.font or server.report_font, report_fonts=fonts)
    return copy(replace(mine, server=set_in), data, filed, cast("Lang", wanted.lang), wanted.form)


def book(data: Path) -> FilingBook:
    """Every number that was given, from the journal.

    Raises:
        StoreUnavailable: there is no journal.
        BrokenJournal: a record cannot be read.
    """
    filing = FilingBook()
    for event in past.records(data / "journal.db"):
        if isinstance(event.body, FilingBody):
            filing.apply(event.body, event.valid)
    return filing


def _numbered(filing: FilingBook, series: Series, day: str, number: int) -> Filed:
    found = (f for f in filing.all() if (f.series, f.day, f.number) == (series, day, number))
    filed = next(found, None)
    if filed is None:
        raise Refused("unknown_report", report=f"{series}-{day}-{number}")
    return filed


def verified(data: Path, report: str) -> Filed:
    """A report, once what is kept of it is what the journal says was filed and signed.

    Raises:
        Refused: unknown_report.
        ChangedReport: it is not.
    """
    filed = book(data).get(report)
    KeptReports(data / "reports").get(filed.digest)
    return filed


def as_json(facts: Facts, head: Head, filed: Filed | None = None) -> bytes:
    """A report for programs: cells with their kind, and what proves it."""
    said = {
        "filed": filed,
        "position": head[0],
        "head": head[1],
        "digest": digest_of(packed(facts)),
        "report": facts,
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"
