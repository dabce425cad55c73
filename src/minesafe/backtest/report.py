"""What came of it: how often the new limits would have fired, how many of those were real."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from minesafe.backtest.spells import Spell
from minesafe.backtest.truth import Episode
from minesafe.model.time import SECOND, Micros

REACH: Micros = 1800 * SECOND
"""What comes within half an hour of an alarm's end, it has warned of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One condition of one point, under the limits that were and those that are tried."""

    point: str
    condition: str
    before: float | None
    """The limit that was; None: there was none."""
    after: float | None
    fired: int
    """By the limits that were."""
    would_fire: int
    real: int
    """Of those that would fire."""
    dangers: int
    """Real episodes of this point."""
    missed: int
    """Of those that were told by the old limit, the ones the new one would not have told."""
    lead_s: tuple[float, ...]
    """Seconds by which each danger would have been told sooner than it was; below 0: later."""

    @property
    def lead(self) -> float | None:
        """The median, seconds."""
        return statistics.median(self.lead_s) if self.lead_s else None


@dataclass(frozen=True, slots=True)
class Report:
    """A back-test, or what a shadow rule has come to."""

    start: Micros
    end: Micros
    revision: str
    frames: int
    points: int
    """How many were judged."""
    rows: tuple[Row, ...]
    why_not_exact: tuple[str, ...]
    """Codes with their number, as `missing_frames 3`; none: it is what the live engine would
    have said, to the byte."""
    digest: str
    """SHA-256 over the verdicts of the points that were judged."""
    left_out: int
    """Rules of several points that ask about a judged one, and were not judged again."""

    @property
    def exact(self) -> bool:
        """Nothing was missing."""
        return not self.why_not_exact

    def total(self) -> Row:
        """All of it together."""
        return total(self.rows)


def total(every: Sequence[Row]) -> Row:
    """All points and conditions that another limit was tried of, or where none was, all."""
    rows = [row for row in every if row.before != row.after] or every
    return Row(
        "",
        "",
        None,
        None,
        sum(r.fired for r in rows),
        sum(r.would_fire for r in rows),
        sum(r.real for r in rows),
        sum({r.point: r.dangers for r in rows}.values()),
        sum(r.missed for r in rows),
        tuple(lead for r in rows for lead in r.lead_s),
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """A limit of a point, as it was and as it is tried."""

    point: str
    condition: str
    before: float | None
    after: float | None


def compared(
    tried: Iterable[Tried],
    old: Sequence[Spell],
    new: Sequence[Spell],
    real: Mapping[str, Sequence[Episode]],
    span: tuple[Micros, Micros],
) -> tuple[Row, ...]:
    """A row for each limit.

    Args:
        tried: limits to tell of.
        old: what the journal holds, also of shortly before and after the span.
        new: what would have been.
        real: dangers of each point.
        span: what begins in it is counted.
    """
    was, would = _grouped(old, span), _grouped(new, span)
    return tuple(
        _row(
            limit,
            was.get((limit.point, limit.condition), []),
            would.get((limit.point, limit.condition), []),
            [e for e in real.get(limit.point, ()) if span[0] <= e.began < span[1] + REACH],
        )
        for limit in tried
    )


def _grouped(
    every: Sequence[Spell], span: tuple[Micros, Micros]
) -> dict[tuple[str, str], list[Spell]]:
    found: dict[tuple[str, str], list[Spell]] = {}
    for spell in every:
        if spell.heard and span[0] <= spell.began < span[1]:
            found.setdefault((spell.subject, spell.condition), []).append(spell)
    return found


def _row(limit: Tried, was: list[Spell], would: list[Spell], dangers: list[Episode]) -> Row:
    real = sum(any(s.meets(d.began, d.ended, REACH) for d in dangers) for s in would)
    leads, missed = [], 0
    for danger in dangers:
        told = [s for s in was if s.meets(danger.began, danger.ended, 0)]
        tells = [s for s in would if s.meets(danger.began, danger.ended, REACH)]
        if tells:
            since = told[0].began if told else danger.began
            leads.append((since - tells[0].began) / SECOND)
        missed += bool(told) and not tells
    return Row(
        limit.point,
        limit.condition,
        limit.before,
        limit.after,
        len(was),
        len(would),
        real,
        len(dangers),
        missed,
        tuple(leads),
    )
