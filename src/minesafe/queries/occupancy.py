"""A zone over time: who was in it, from when to when, how many at once, against the limit then."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from minesafe.model.mine import Mine, Zone
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.queries.bounds import checked, unseen
from minesafe.queries.within import Part, Runs, runs_within


@dataclass(frozen=True, slots=True)
class Stay:
    """One person's time in a zone."""

    person: int
    """Row."""
    entered: Micros
    """The first sample inside; of who was inside before, the first of the span."""
    left: Micros
    """The first sample elsewhere; of who was seen no more, the last inside."""
    elsewhere: bool
    """Whether he was seen elsewhere then."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """What became of a zone between two times."""

    zone: int
    stays: tuple[Stay, ...]
    """By person and time."""
    course: tuple[tuple[Micros, int], ...]
    """How many who count toward the limit, from each change on."""
    most: int
    most_at: Micros | None
    """When so many were there first."""
    over: tuple[tuple[Micros, Micros, int, int], ...]
    """From, to, most, limit: when more were there than the limit then in force."""


async def occupancy(
    history: History, mine: Mine, zone: int, span: tuple[Micros, Micros]
) -> Occupancy:
    """Who was in a zone between two times.

    Raises:
        Refused: ask_shorter, bad_span.
        StoreUnavailable: the history is not reachable now.
    """
    gap, part = unseen(mine), Part.of(mine, [mine.zones[zone]])
    runs = await runs_within(history, part, checked("occupancy", span), gap)
    return await asyncio.to_thread(lambda: occupied(mine, zone, span, tuple(stays_of(runs, gap))))


def occupied(
    mine: Mine, zone: int, span: tuple[Micros, Micros], stays: tuple[Stay, ...]
) -> Occupancy:
    """What the stays come to."""
    course = tuple(heads([s for s in stays if mine.people[s.person].counts]))
    most = max((count for _, count in course), default=0)
    most_at = next((at for at, count in course if count == most), None)
    over = tuple(_over(mine, mine.zones[zone], course, span))
    return Occupancy(zone, stays, course, most, most_at, over)


def stays_of(runs: Runs, gap: Micros) -> Iterator[Stay]:
    """The runs inside, each until the next sample elsewhere, if it came before he was missed."""
    for _, own in groupby(runs.rows(), key=lambda run: run[0]):
        for run, following in pairwise([*own, None]):
            assert run is not None
            person, inside, first, last = run
            if inside:
                elsewhere = following is not None and following[2] - last <= gap
                left = following[2] if following is not None and elsewhere else last
                yield Stay(person, first, left, elsewhere)


def heads(stays: Sequence[Stay]) -> Iterator[tuple[Micros, int]]:
    """How many were there from each change on.

    Who is seen elsewhere at a time is not there any more then; who is seen no more was there when
    he was seen last, and is gone a microsecond later.
    """
    change: dict[Micros, int] = {}
    for stay in stays:
        left = stay.left if stay.elsewhere else stay.left + 1
        change[stay.entered] = change.get(stay.entered, 0) + 1
        change[left] = change.get(left, 0) - 1
    count = 0
    for at in sorted(change):
        if change[at]:
            count += change[at]
            yield at, count


def _over(
    mine: Mine, zone: Zone, course: Sequence[tuple[Micros, int]], span: tuple[Micros, Micros]
) -> Iterator[tuple[Micros, Micros, int, int]]:
    """Stretches of more heads than the limit, which changes with the kind of shift."""
    shifts = [at for shift in mine.shifts for at in (shift.start, shift.end) if span[0] < at]
    marks = sorted({at for at, _ in course} | {at for at in shifts if at < span[1]})
    count, now = dict(course), 0
    open_: tuple[Micros, int, int] | None = None
    for at in marks:
        now = count.get(at, now)
        limit = mine.head_limit(zone, at)
        if open_ and (limit is None or now <= limit or limit != open_[2]):
            yield open_[0], at, open_[1], open_[2]
            open_ = None
        if limit is not None and now > limit:
            open_ = (open_[0] if open_ else at, max(now, open_[1] if open_ else 0), limit)
    if open_:
        yield open_[0], span[1], open_[1], open_[2]
