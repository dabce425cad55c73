"""断电与馈电: cuts of the day, with what the feed sensors show of each.

The substation's interlock cuts by itself when a cut-off value is reached; whether it did is told by
the feed sensor (馈电) behind it alone. A place whose feeders no point shows has no proof, and the
report says so.
"""

from collections.abc import Iterator, Sequence

from minesafe.model.time import Micros
from minesafe.reports.statutory.cells import Cells
from minesafe.reports.statutory.day import Day
from minesafe.reports.statutory.facts import At, Cell, Coded, Part, Row, Said, several
from minesafe.reports.statutory.happened import Spell
from minesafe.reports.statutory.statistics import Held

ABNORMAL = ("feed_after_cut", "cut_unproven")

_COLUMNS = ("subject", "condition", "began", "ended", "lasted", "area", "feed")


def parts(cells: Cells, day: Day) -> Iterator[Part]:
    """Cuts, and what is wrong with the feed."""
    rows = [*_by_limit(cells, day), *_asked(cells, day), *_seen(cells, day)]
    yield Part("power_cuts", _COLUMNS, tuple(sorted(rows, key=_began)), keys=3)
    yield _abnormal(cells, day)


def _began(row: Row) -> tuple[Micros, str]:
    began = row[2]
    assert isinstance(began, At)
    return began.at, repr(row[0])


def _by_limit(cells: Cells, day: Day) -> Iterator[Row]:
    """A point reached its cut-off value."""
    for spell in day.happened.of("cut_high", "cut_low"):
        feeders = [f for zone in spell.zones for f in cells.mine.feeders_of.get(zone, ())]
        shows = list(dict.fromkeys(p for f in feeders for p in f.shows))
        area = list(dict.fromkeys(z for f in feeders for z in f.zones)) or list(spell.zones)
        yield _row(cells, day, spell, area, _proof(day, cells, shows, spell))


def _asked(cells: Cells, day: Day) -> Iterator[Row]:
    """Two people asked the interlock for a cut."""
    outputs = {o.id: o for o in cells.mine.outputs}
    for spell in day.happened.cuts:
        output = outputs.get(spell.subject)
        after_s = day.happened.proven.get((spell.subject, spell.began))
        proof = Coded("unproven") if after_s is None else Coded("proven_after", (("s", after_s),))
        yield _row(cells, day, spell, output.zones if output else (), proof)


def _seen(cells: Cells, day: Day) -> Iterator[Row]:
    """A feed sensor showed no power, whoever switched it off."""
    for row, held in _feeds(cells, day):
        ident = cells.mine.points[row].id
        area = [z for f in cells.mine.feeders if ident in f.shows for z in f.zones]
        for one in held:
            if one.state == 0:
                spell = Spell("no_power", ident, one.began, one.ended)
                yield _row(cells, day, spell, area, Coded("seen_by_feed"))


def _feeds(cells: Cells, day: Day) -> Iterator[tuple[int, Sequence[Held]]]:
    for row, known in sorted((day.measured or {}).items()):
        if cells.mine.kind[cells.mine.points[row].kind].power:
            yield row, known.held


def _row(cells: Cells, day: Day, spell: Spell, area: Sequence[str], proof: Cell) -> Row:
    return (
        cells.point(spell.subject),
        Coded(spell.what),
        *day.ends(spell),
        cells.names(area),
        proof,
    )


def _proof(day: Day, cells: Cells, shows: Sequence[str], spell: Spell) -> Cell:
    """What each feed sensor behind the cut showed while the cut-off value was reached."""
    if not shows:
        return Coded("no_feed_sensor")
    if day.measured is None:
        return Coded("unknown_state")
    return several([_shown(day, cells, ident, spell) for ident in shows])


def _shown(day: Day, cells: Cells, ident: str, spell: Spell) -> Cell:
    row, until = cells.mine.point_row[ident], spell.ended or day.span.until
    known = None if day.measured is None else day.measured.get(row)
    inside = [h for h in (known.held if known else ()) if h.began < until and h.ended > spell.began]
    dead = next((h for h in inside if h.state == 0), None)
    if dead is not None:
        return several([cells.name(ident), Coded("dead_at"), At(max(dead.began, spell.began))])
    live = any(h.state for h in inside)
    return several([cells.name(ident), Coded("live" if live else "unknown_state")])


def _abnormal(cells: Cells, day: Day) -> Part:
    rows = tuple(
        (
            cells.name(f.subject),
            Coded(f.what),
            *day.ends(f),
            several([cells.name(p.strip()) for p in f.note.split(",") if p.strip()]) or Said("-"),
        )
        for f in sorted(day.happened.findings, key=lambda f: (f.began, f.subject))
        if f.what in ABNORMAL
    )
    columns = ("subject", "condition", "began", "ended", "lasted", "feed")
    return Part("feed_abnormal", columns, rows, keys=3)
