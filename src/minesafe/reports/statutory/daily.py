"""安全监控日报: what the monitoring system measured, alarmed, cut and lost in one day.

The centre prints it each day for the mine head and the chief engineer (AQ 1029-2019 ch. 9, as
quoted by a company's rules, art. 154-155; the standard's own text was not read: unverified). What
it has to hold follows the lists of AQ 6201 (statistics, alarms, cuts, feed faults, changes of
state, totals, faults; likewise unverified).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from minesafe.model.mine import Form
from minesafe.model.time import SECOND, Micros
from minesafe.reports.statutory import power
from minesafe.reports.statutory.cells import Cells
from minesafe.reports.statutory.day import CALIBRATION, CUT, DEVICE_FAULTS, FAULTS, OVER, Day
from minesafe.reports.statutory.facts import (
    At,
    Cell,
    Coded,
    Count,
    Part,
    Row,
    Said,
    lasting,
    several,
)
from minesafe.reports.statutory.happened import Spell
from minesafe.reports.statutory.measured import is_switch
from minesafe.reports.statutory.statistics import Extremes, Held, Stretch


def parts(cells: Cells, day: Day) -> Iterator[Part]:
    """The tables of a daily report, in their order."""
    yield _summary(cells, day)
    yield _points(cells, day)
    yield _by_shift(cells, day)
    yield _over(cells, day)
    yield from power.parts(cells, day)
    yield _faults(cells, day)
    yield from _switches(cells, day)
    yield _totals(cells, day)
    yield _calibration(cells, day)
    yield _handling(cells, day)
    yield _orders(cells, day)
    yield missing(cells, day)
    yield _sources(cells)


def _summary(cells: Cells, day: Day) -> Part:
    happened, over = day.happened, day.happened.of("alarm_high", "alarm_low")
    cuts = happened.of(*CUT)
    numbers: tuple[tuple[str, Cell], ...] = (
        ("points_watched", Count(len(cells.mine.points) - len(cells.mine.self_tests))),
        ("alarms_over", Count(len(over))),
        ("time_over", lasting(day.total(over))),
        ("cut_alarms", Count(len(cuts))),
        ("feed_abnormal", Count(len([f for f in happened.findings if f.what == "feed_after_cut"]))),
        ("faults_number", Count(len(happened.of(*FAULTS)))),
        ("orders_given", Count(len(happened.orders))),
        ("unhandled", Count(len([s for s in over if s.episode not in happened.handled]))),
    )
    return Part("summary", ("what", "number"), tuple((Coded(w), n) for w, n in numbers))


# --- points -----------------------------------------------------------------------------------


def _analogue(cells: Cells) -> Iterator[tuple[int, str]]:
    """Neither a state with a name nor a counter."""
    for row, point in enumerate(cells.mine.points):
        kind = cells.mine.kind[point.kind]
        counts = is_switch(kind) or kind.form is Form.CUMULATIVE
        if point.id not in cells.mine.self_tests and not counts:
            yield row, point.id


def _points(cells: Cells, day: Day) -> Part:
    columns = (
        "point", "place", "alarm_limit", "cut_limit", "highest", "highest_at", "mean", "lowest",
        "lowest_at", "alarms", "alarm_time", "cuts", "unknown_for",
    )  # fmt: skip
    rows = tuple(_point(cells, day, row, ident) for row, ident in _analogue(cells))
    notes = () if day.measured is not None else (Coded("history_away"),)
    return Part("points", columns, rows, notes=(*notes, Coded("mean_of_samples")))


def _point(cells: Cells, day: Day, row: int, ident: str) -> Row:
    known = None if day.measured is None else day.measured[row]
    over = day.on(ident, "alarm_high", "alarm_low")
    lost = None if known is None else sum(b - a for a, b in known.missing) / SECOND
    return (
        cells.point(ident),
        cells.place(row),
        cells.limits(row, "alarm_high", "alarm_low"),
        cells.limits(row, "cut_high", "cut_low"),
        *_extremes(cells, row, None if known is None else known.whole),
        Count(len(over)),
        lasting(day.total(over)),
        Count(len(day.on(ident, *CUT))),
        lasting(lost),
    )


def _extremes(cells: Cells, row: int, found: Extremes | None) -> Row:
    if found is None:
        return (None,) * 5
    return (
        cells.value(row, found.highest),
        At(found.highest_at),
        cells.mean(row, found.mean),
        cells.value(row, found.lowest),
        At(found.lowest_at),
    )


def _by_shift(cells: Cells, day: Day) -> Part:
    columns = ("point", "shift", "highest", "highest_at", "mean", "lowest", "lowest_at", "alarms")
    rows: list[Row] = []
    for row, ident in _analogue(cells):
        over = day.on(ident, "alarm_high", "alarm_low")
        for i, (shift, part) in enumerate(day.shifts):
            found = None if day.measured is None else day.measured[row].shifts[i]
            began = [s for s in over if part[0] <= s.began < part[1]]
            rows.append(
                (
                    cells.point(ident),
                    cells.shift(shift),
                    *_extremes(cells, row, found),
                    Count(len(began)),
                )
            )
    return Part("by_shift", columns, tuple(rows), keys=2, notes=(Coded("to_the_minute"),))


# --- alarms, faults ---------------------------------------------------------------------------


def _over(cells: Cells, day: Day) -> Part:
    columns = (
        "point", "condition", "began", "ended", "lasted", "worst", "mean", "limit", "measure",
    )  # fmt: skip
    rows = [_over_row(cells, day, spell) for spell in day.happened.of(*OVER)]
    return Part("over_limit", columns, tuple(rows), keys=3)


def _over_row(cells: Cells, day: Day, spell: Spell) -> Row:
    row, found = cells.mine.point_row.get(spell.subject), day.during.get(spell)
    worst = spell.value
    if found is not None:
        worst = found.lowest if spell.what.endswith("_low") else found.highest
    limit = spell.limit
    if limit is None and row is not None:
        limit = getattr(cells.mine.points[row].limits, spell.what)
    mean = None if found is None or row is None else cells.mean(row, found.mean)
    return (
        cells.point(spell.subject),
        cells.condition(spell.what),
        *day.ends(spell),
        cells.value(row, worst),
        mean,
        cells.value(row, limit),
        day.measure(spell),
    )


def _faults(cells: Cells, day: Day) -> Part:
    spells = day.happened.of(*FAULTS)
    spells += [f for f in day.happened.findings if f.what in DEVICE_FAULTS]
    rows = tuple(
        (
            cells.point(s.subject),
            cells.condition(s.what),
            *day.ends(s),
            Said(s.note) if s.note else day.measure(s),
        )
        for s in sorted(spells, key=lambda s: (s.began, s.subject, s.what))
    )
    return Part(
        "faults", ("subject", "condition", "began", "ended", "lasted", "detail"), rows, keys=3
    )


# --- switches, counters -----------------------------------------------------------------------


def _switches(cells: Cells, day: Day) -> Iterator[Part]:
    changes: list[Row] = []
    totals: list[Row] = []
    for row, known in sorted((day.measured or {}).items()):
        changes += _changes(cells, row, known.held)
        totals += _states(cells, row, known.held)
    columns = ("point", "changed_at", "from_state", "to_state", "stayed")
    yield Part("switch_changes", columns, tuple(changes), keys=2)
    counted = ("point", "state", "times", "time_in_state")
    yield Part("switch_totals", counted, tuple(totals), keys=2)


def _changes(cells: Cells, row: int, states: Sequence[Held]) -> Iterator[Row]:
    """From one state to another; out of what is not known, or into it, is no change."""
    point = cells.point(cells.mine.points[row].id)
    for before, after in pairwise(states):
        if before.state is not None and after.state is not None:
            words = cells.value(row, before.state), cells.value(row, after.state)
            stayed = lasting((after.ended - after.began) / SECOND)
            yield point, At(after.began), *words, stayed


def _states(cells: Cells, row: int, states: Sequence[Held]) -> Iterator[Row]:
    """How often, and how long, it was in each state: of a fan the time it ran."""
    for state in dict.fromkeys(one.state for one in states):
        own = [one for one in states if one.state == state]
        word = Coded("unknown_state") if state is None else cells.value(row, state)
        seconds = sum(one.ended - one.began for one in own) / SECOND
        yield cells.point(cells.mine.points[row].id), word, Count(len(own)), lasting(seconds)


def _totals(cells: Cells, day: Day) -> Part:
    rows: list[Row] = []
    for row, point in enumerate(cells.mine.points):
        if cells.mine.kind[point.kind].form is not Form.CUMULATIVE:
            continue
        known = None if day.measured is None else day.measured.get(row)
        amounts = (None,) if known is None else known.amounts
        of = [Coded("whole_day"), *(cells.shift(shift) for shift, _ in day.shifts)]
        rows += [
            (cells.point(point.id), part, cells.value(row, rose))
            for part, rose in zip(of, amounts, strict=False)
        ]
    return Part("totals", ("point", "shift", "amount"), tuple(rows), keys=2)


# --- what people did --------------------------------------------------------------------------


def _calibration(cells: Cells, day: Day) -> Part:
    rows = tuple(
        (
            cells.point(s.subject),
            cells.condition(s.what),
            *day.ends(s),
            cells.name(s.by),
            Said(s.note),
        )
        for s in sorted(day.happened.permits, key=lambda s: (s.began, s.subject))
        if s.what in CALIBRATION
    )
    columns = ("subject", "condition", "began", "ended", "lasted", "by", "reason")
    return Part("calibration", columns, rows, keys=3)


def _handling(cells: Cells, day: Day) -> Part:
    worst = {s.episode: s for s in day.happened.alarms}
    rows = tuple(
        (
            cells.point(worst[episode].subject) if episode in worst else Said(episode),
            Said(episode),
            Said(body.cause),
            Coded("yes" if body.planned else "no"),
            Said(body.measure),
            cells.name(body.by),
        )
        for episode, body in sorted(day.happened.handled.items())
    )
    return Part(
        "handling", ("subject", "episode", "cause", "planned", "measure", "by"), rows, keys=2
    )


def _orders(cells: Cells, day: Day) -> Part:
    rows = tuple(
        (
            Said(f"{issued.number:03d}"),
            several([Coded(issued.order_kind.value), *([Coded("drill")] if issued.drill else [])]),
            cells.names(issued.zones) or Coded("whole_mine"),
            cells.point(issued.subject) if issued.subject else Said(issued.cause),
            At(began),
            Coded("still") if ended is None or ended > day.span.until else At(ended),
            Count(len(issued.people)),
        )
        for issued, began, ended in sorted(day.happened.orders, key=lambda o: o[1])
    )
    columns = ("order_number", "kind", "area", "cause", "began", "ended", "people_in_it")
    return Part("orders", columns, rows, keys=2)


# --- what is not known ------------------------------------------------------------------------


def missing(cells: Cells, day: Day) -> Part:
    """Where the report knows nothing: first of the whole mine, then of single points."""
    whole = list(_nothing_known(day))
    spells: list[tuple[Cell, str, Micros, Micros]] = [
        (Coded("whole_mine"), "no_data", *stretch) for stretch in whole
    ]
    spells += [
        (Coded("whole_mine"), "server_away", *part)
        for began, ended in day.happened.away
        if (part := day.span.clipped(began, ended)) is not None
    ]
    for row, known in sorted((day.measured or {}).items()):
        ident = cells.mine.points[row].id
        own = [s for s in known.missing if s not in whole]
        spells += [(cells.point(ident), "no_data", *stretch) for stretch in own]
    rows = tuple(
        (who, Coded(why), At(a), At(b), lasting((b - a) / SECOND)) for who, why, a, b in spells
    )
    return Part("missing", ("subject", "condition", "began", "ended", "lasted"), rows, keys=3)


def _nothing_known(day: Day) -> Iterator[Stretch]:
    """Stretches in which no point at all has a value."""
    if day.measured is None:
        yield day.span.start, day.span.until
        return
    common: list[Stretch] | None = None
    for known in day.measured.values():
        common = list(known.missing) if common is None else list(_both(common, known.missing))
    yield from common or ()


def _both(one: Sequence[Stretch], other: Sequence[Stretch]) -> Iterator[Stretch]:
    for a, b in one:
        for c, d in other:
            if max(a, c) < min(b, d):
                yield max(a, c), min(b, d)


def _sources(cells: Cells) -> Part:
    """The rules its limits come from, each with whether somebody has read the clause."""
    used = dict.fromkeys(p.rule for p in cells.mine.points if p.rule in cells.mine.rule)
    rules = [cells.mine.rule[ident] for ident in used if ident]
    rows = tuple(
        (Said(r.id), Said(f"{r.source} {r.clause}".strip()), Said(r.edition),
         Coded("verified" if r.verified else "unverified"))
        for r in rules
    )  # fmt: skip
    return Part("sources", ("rule", "clause", "edition", "read"), rows)
