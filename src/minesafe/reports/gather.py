"""What the history adds to the record of an order: curves of its points, tracks of its people."""

import asyncio
from collections.abc import Sequence

import numpy as np

from minesafe.model.errors import StoreUnavailable
from minesafe.model.frame import Column, Sightings
from minesafe.model.mine import Mine
from minesafe.model.order import MusterRow
from minesafe.model.time import SECOND, Micros
from minesafe.ports import History
from minesafe.reports.drawings import Curve, Track
from minesafe.reports.incident import Incident

BEFORE: Micros = 900 * SECOND
"""Curves begin so long before the order, and end `AFTER` its end."""
AFTER: Micros = 300 * SECOND

MOST_SAMPLES = 200_000
"""Of one point or person: two days at one a second."""

AT_ONCE = 8
"""Questions put to the database together."""


async def curves(mine: Mine, about: Incident, history: History) -> list[Curve] | None:
    """The curves of the points whose alarms it answered; None where the history cannot be read."""
    start, end = about.order.issued - BEFORE, about.until + AFTER
    drawn = []
    try:
        for ident in about.points:
            row = mine.point_row.get(ident)
            if row is None:
                continue
            found = await history.values(row, start, end, MOST_SAMPLES)
            if len(found):
                drawn.append(_curve(mine, row, found.sampled, found.value))
    except StoreUnavailable:
        return None
    return drawn


def _curve(mine: Mine, row: int, times: Column, values: Column) -> Curve:
    point = mine.points[row]
    limits = point.limits
    drawn = {limits.alarm_high, limits.cut_high, limits.alarm_low, limits.cut_low} - {None}
    high = tuple(sorted(v for v in drawn if v is not None))
    return Curve(point.id, mine.kind[point.kind].unit, times, values, high)


async def tracks(mine: Mine, about: Incident, history: History | None) -> list[Track]:
    """Where people went: by their sightings, or where these cannot be read by the journal."""
    people = list(about.people)
    if history is not None:
        turn = asyncio.Semaphore(AT_ONCE)

        async def seen(person: str) -> Track:
            async with turn:
                row = mine.person_row[person]
                span = (about.order.issued, about.until)
                return _seen(person, await history.track(row, *span, MOST_SAMPLES))

        try:
            known = [p for p in people if p in mine.person_row]
            return list(await asyncio.gather(*map(seen, known)))
        except StoreUnavailable:
            pass  # the journal's places are fewer, and always there
    return [_journalled(mine, about, person) for person in people]


def _seen(person: str, found: Sightings) -> Track:
    """Its places, without those it stayed at."""
    places = np.stack([found.x, found.y], axis=1) if len(found) else np.empty((0, 2))
    moved = np.ones(len(places), bool)
    moved[1:] = np.abs(np.diff(places, axis=0)).sum(axis=1) > 1.0
    return Track(person, tuple((float(x), float(y)) for x, y in places[moved]))


def _journalled(mine: Mine, about: Incident, person: str) -> Track:
    moves = (body.place for _, body in about.people[person].moves)
    row: MusterRow = about.order.muster[person]
    places: Sequence[tuple[str, float]] = [
        (p.roadway, p.chainage_m) for p in (*moves, row.place) if p is not None
    ]
    return Track(
        person, tuple(_on(mine, road, at) for road, at in places if road in mine.roadway_row)
    )


def _on(mine: Mine, roadway: str, chainage_m: float) -> tuple[float, float]:
    """The place on the mine's plan."""
    path = np.array(mine.roadways[mine.roadway_row[roadway]].path)
    along = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))))
    x, y = (float(np.interp(chainage_m, along, path[:, axis])) for axis in (0, 1))
    return x, y
