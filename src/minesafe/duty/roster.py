"""The effective roster: the configured shifts with what people changed written into them.

A change counts from the moment after it was recorded, and a shift that runs is cut in two there.
So what a frame is judged by depends on its own `now` alone: a replay of frames from before the
change, which knows the change already, asks for whoever was on duty then.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from minesafe.model.mine import Duty, Shift
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Change:
    """Of one shift, one post passes from one person to another."""

    start: Micros
    """Of the configured shift."""
    duty: Duty
    out: str
    comes: str
    since: Micros
    """Nobody is on duty by it before this."""


class Roster:
    """Shifts in their order, to be asked by time."""

    def __init__(self, configured: Sequence[Shift], changes: Iterable[Change] = ()) -> None:
        self.configured = {s.start: s for s in sorted(configured, key=lambda s: s.start)}
        parts = {start: [shift] for start, shift in self.configured.items()}
        for change in changes:
            if change.start in parts:
                parts[change.start] = list(_written(parts[change.start], change))
        self.shifts = tuple(part for one in parts.values() for part in one)
        """What is in force, cut where it changes."""
        self._parts = parts
        self._starts = [s.start for s in self.shifts]
        self._firsts = list(self.configured)

    def at(self, now: Micros) -> Shift | None:
        """Who is on duty; None: a gap, which is an alarm of its own."""
        i = bisect_right(self._starts, now) - 1
        return self.shifts[i] if i >= 0 and now < self.shifts[i].end else None

    def nearest(self, now: Micros) -> Shift | None:
        """Who is on duty; in a gap, whoever was or will be nearest to now.

        Somebody who has just gone home answers better than nobody.
        """
        found = self.at(now)
        if found is not None or not self.shifts:
            return found
        return min(self.shifts, key=lambda s: max(s.start - now, now - s.end))

    def whole_at(self, now: Micros) -> Shift | None:
        """The configured shift that runs now, uncut."""
        return next((s for s in self.between(now, now + 1)), None)

    def between(self, start: Micros, end: Micros) -> Iterator[Shift]:
        """Configured shifts with some time in [start, end), with whoever holds their posts last."""
        first = max(bisect_right(self._firsts, start) - 1, 0)
        for at in self._firsts[first : bisect_left(self._firsts, end)]:
            if start < self.configured[at].end:
                yield replace(self.configured[at], posts=self._parts[at][-1].posts)

    def held(self, start: Micros) -> tuple[tuple[Duty, str], ...]:
        """Whoever held a post at some time of the shift that starts then."""
        parts = self._parts.get(start, ())
        return tuple(dict.fromkeys(post for part in parts for post in part.posts))


def _written(parts: Sequence[Shift], change: Change) -> Iterator[Shift]:
    """The parts of one shift with a change in them."""
    for part in parts:
        if part.end <= change.since or (change.duty, change.out) not in part.posts:
            yield part
            continue
        if part.start < change.since:
            yield replace(part, end=change.since)
        posts = tuple(
            (d, change.comes if (d, p) == (change.duty, change.out) else p) for d, p in part.posts
        )
        yield replace(part, start=max(part.start, change.since), posts=posts)
