"""带班表: lines that stand once, daily or weekly become shifts, without gap or overlap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from minesafe.config.moments import as_date, as_time, split
from minesafe.config.row import Row
from minesafe.model.mine import Duty, LadderStep, Person, Shift
from minesafe.model.time import SECOND, Micros

EVERY = {"once": 0, "daily": 1, "weekly": 7, "four_weekly": 28}
"""Days between two shifts of a line."""

HEADINGS = {
    "序号": "no",
    "日期": "date",
    "班次": "name",
    "开始": "start",
    "开始时间": "start",
    "时长": "hours",
    "时长h": "hours",
    "带班领导": "leader",
    "副职": "deputy",
    "矿长": "mine_head",
    "调度员": "dispatcher",
    "工程师": "engineer",
    "检修": "maintenance",
    "备注": "note",
}
"""Chinese headings of a 带班表 sheet → our keys."""

DUTIES = tuple(str(duty) for duty in Duty)

FOR_READERS = ("no", "note")
"""Columns that are there for people."""

BEHIND, AHEAD = timedelta(days=60), timedelta(days=366)
"""How far repeated lines are written out around the moment of loading."""

MUST = (Duty.LEADER, Duty.DISPATCHER)
"""Posts no shift may leave empty (国家安监总局令第33号, article 7: a leader every shift)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One [[shift]] of roster.toml."""

    row: Row
    name: str
    first: date
    start: time
    hours: float
    every: int
    posts: tuple[tuple[Duty, str], ...]
    maintenance: bool


def from_cells(rows: list[Row]) -> list[Row]:
    """Lines of a 带班表 sheet: texts become dates, times and lists of people."""
    return [replace(row, values={k: _cell(k, v) for k, v in row.values.items()}) for row in rows]


def _cell(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if key in ("date", "start"):
        return as_date(value) if key == "date" else as_time(value)
    return list(split(value)) if key in DUTIES else value


def read_roster(
    file: Row, people: Mapping[str, Person], zone: ZoneInfo, now: Micros
) -> tuple[Shift, ...]:
    """Every shift of the roster around `now`, by its start.

    `people` are by id, or by a name that only one of them has (`by_any_name`). A line that stands
    once replaces repeated shifts that start at the same moment.
    """
    rows = file.take_parts("shift")
    lines = [_line(row, people) for row in rows]
    file.done()
    if not rows:
        file.fault("", "holds no [[shift]]")
    good = [line for line in lines if line is not None]
    by_start: dict[Micros, tuple[Shift, Line]] = {}
    for line in sorted(good, key=lambda line: -line.every):
        for shift in _shifts(line, zone, now):
            _check_same_start(by_start.get(shift.start), line)
            by_start[shift.start] = (shift, line)
    written = [by_start[start] for start in sorted(by_start)]
    _check_seams(written, zone)
    _check_now(file, written, now)
    return tuple(shift for shift, _ in written)


def _line(row: Row, people: Mapping[str, Person]) -> Line | None:
    name, every = row.text("name"), EVERY[row.word("repeat", EVERY, "once")]
    first, start = _moment(row, "date", date), _moment(row, "start", time)
    hours = row.number("hours", low=0.5, high=24)
    posts = tuple((duty, person) for duty in Duty for person in _holders(row, duty, people))
    maintenance = row.flag("maintenance", default=False)
    row.taken.update(FOR_READERS if row.heads else ())
    row.done()
    if not isinstance(first, date) or not isinstance(start, time):
        return None
    return Line(row, name, first, start, hours, every, posts, maintenance)


def _moment(row: Row, key: str, kind: type[date] | type[time]) -> object:
    value = row.values.get(key)
    example = "2026-01-01" if kind is date else "08:00:00"
    if not row.has(key):
        row.fault("", f"{key!r} is missing", f"{key} = {example}")
    elif not isinstance(value, kind) or isinstance(value, datetime):
        hint = f"such as {example}" if row.heads else f"{key} = {example}, no quotes"
        row.fault(key, f"{key!r} must be a local {kind.__name__}, not {value!r}", hint)
        return None
    return value


def _holders(row: Row, duty: Duty, people: Mapping[str, Person]) -> tuple[str, ...]:
    holders = row.words(str(duty), people, required=False, what="person")
    if not holders and duty in MUST and not row.texts(str(duty), required=False):
        row.fault(
            str(duty), f"nobody holds the post {duty}", "" if row.heads else f'{duty} = "person id"'
        )
    elif not row.has(str(duty)):
        row.warn("", f"nobody holds the post {duty}")
    return tuple(people[holder].id for holder in holders)


def _shifts(line: Line, zone: ZoneInfo, now: Micros) -> Iterator[Shift]:
    today = datetime.fromtimestamp(now / SECOND, zone).date()
    if line.every == 0:
        yield _shift(line, line.first, zone)
        return
    behind = max(0, ((today - BEHIND) - line.first).days // line.every)
    day = line.first + timedelta(days=behind * line.every)
    while day <= today + AHEAD:
        yield _shift(line, day, zone)
        day += timedelta(days=line.every)


def _shift(line: Line, day: date, zone: ZoneInfo) -> Shift:
    """Start and end by the wall clock, so that a change of summer time leaves no gap."""
    start = datetime.combine(day, line.start)
    end = start + timedelta(hours=line.hours)
    return Shift(_micros(start, zone), _micros(end, zone), line.name, line.posts, line.maintenance)


def _micros(local: datetime, zone: ZoneInfo) -> Micros:
    return int(local.replace(tzinfo=zone).timestamp()) * SECOND


def _check_same_start(other: tuple[Shift, Line] | None, line: Line) -> None:
    if other and (line.every or not other[1].every):
        first = other[1].row.where("start")
        line.row.fault("start", f"{line.name!r} starts with the shift of {first}")


def _check_seams(written: list[tuple[Shift, Line]], zone: ZoneInfo) -> None:
    """The first gap and the first overlap of each line; more would say the same again."""
    told: set[tuple[str, int]] = set()
    for (before, line), (after, next_line) in pairwise(written):
        what = "a gap" if before.end < after.start else "an overlap"
        if before.end == after.start or (what, line.row.line) in told:
            continue
        told.add((what, line.row.line))
        end, start = _words(before.end, zone), _words(after.start, zone)
        hint = f"{before.name!r} ends {end}, {next_line.name!r} starts {start}"
        line.row.fault("hours", f"the roster has {what} after {before.name!r}", hint)


def _words(at: Micros, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / SECOND, zone):%Y-%m-%d %H:%M}"


def _check_now(file: Row, written: list[tuple[Shift, Line]], now: Micros) -> None:
    """Only told: a server that restarts after the roster's end must start, and alarm."""
    if written and not any(s.start <= now < s.end for s, _ in written):
        file.warn("", "nobody is on duty now", "add a [[shift]] for today")


def check_phones(file: Row, people: Mapping[str, Person], ladder: tuple[LadderStep, ...]) -> None:
    """Whoever the ladder asks by SMS or call has a phone."""
    by_phone = {"sms", "modem", "call"}
    called = {d for step in ladder if by_phone & set(step.channels) for d in step.duties}
    for row in file.parts.get("shift", ()):
        for duty in sorted(called):
            for person in row.texts(duty, required=False):
                if person in people and not people[person].phone:
                    what = f"{duty} {person!r} is called by the ladder and has no phone"
                    row.fault(duty, what, "give the phone in people.csv or people.xlsx")


def check_cards(file: Row, people: Mapping[str, Person]) -> None:
    """A leader without a card is never seen underground, and his absence alarms on every shift."""
    for row in file.parts.get("shift", ()):
        for person in row.texts(Duty.LEADER, required=False):
            if person in people and not people[person].tag:
                what = f"leader {person!r} has no card: nobody can see that he is underground"
                row.warn(Duty.LEADER, what, "give the card in people.csv or people.xlsx")
