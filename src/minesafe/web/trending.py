"""A point's curve for a screen of so many dots: as fine as it can show, never more.

Whatever the step, its lowest and highest value are kept, so a peak of one second stands out of a
year. Raw samples where they are few enough, else the shortest kept step that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from minesafe.model.frame import Readings
from minesafe.model.mine import Mine
from minesafe.model.quality import BELIEVED
from minesafe.model.spell import Spells
from minesafe.model.steps import WIDTHS_S, Steps, is_believed, merged, starts, summed
from minesafe.model.time import SECOND, Micros
from minesafe.model.trend import Trend
from minesafe.ports import History

FINER = 4
"""So many samples or kept steps for each dot are still read; more would be read for nothing."""

MOST_SAMPLES = 100_000
"""Raw samples of one question; of a device that says more than its period, steps are read."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch in which samples were not believed, all of one quality."""

    start: Micros
    end: Micros
    quality: int


@dataclass(frozen=True, slots=True)
class Curve:
    """What is drawn."""

    step: Micros
    """Between starts; `Micros`."""
    kept_s: int
    """The kept step it was made of, seconds; 0: raw samples."""
    trend: Trend
    bands: tuple[Band, ...] = ()


async def curve(
    history: History, mine: Mine, row: int, span: tuple[Micros, Micros], dots: int
) -> Curve:
    """A point's curve between two times.

    Args:
        history: what is stored.
        mine: the revision in force.
        row: the point.
        span: start and end, start < end.
        dots: of the screen; steps are about as many.

    Raises:
        StoreUnavailable: the history is not reachable now.
    """
    length, start = span[1] - span[0], span[0]
    if length / (mine.kind[mine.points[row].kind].period_s * SECOND) <= FINER * dots:
        samples = await history.values(row, *span, MOST_SAMPLES)
        if len(samples) < MOST_SAMPLES:
            step = max(1, length // dots)
            return Curve(step, 0, _of_samples(samples, start, step), tuple(_bands(samples)))
    kept_s = next((w for w in WIDTHS_S if length / (w * SECOND) <= FINER * dots), WIDTHS_S[-1])
    step = max(1, length // dots // (kept_s * SECOND)) * kept_s * SECOND
    trend = await history.trend(row, *span, kept_s)
    spells = await history.spells(row, *span, kept_s)
    whole = merged(Steps(np.full(len(trend), row), trend), step).trend
    return Curve(step, kept_s, whole, tuple(_spelt(spells, kept_s * SECOND)))


def _bands(samples: Readings) -> Iterator[Band]:
    """Each from its first sample to the next of another quality; the last, to its own last."""
    groups = starts(samples.quality)
    ends = np.append(samples.sampled[groups[1:]], samples.sampled[-1:])
    cells = (samples.sampled[groups], ends, samples.quality[groups])
    for start, end, quality in zip(*(c.tolist() for c in cells), strict=True):
        if quality not in BELIEVED:
            yield Band(start, end, quality)


def _spelt(spells: Spells, width: Micros) -> Iterator[Band]:
    """Steps of one quality that follow each other, as one."""
    open_: dict[int, Band] = {}
    for start, quality, _ in spells.rows():
        band = open_.get(quality)
        if band and band.end < start:
            yield band
            band = None
        open_[quality] = Band(band.start if band else start, start + width, quality)
    yield from open_.values()


def _of_samples(samples: Readings, start: Micros, step: Micros) -> Trend:
    if not len(samples):
        return Trend.none()
    begins = start + (samples.sampled - start) // step * step
    groups = starts(begins)
    good = is_believed(samples.value, samples.quality)
    return summed(groups, begins[groups], samples.sampled, samples.value, good)
