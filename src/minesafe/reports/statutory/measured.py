"""What the history says of a day: every point's statistics, or that it does not say.

Asked a few points at a time, so that a server beside it has its database for itself. A database
that is away in the middle makes the whole of it unknown: half a day's numbers look like a day's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.mine import Form, Kind, Mine
from minesafe.model.steps import MINUTE
from minesafe.ports import History
from minesafe.reports.statutory.happened import Spell
from minesafe.reports.statutory.span import Span
from minesafe.reports.statutory.statistics import (
    Extremes,
    Held,
    Minutes,
    Stretch,
    While,
    amount,
    changing,
    exact,
    extremes,
    held,
    of_samples,
)

AT_ONCE = 4
"""Questions put to the database together."""

MOST_SAMPLES = 100_000
"""Of one point while one alarm held: more than a day at one a second."""

MOST_CHANGES = 120
"""Minutes of one switch that are looked into for the moment it changed; one that changes more
often than every twelve minutes is a fault, and its later changes are told to the minute."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One point's day."""

    minutes: Minutes
    whole: Extremes | None
    """Its times are to the sample, where samples are still kept."""
    shifts: tuple[Extremes | None, ...]
    """To the minute; in the order of the day's shifts."""
    missing: tuple[Stretch, ...]
    held: tuple[Held, ...] = ()
    """Of a switch."""
    amounts: tuple[float | None, ...] = ()
    """Of a counter: of the day, then of each shift."""


def is_switch(kind: Kind) -> bool:
    """Whether its values are states with names."""
    return bool(kind.states)


async def measured(
    mine: Mine, history: History | None, span: Span, shifts: Sequence[Stretch]
) -> dict[int, Measured] | None:
    """Every point's day, by its row; None where the history cannot be asked.

    Points that rise by themselves to prove the line are none of the mine's.
    """
    if history is None:
        return None
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(row: int) -> Measured:
        async with turn:
            return await _measured(mine, history, row, span, shifts)

    rows = [i for i, p in enumerate(mine.points) if p.id not in mine.self_tests]
    try:
        found = await asyncio.gather(*map(ask, rows))
    except (StoreUnavailable, Refused):
        return None
    return dict(zip(rows, found, strict=True))


async def _measured(
    mine: Mine, history: History, row: int, span: Span, shifts: Sequence[Stretch]
) -> Measured:
    kind = mine.kind[mine.points[row].kind]
    whole = (span.start, span.until)
    trend = await history.trend(row, span.start, span.until, MINUTE // 1_000_000)
    minutes = Minutes.of(trend, whole, kind)
    parts = tuple(extremes(minutes, part) for part in shifts)
    counts = kind.form is Form.CUMULATIVE
    return Measured(
        minutes=minutes,
        whole=await _exact(history, row, extremes(minutes, whole)),
        shifts=parts,
        missing=tuple(minutes.missing()),
        held=tuple(await _held(history, row, minutes)) if is_switch(kind) else (),
        amounts=tuple(amount(minutes, kind, p) for p in (whole, *shifts)) if counts else (),
    )


async def _exact(history: History, row: int, found: Extremes | None) -> Extremes | None:
    """With the moment of the highest and the lowest sample."""
    if found is None:
        return None
    moments = []
    for value, minute in ((found.highest, found.highest_at), (found.lowest, found.lowest_at)):
        samples = await history.values(row, minute, minute + MINUTE, MOST_SAMPLES)
        moments.append(exact(samples, value, minute))
    high, low = moments
    return Extremes(found.highest, high, found.lowest, low, found.mean, found.samples)


async def _held(history: History, row: int, minutes: Minutes) -> list[Held]:
    changed = [
        await history.values(row, *minute, MOST_SAMPLES)
        for minute in changing(minutes)[:MOST_CHANGES]
    ]
    return held(minutes, changed)


async def during(
    mine: Mine, history: History | None, span: Span, spells: Sequence[Spell]
) -> dict[Spell, While | None]:
    """What each spell's point measured while it held, as far as that lies in the day."""
    found: dict[Spell, While | None] = dict.fromkeys(spells)
    if history is None:
        return found
    for spell in spells:
        row, part = mine.point_row.get(spell.subject), span.clipped(spell.began, spell.ended)
        if row is None or part is None:
            continue
        try:
            samples = await history.values(row, part[0], max(part[1], part[0] + 1), MOST_SAMPLES)
        except (StoreUnavailable, Refused):
            return dict.fromkeys(spells)
        found[spell] = of_samples(samples)
    return found
