"""考勤: who went down when, and came up when, by the cards that terminals read.

The attendance terminals say it; where a mine has none, its gates, else its lamp rooms. Beside them
stands what the tag says, which nobody can show for a friend. What is incomplete is said to be:
whoever has no way out on record has not been given one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minesafe.model.events import CardRead, Through
from minesafe.model.mine import Mine, TerminalKind
from minesafe.model.time import SECOND, Micros
from minesafe.reports.statutory import people
from minesafe.reports.statutory.cells import Cells
from minesafe.reports.statutory.day import Day
from minesafe.reports.statutory.facts import Cell, Coded, Count, Part, Row, Said, at, lasting

LONGEST: Micros = 24 * 3600 * SECOND
"""Between the card in and the card out of one shift; longer apart, either is without the other."""

TOGETHER: Micros = 60 * SECOND
"""A card shown again within a minute says nothing new."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One time underground, by the cards."""

    person: str
    came_in: Micros | None
    in_by: str
    """Terminal; likewise below."""
    went_out: Micros | None
    out_by: str

    @property
    def whole(self) -> bool:
        """Both ends are on record."""
        return self.came_in is not None and self.went_out is not None

    @property
    def seconds(self) -> float | None:
        """How long, where both ends are on record."""
        if self.came_in is None or self.went_out is None:
            return None
        return (self.went_out - self.came_in) / SECOND


def terminals(mine: Mine) -> frozenset[str]:
    """Those whose word is attendance."""
    for kind in (TerminalKind.ATTENDANCE, TerminalKind.GATE, TerminalKind.LAMP_ROOM):
        own = frozenset(t.id for t in mine.terminals if t.kind is kind)
        if own:
            return own
    return frozenset()


def stays(mine: Mine, cards: Sequence[tuple[str, CardRead]]) -> list[Stay]:
    """Each person's times underground, by person and time."""
    believed, by_person = terminals(mine), dict[str, list[tuple[Micros, Through, str]]]()
    for terminal, read in cards:
        if terminal in believed:
            by_person.setdefault(read.person, []).append((read.at, read.through, terminal))
    return [
        stay for person in sorted(by_person) for stay in _paired(person, sorted(by_person[person]))
    ]


def _paired(person: str, reads: Sequence[tuple[Micros, Through, str]]) -> Iterator[Stay]:
    open_: tuple[Micros, str] | None = None
    last: tuple[Micros, Through] | None = None
    for time, through, terminal in reads:
        again = last is not None and last[1] is through and time - last[0] <= TOGETHER
        last = time, through
        if again:
            continue
        if through is Through.IN:
            if open_ is not None:
                yield Stay(person, *open_, None, "")
            open_ = time, terminal
        elif open_ is not None and time - open_[0] <= LONGEST:
            yield Stay(person, *open_, time, terminal)
            open_ = None
        else:
            if open_ is not None:
                yield Stay(person, *open_, None, "")
            yield Stay(person, None, "", time, terminal)
            open_ = None
    if open_ is not None:
        yield Stay(person, *open_, None, "")


def of_span(day: Day, mine: Mine) -> list[Stay]:
    """Stays that belong to it: by their way in, or where that is not on record by their way out."""
    span = day.span
    return [
        s
        for s in stays(mine, day.happened.cards)
        if span.start <= (s.came_in if s.came_in is not None else s.went_out or 0) < span.until
    ]


def parts(cells: Cells, day: Day) -> Iterator[Part]:
    """The tables of a day's attendance."""
    found = of_span(day, cells.mine)
    yield _summary(day, found)
    yield _stays(cells, day, found)
    yield _without_card(cells, day, found)
    yield _trips(cells, day)
    yield people.missing(cells, day)


def _summary(day: Day, found: Sequence[Stay]) -> Part:
    numbers: tuple[tuple[str, Cell], ...] = (
        ("people_attended", Count(len({s.person for s in found}))),
        ("stays_whole", Count(len([s for s in found if s.whole]))),
        ("stays_incomplete", Count(len([s for s in found if not s.whole]))),
        ("people_seen", None if day.crowd is None else Count(len(day.crowd.seen))),
    )
    return Part("summary", ("what", "number"), tuple((Coded(w), n) for w, n in numbers))


def _stays(cells: Cells, day: Day, found: Sequence[Stay]) -> Part:
    columns = (
        "who", "card", "crew", "trade", "shift", "card_in", "in_by", "card_out", "out_by",
        "lasted", "seen_first", "seen_last", "standing",
    )  # fmt: skip
    rows = tuple(_stay(cells, day, stay) for stay in found)
    return Part("stays", columns, rows, keys=6)


def _stay(cells: Cells, day: Day, stay: Stay) -> Row:
    shift = day.shift_at(stay.came_in if stay.came_in is not None else stay.went_out or 0)
    return (
        *_who(cells, stay.person),
        None if shift is None else Said(shift.name),
        at(stay.came_in),
        cells.name(stay.in_by) if stay.in_by else None,
        at(stay.went_out),
        cells.name(stay.out_by) if stay.out_by else None,
        lasting(stay.seconds),
        *_seen(cells, day, stay.person),
        Coded(_standing(stay)),
    )


def _standing(stay: Stay) -> str:
    if stay.whole:
        return "whole"
    return "no_card_in" if stay.came_in is None else "no_card_out"


def _who(cells: Cells, person: str) -> Row:
    row = cells.mine.person_row.get(person)
    if row is None:
        return cells.name(person), None, None, None
    one = cells.mine.people[row]
    return cells.name(person), Said(one.tag), Said(one.crew), Said(one.trade)


def _seen(cells: Cells, day: Day, person: str) -> tuple[Cell, Cell]:
    """When his tag was seen first and last in the day."""
    row = cells.mine.person_row.get(person)
    seen = None if day.crowd is None or row is None else day.crowd.seen.get(row)
    return (None, None) if seen is None else (at(seen[0]), at(seen[1]))


def _without_card(cells: Cells, day: Day, found: Sequence[Stay]) -> Part:
    """Tags that were seen in the mine while nobody showed their card at a terminal."""
    shown = {s.person for s in found}
    seen = {} if day.crowd is None else day.crowd.seen
    ids = sorted(p.id for row in seen if (p := cells.mine.people[row]).id not in shown)
    rows = tuple((*_who(cells, ident), *_seen(cells, day, ident)) for ident in ids)
    columns = ("who", "card", "crew", "trade", "seen_first", "seen_last")
    return Part("without_card", columns, rows)


def _trips(cells: Cells, day: Day) -> Part:
    """Each time below by the tag alone, which nobody can show for a friend."""
    rows = tuple(
        (
            *_who(cells, cells.mine.people[trip.person].id),
            Said(trip.shift) if trip.shift else None,
            at(trip.down),
            at(trip.up),
            lasting(trip.seconds),
            Coded("at_portal" if trip.came_up else "below_when_seen_last"),
        )
        for trip in day.trips or ()
    )
    columns = (
        "who", "card", "crew", "trade", "shift", "went_down", "seen_last", "lasted", "standing",
    )  # fmt: skip
    notes = (Coded("history_away"),) if day.trips is None else (Coded("within_the_day"),)
    return Part("trips", columns, rows, keys=6, notes=notes)


# --- the month --------------------------------------------------------------------------------


def month_parts(cells: Cells, day: Day) -> Iterator[Part]:
    """The tables of a month's attendance."""
    by_person: dict[str, list[Stay]] = {}
    for stay in of_span(day, cells.mine):
        by_person.setdefault(stay.person, []).append(stay)
    rows = tuple(
        (
            *_who(cells, person),
            Count(len([s for s in own if s.whole])),
            Count(len({day.span.date(s.came_in) for s in own if s.came_in is not None})),
            lasting(sum(s.seconds or 0.0 for s in own)),
            Count(len([s for s in own if not s.whole])),
        )
        for person, own in sorted(by_person.items())
    )
    columns = ("who", "card", "crew", "trade", "times", "days", "time_below", "incomplete")
    yield Part("attendance_of_month", columns, rows)
