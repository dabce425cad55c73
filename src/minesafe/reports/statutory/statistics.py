"""Statistics of a point's day, from the steps of one minute the history keeps of it.

A minute without a believed sample has no value: it is missing, not zero, and is counted as such. A
mean is of samples, not of time, as the steps hold it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from minesafe.model.frame import Column, Readings
from minesafe.model.mine import Kind
from minesafe.model.steps import MINUTE, is_believed
from minesafe.model.time import SECOND, Micros
from minesafe.model.trend import Trend

Stretch = tuple[Micros, Micros]


@dataclass(frozen=True, slots=True)
class Minutes:
    """A point's day, minute by minute."""

    trend: Trend
    span: Stretch
    gap: int
    """So many minutes without a sample are still its own pace."""

    @classmethod
    def of(cls, trend: Trend, span: Stretch, kind: Kind) -> "Minutes":
        """What the history has, in the order of time."""
        order = np.argsort(trend.start, kind="stable")
        sorted_ = Trend(**{name: getattr(trend, name)[order] for name in Trend.DTYPES})
        return cls(sorted_, span, max(1, ceil(kind.stale_s * SECOND / MINUTE)))

    def known(self, part: Stretch) -> Column:
        """Rows of the steps within a part that have a value."""
        start = self.trend.start
        inside = (start >= part[0] // MINUTE * MINUTE) & (start < part[1])
        found: Column = np.flatnonzero(inside & (self.trend.believed > 0))
        return found

    def missing(self) -> list[Stretch]:
        """Where nothing is known of it for longer than its own pace explains."""
        first, last = self.span[0] // MINUTE, -(-self.span[1] // MINUTE)
        known = self.trend.start[self.known(self.span)] // MINUTE
        edges = np.concatenate(([first - 1], known, [last]))
        holes = zip(edges[:-1] + 1, edges[1:], strict=True)
        return [
            (max(int(a) * MINUTE, self.span[0]), min(int(b) * MINUTE, self.span[1]))
            for a, b in holes
            if b - a >= self.gap
        ]


@dataclass(frozen=True, slots=True)
class Extremes:
    """A point's greatest, mean and least value of a stretch of time."""

    highest: float
    highest_at: Micros
    """Start of the first minute that has it; `exact` finds the sample."""
    lowest: float
    lowest_at: Micros
    mean: float
    samples: int


def extremes(minutes: Minutes, part: Stretch) -> Extremes | None:
    """Of a part of the day; None: nothing is known of it."""
    rows = minutes.known(part)
    if not len(rows):
        return None
    t = minutes.trend
    top, low = rows[np.argmax(t.highest[rows])], rows[np.argmin(t.lowest[rows])]
    samples = int(t.believed[rows].sum())
    return Extremes(
        highest=float(t.highest[top]),
        highest_at=int(t.start[top]),
        lowest=float(t.lowest[low]),
        lowest_at=int(t.start[low]),
        mean=float(t.total[rows].sum() / samples),
        samples=samples,
    )


def exact(samples: Readings, value: float, minute: Micros) -> Micros:
    """When a minute's value was measured; the minute, where its samples are not there any more."""
    good = is_believed(samples.value, samples.quality) & (samples.value == value)
    rows = np.flatnonzero(good)
    return int(samples.sampled[rows[0]]) if len(rows) else minute


def amount(minutes: Minutes, kind: Kind, part: Stretch) -> float | None:
    """累计量: by how much a counter rose; where it fell it has begun anew, or gone round."""
    rows = minutes.known(part)
    if not len(rows):
        return None
    opening, closing = minutes.trend.opening[rows], minutes.trend.closing[rows]
    shown = np.concatenate((opening[:1], closing))
    rose = np.diff(shown)
    anew = shown[1:] + (kind.wrap - shown[:-1] if kind.wrap is not None else 0.0)
    return float(np.where(rose >= 0, rose, anew).sum())


# --- switches ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A switch showed one state for a while."""

    state: float | None
    """None: nothing is known of it."""
    began: Micros
    ended: Micros


def changing(minutes: Minutes) -> list[Stretch]:
    """Minutes in which a switch changed, whose samples tell when."""
    t, rows = minutes.trend, minutes.known(minutes.span)
    moved = t.lowest[rows] != t.highest[rows]
    moved[1:] |= t.closing[rows[:-1]] != t.opening[rows[1:]]
    return [(int(s), int(s) + MINUTE) for s in t.start[rows[moved]]]


def held(minutes: Minutes, changed: Sequence[Readings]) -> list[Held]:
    """The states of a switch in their order, without a hole.

    Args:
        minutes: its day.
        changed: the samples of the minutes in which it changed; may be fewer than there were.
    """
    marks = [*_still(minutes), *_moving(changed), *((a, None) for a, _ in minutes.missing())]
    # A hole ends where the next minute that is known begins; of one moment the last word counts.
    found: list[Held] = []
    for begins, state in sorted(marks, key=lambda m: (m[0], m[1] is not None)):
        begins = max(begins, minutes.span[0])
        if found and found[-1].state == state:
            continue
        if found:
            found[-1] = Held(found[-1].state, found[-1].began, begins)
        found.append(Held(state, begins, minutes.span[1]))
    return [one for one in found if one.began < one.ended]


def _still(minutes: Minutes) -> Iterator[tuple[Micros, float]]:
    t, rows = minutes.trend, minutes.known(minutes.span)
    still = rows[t.lowest[rows] == t.highest[rows]]
    first = np.where(t.first[still] > t.start[still], t.first[still], t.start[still])
    begins = np.where(_follows(t.start[still]), t.start[still], first)
    yield from zip(begins.tolist(), t.opening[still].tolist(), strict=True)


def _follows(start: Column) -> Column:
    """Which minutes come right after the one before."""
    after = np.zeros(len(start), bool)
    after[1:] = np.diff(start) == MINUTE
    return after


def _moving(changed: Sequence[Readings]) -> Iterator[tuple[Micros, float]]:
    for samples in changed:
        good = np.flatnonzero(is_believed(samples.value, samples.quality))
        yield from zip(samples.sampled[good].tolist(), samples.value[good].tolist(), strict=True)


# --- while something held ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class While:
    """What a point measured while an alarm held."""

    highest: float
    lowest: float
    mean: float


def of_samples(samples: Readings) -> While | None:
    """Of the believed ones; None: there are none."""
    values = samples.value[is_believed(samples.value, samples.quality)]
    if not len(values):
        return None
    return While(float(values.max()), float(values.min()), float(values.mean()))
