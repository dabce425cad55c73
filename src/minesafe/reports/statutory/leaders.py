"""领导带班下井: who was to lead each shift underground, who did, how long, where, who took over.

国家安监总局令第33号 (as quoted by secondary sources, unverified): a leader underground on every
shift, down and up with the workers, handing over below with a written record, and these records
kept for a year. In and out are those of the leader's own tag; nobody signs for it.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest

from minesafe.duty.served import SERVED, months
from minesafe.model.events import DutyServed, RosterCorrected
from minesafe.model.mine import Duty, Shift
from minesafe.model.time import SECOND, Micros
from minesafe.reports.statutory.cells import Cells
from minesafe.reports.statutory.day import Day
from minesafe.reports.statutory.facts import (
    At,
    Coded,
    Count,
    Part,
    Row,
    Said,
    at,
    lasting,
    several,
)
from minesafe.reports.statutory.statistics import Stretch

LEADERS = (Duty.LEADER, Duty.DEPUTY, Duty.MINE_HEAD)

LATE: Micros = 4 * 3600 * SECOND
"""So long before and after a shift its leader's way down and up is still told with it."""


def parts(cells: Cells, day: Day) -> Iterator[Part]:
    """The tables of a day's leaders."""
    yield _shifts(cells, day)
    yield _ways(cells, day)
    yield _hand_overs(cells, day)
    yield _changes(cells, day)
    yield _absent(cells, day)


def _shifts(cells: Cells, day: Day) -> Part:
    """A row for each leader's post and holder of the shifts that began in the day."""
    columns = (
        "shift", "post", "planned_leader", "actual", "went_down", "came_up", "time_below",
        "standing", "areas", "handed_over",
    )  # fmt: skip
    rows = tuple(
        _shift_row(cells, day, shift, duty, who)
        for shift in day.own_shifts
        for duty in LEADERS
        for who in zip_longest(_configured(cells, shift, duty), shift.holders(duty), fillvalue="")
    )
    return Part("led_shifts", columns, rows, keys=4)


def _configured(cells: Cells, shift: Shift, duty: Duty) -> tuple[str, ...]:
    """Who was to, before anybody swapped or stood in."""
    own = next((s for s in cells.mine.shifts if s.start == shift.start), None)
    return () if own is None else own.holders(duty)


def _shift_row(cells: Cells, day: Day, shift: Shift, duty: Duty, who: tuple[str, str]) -> Row:
    planned, person = who
    served = _served(day, shift, duty, person)
    below = _below(day, person, (shift.start - LATE, min(shift.end + LATE, day.span.now)))
    return (
        Said(shift.name),
        Coded(f"post_{duty.value}"),
        cells.names([planned]),
        cells.names([person]),
        at(below[0][0] if below else None),
        at(below[-1][1] if below else None),
        lasting(None if served is None else served.underground_s),
        Coded(_standing(duty, served, shift, day)),
        None if served is None else several([cells.name(zone) for zone, _ in served.visited]),
        Coded("yes" if shift.start in day.happened.handed else "no"),
    )


def _served(day: Day, shift: Shift, duty: Duty, person: str) -> DutyServed | None:
    own = (s for s in day.happened.served if (s.start, s.duty) == (shift.start, duty))
    return next((s for s in own if s.person == person), None)


def _standing(duty: Duty, served: DutyServed | None, shift: Shift, day: Day) -> str:
    """A mine head keeps shifts of a month, not each of his own."""
    if served is None:
        return "shift_runs" if shift.end > day.span.now else "not_recorded"
    if served.underground_s <= 0:
        return "not_below" if duty is Duty.MINE_HEAD else "absent"
    enough = served.underground_s * SECOND >= SERVED * (served.end - served.start)
    return "served" if enough else "short"


def _below(day: Day, person: str, part: Stretch) -> list[tuple[Micros, Micros | None]]:
    """When he was underground, by his tag; None: he still is."""
    found: list[tuple[Micros, Micros | None]] = []
    since: Micros | None = None
    for time, body in day.happened.moved:
        if body.person != person:
            continue
        if body.underground and since is None:
            since = time
        elif not body.underground and since is not None:
            found.append((since, time))
            since = None
    if since is not None:
        found.append((since, None))
    return [(a, b) for a, b in found if a < part[1] and (b is None or b > part[0])]


def _ways(cells: Cells, day: Day) -> Part:
    """Each time a leader went down and came up."""
    leaders = dict.fromkeys(body.person for _, body in day.happened.moved)
    rows = tuple(
        (cells.name(person), At(a), Coded("still") if b is None else At(b), day.span_s(a, b))
        for person in leaders
        for a, b in _below(day, person, (day.span.start, day.span.until))
    )
    return Part("ways", ("who", "went_down", "came_up", "time_below"), rows, keys=2)


def _hand_overs(cells: Cells, day: Day) -> Part:
    """井下交接班."""
    rows = tuple(
        (
            At(time),
            cells.name(body.outgoing),
            cells.name(body.outgoing_place.roadway),
            cells.name(body.incoming),
            cells.name(body.incoming_place.roadway),
            Said(body.note),
        )
        for _, (time, body) in sorted(day.happened.handed.items())
    )
    columns = ("at_time", "outgoing", "outgoing_at", "incoming", "incoming_at", "note")
    return Part("hand_overs", columns, rows)


def _changes(cells: Cells, day: Day) -> Part:
    """临时替班, 带班更正, 调班: who took whose place, and who said so."""
    rows: list[Row] = []
    for time, body in day.happened.changed:
        corrects = isinstance(body, RosterCorrected)
        other = body.stood_in if isinstance(body, RosterCorrected) else body.stands_in
        who = (cells.name(body.person), cells.name(other))
        word = Coded("roster_corrected" if corrects else "substitute")
        rows.append((At(body.start), Coded(f"post_{body.duty.value}"), word, *who, At(time),
                     Said(body.reason), cells.name(body.by)))  # fmt: skip
    for time, swap in day.happened.swapped:
        who = (cells.name(swap.person), cells.name(swap.other_person))
        rows.append((At(swap.start), Coded(f"post_{swap.duty.value}"), Coded("swap"), *who,
                     At(time), Said(swap.reason), cells.name(swap.by)))  # fmt: skip
    columns = ("shift_start", "post", "condition", "out_of_it", "into_it", "since", "reason", "by")
    return Part("roster_changes", columns, tuple(rows), keys=6)


def _absent(cells: Cells, day: Day) -> Part:
    """While nobody who leads was below, and what no leader of a shift has been to."""
    rows: list[Row] = [
        (cells.name(s.subject), Coded(s.what), *day.ends(s))
        for s in day.happened.of("leader_absent")
    ]
    for served in day.happened.served:
        if served.duty is Duty.LEADER and served.left_out:
            where = several([Said(served.name), cells.names(served.left_out)])
            rows.append((where, Coded("left_out"), At(served.start), At(served.end), None))
    columns = ("subject", "condition", "began", "ended", "lasted")
    return Part("absences", columns, tuple(rows), keys=3)


# --- the month --------------------------------------------------------------------------------


def month_parts(cells: Cells, day: Day) -> Iterator[Part]:
    """The tables of a month's leaders."""
    first = datetime.strptime(day.span.day + "-01", "%Y-%m-%d")  # noqa: DTZ007  a name, no time
    rows = tuple(
        (
            cells.name(m.person),
            Coded(f"post_{m.duty.value}"),
            Count(m.shifts),
            Count(m.served),
            Count(m.days),
            lasting(m.underground_s),
            Count(m.least) if m.least else None,
            Coded("short" if m.served < m.least else "enough") if m.least else None,
        )
        for m in months(cells.mine, day.happened.served, first.year, first.month)
    )
    columns = ("who", "post", "shifts", "served_shifts", "days", "time_below", "least", "standing")
    yield Part("leaders_of_month", columns, rows, keys=2, notes=(Coded("half_a_shift"),))
    yield _absences(cells, day)


def _absences(cells: Cells, day: Day) -> Part:
    rows = tuple(
        (cells.name(s.person), Coded(f"post_{s.duty.value}"), Said(s.name), At(s.start))
        for s in day.happened.served
        if s.underground_s <= 0 and s.duty is not Duty.MINE_HEAD
    )
    return Part("absent_shifts", ("who", "post", "shift", "began"), rows, keys=4)
