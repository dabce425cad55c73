"""井下人员日报: how many were where, who was too long, too many or where he may not be.

AQ 1119-2023 and AQ 6210-2007 name what a positioning system shows, prints and keeps (AQ 1119 was
read as a preview, AQ 6210 not at all: unverified); AQ 1048-2007 its reports, by products that
follow it. The limits are those of the mine's zones.
"""

from collections.abc import Iterator, Sequence

from minesafe.model.mine import TerminalKind, Zone
from minesafe.model.time import SECOND
from minesafe.reports.statutory.cells import Cells
from minesafe.reports.statutory.crowd import HOUR, Crowd, minutes
from minesafe.reports.statutory.day import Day
from minesafe.reports.statutory.facts import (
    At,
    Cell,
    Coded,
    Count,
    Part,
    Row,
    Said,
    at,
    lasting,
)
from minesafe.reports.statutory.happened import Spell

CROWDED = ("overcrowded", "grossly_overcrowded")
WHERE_NOT = ("trespassing", "near_danger", "uncertified")
CALLS = (
    "sos", "lost_contact", "standing_still", "moving_as_one", "too_fast", "leader_absent",
    "post_absent",
)  # fmt: skip
DEAD = ("count_unknown", "reader_silent", "low_battery")


def parts(cells: Cells, day: Day) -> Iterator[Part]:
    """The tables of a people's report, in their order."""
    yield _summary(day)
    yield _by_hour(cells, day)
    yield _most(cells, day)
    yield _zones(cells, day, "overcrowding", CROWDED)
    yield _of_people(cells, day, "overtime", ("overtime",))
    yield _of_people(cells, day, "restricted_entry", WHERE_NOT)
    yield _of_people(cells, day, "calls", CALLS)
    yield _of_people(cells, day, "blind", DEAD)
    yield _gates(cells, day)
    yield missing(cells, day)


_NUMBERS = (
    ("overcrowdings", CROWDED),
    ("overtimes", ("overtime",)),
    ("entries", WHERE_NOT),
    ("sos_calls", ("sos",)),
    ("contacts_lost", ("lost_contact",)),
)


def _summary(day: Day) -> Part:
    seen = None if day.crowd is None else Count(len(day.crowd.seen))
    counted = [(Coded(word), Count(len(day.happened.of(*what)))) for word, what in _NUMBERS]
    return Part("summary", ("what", "number"), ((Coded("people_seen"), seen), *counted))


# --- counts -----------------------------------------------------------------------------------


def _by_hour(cells: Cells, day: Day) -> Part:
    """The greatest count of each hour; a dash where nothing is known of it."""
    crowd = day.crowd
    hours = range(day.span.start, day.span.end, HOUR)
    columns = ("zone", *(f"hour_{i:02d}" for i in range(len(hours))))
    notes = (Coded("history_away"),) if crowd is None else (Coded("counted_by_minute"),)
    rows = tuple(
        (cells.name(zone.id), *_hours(crowd, zone.id, len(hours)))
        for zone in cells.mine.zones
        if crowd is not None and crowd.most.get(zone.id) is not None and _worth_a_row(crowd, zone)
    )
    return Part("by_hour", columns, rows, notes=notes)


def _worth_a_row(crowd: Crowd, zone: Zone) -> bool:
    return zone.limit is not None or crowd.most[zone.id].cards > 0


def _hours(crowd: Crowd | None, zone: str, number: int) -> Sequence[Cell]:
    assert crowd is not None, "asked of a zone that was counted"
    known = [
        Count(n) if heard else None
        for n, (_, heard) in zip(crowd.by_hour[zone], crowd.hours, strict=True)
    ]
    return [*known, *[None] * (number - len(known))]


def _most(cells: Cells, day: Day) -> Part:
    crowd, rows = day.crowd, []
    for zone in cells.mine.zones:
        if crowd is None or zone.id not in crowd.most or not _worth_a_row(crowd, zone):
            continue
        most = crowd.most[zone.id]
        rows.append(
            (
                cells.name(zone.id),
                None if zone.limit is None else Count(zone.limit),
                None if zone.maintenance_limit is None else Count(zone.maintenance_limit),
                Count(most.cards),
                at(most.at),
                Count(most.counted),
                lasting(minutes(most.over)),
            )
        )
    columns = (
        "zone", "head_limit", "maintenance_limit", "most_cards", "most_at", "most_counted",
        "over_for",
    )  # fmt: skip
    return Part("most", columns, tuple(rows))


# --- alarms -----------------------------------------------------------------------------------


def _zones(cells: Cells, day: Day, code: str, conditions: Sequence[str]) -> Part:
    columns = (
        "zone", "condition", "began", "ended", "lasted", "people_most", "head_limit", "measure",
    )  # fmt: skip
    rows = tuple(
        (
            cells.name(s.subject),
            Coded(s.what),
            *day.ends(s),
            None if s.value is None else Count(int(s.value)),
            None if s.limit is None else Count(int(s.limit)),
            day.measure(s),
        )
        for s in day.happened.of(*conditions)
    )
    return Part(code, columns, rows, keys=3)


def _of_people(cells: Cells, day: Day, code: str, conditions: Sequence[str]) -> Part:
    columns = ("who", "card", "zone", "condition", "began", "ended", "lasted", "measure")
    rows = tuple(_of_person(cells, day, s) for s in day.happened.of(*conditions))
    return Part(code, columns, rows, keys=5)


def _of_person(cells: Cells, day: Day, spell: Spell) -> Row:
    found = cells.mine.person_row.get(spell.subject)
    card = "" if found is None else cells.mine.people[found].tag
    return (
        cells.name(spell.subject),
        Said(card) if card else None,
        cells.names(spell.zones),
        Coded(spell.what),
        *day.ends(spell),
        day.measure(spell),
    )


# --- doors ------------------------------------------------------------------------------------


def _gates(cells: Cells, day: Day) -> Part:
    """What each door counted beside the cards it read: people who passed behind one card."""
    columns = (
        "terminal", "shift", "counted_in", "cards_in", "counted_out", "cards_out", "difference",
    )  # fmt: skip
    rows = []
    for terminal in cells.mine.terminals:
        if terminal.kind is TerminalKind.ATTENDANCE:
            continue
        told = [body for ident, _, body in day.happened.counts if ident == terminal.id]
        for shift in dict.fromkeys(body.shift for body in told):
            own = [body for body in told if body.shift == shift]
            went, came = own[-1].went_in, own[-1].came_out
            reads = [r for body in own for r in body.reads]
            read_in = sum(r.through == "in" for r in reads)
            read_out = len(reads) - read_in
            off = abs(went - read_in) + abs(came - read_out)
            numbers = (went, read_in, came, read_out, off)
            rows.append((cells.name(terminal.id), Said(shift), *map(Count, numbers)))
    return Part("gates", columns, tuple(rows), keys=2, notes=(Coded("counts_of_the_shift"),))


def missing(cells: Cells, day: Day) -> Part:
    """Hours of which the history knows nothing, and when the server did not run."""
    span, rows = day.span, []
    if day.crowd is None:
        rows.append((Coded("whole_mine"), Coded("no_data"), At(span.start), At(span.until)))
    else:
        for begin in day.crowd.unknown:
            end = min(begin + HOUR, span.until)
            rows.append((Coded("whole_mine"), Coded("no_data"), At(begin), At(end)))
    for began, ended in day.happened.away:
        part = span.clipped(began, ended)
        if part is not None:
            rows.append((Coded("whole_mine"), Coded("server_away"), At(part[0]), At(part[1])))
    whole = tuple((*row, lasting((row[3].at - row[2].at) / SECOND)) for row in rows)
    return Part("missing", ("subject", "condition", "began", "ended", "lasted"), whole, keys=3)
