"""Attendance 考勤 by tag: who went down, when he came up, how long he was below, on which shift.

Whoever is seen at a portal last, and then no more, has gone out. Whoever is not seen elsewhere is
still below until he is: a dead reader brings nobody up.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from minesafe.duty.presence import LEADERS
from minesafe.model.mine import Duty, Mine, Shift, ZoneKind
from minesafe.model.time import SECOND, Micros
from minesafe.ports import History
from minesafe.queries.bounds import HOUR, checked, unseen
from minesafe.queries.within import Part, Runs, runs_within

FORGOTTEN: Micros = 12 * HOUR
"""Unseen for so long, and not by way of a portal: what is seen then is another trip."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One person's time below."""

    person: int
    """Row."""
    down: Micros
    """The first sample; of who was below already, the first of the span."""
    up: Micros
    """The last sample."""
    came_up: bool
    """Whether that was at a portal; else he was below still when seen last."""
    shift: str
    """The shift of which most of the trip was; empty where the roster has none."""
    day: date
    """On which that shift began, by the mine's clock; without one, on which he went down."""
    duty: Duty | None
    """Of a leader on that shift."""

    @property
    def seconds(self) -> float:
        """How long."""
        return (self.up - self.down) / SECOND


@dataclass(frozen=True, slots=True)
class Attendance:
    """Everybody's trips between two times."""

    trips: tuple[Trip, ...]
    """By person and time."""
    totals: tuple[tuple[date, str, str, int, int, float], ...]
    """Day, shift, crew; people, trips, seconds below."""


async def attendance(history: History, mine: Mine, span: tuple[Micros, Micros]) -> Attendance:
    """Who was below between two times.

    Raises:
        Refused: ask_shorter, bad_span.
        StoreUnavailable: the history is not reachable now.
    """
    portals = [zone for zone in mine.zones if zone.kind is ZoneKind.PORTAL]
    gap, part = unseen(mine), Part.of(mine, portals)
    runs = await runs_within(history, part, checked("attendance", span), gap)
    return await asyncio.to_thread(_attended, mine, runs, gap)


def _attended(mine: Mine, runs: Runs, gap: Micros) -> Attendance:
    trips = tuple(trips_of(mine, runs, gap))
    return Attendance(trips, tuple(_totals(mine, trips)))


def trips_of(mine: Mine, runs: Runs, gap: Micros) -> Iterator[Trip]:
    """Trips out of runs inside (at a portal) and outside (below)."""
    for person, own in groupby(runs.rows(), key=lambda run: run[0]):
        trip: list[tuple[int, bool, Micros, Micros]] = []
        for run in own:
            if trip and _ended(trip[-1], run[2], gap):
                yield from _trip(mine, person, trip)
                trip = []
            trip.append(run)
        yield from _trip(mine, person, trip)


def _ended(last: tuple[int, bool, Micros, Micros], again: Micros, gap: Micros) -> bool:
    pause = again - last[3]
    return pause > (gap if last[1] else FORGOTTEN)


def _trip(
    mine: Mine, person: int, runs: Sequence[tuple[int, bool, Micros, Micros]]
) -> Iterator[Trip]:
    """Whoever only passed the portal's reader was not below."""
    if all(at_portal for _, at_portal, _, _ in runs):
        return
    down, up, came_up = runs[0][2], runs[-1][3], runs[-1][1]
    shift = _shift(mine, down, up)
    zone = ZoneInfo(mine.server.timezone)
    day = datetime.fromtimestamp((shift.start if shift else down) / SECOND, zone).date()
    yield Trip(
        person, down, up, came_up, shift.name if shift else "", day, _duty(mine, person, shift)
    )


def _shift(mine: Mine, down: Micros, up: Micros) -> Shift | None:
    shared = [(min(up, s.end) - max(down, s.start), -s.start, s) for s in mine.shifts]
    most = max(shared, key=lambda row: row[:2], default=None)
    return most[2] if most and most[0] >= 0 else None


def _duty(mine: Mine, person: int, shift: Shift | None) -> Duty | None:
    posts = shift.posts if shift else ()
    name = mine.people[person].id
    return next((duty for duty, holder in posts if holder == name and duty in LEADERS), None)


def _totals(mine: Mine, trips: Sequence[Trip]) -> Iterator[tuple[date, str, str, int, int, float]]:
    def key(trip: Trip) -> tuple[date, str, str]:
        return trip.day, trip.shift, mine.people[trip.person].crew

    for group, rows in groupby(sorted(trips, key=key), key=key):
        own = list(rows)
        yield *group, len({t.person for t in own}), len(own), sum(t.seconds for t in own)
