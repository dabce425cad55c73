"""What is done to the times of samples before a frame is stamped."""

from dataclasses import replace
from typing import TypeVar

import numpy as np

from minesafe.model.frame import Readings, Sightings
from minesafe.model.quality import Quality
from minesafe.model.time import Micros, judged_at

C = TypeVar("C", Readings, Sightings)


def in_time(columns: C, now: Micros, wall: Micros) -> C:
    """Bring times labelled by a clock that was set back onto the time that has been recorded.

    Left as they are, they would be older than what was judged before, and an hour of gas would
    only be history. What was sampled by the same clock goes along with its receipt; a device that
    keeps its own time does not, and what was received before the clock was set is right already.
    """
    behind = now - wall
    if behind <= 0:
        return columns
    _, own = judged_at(columns.sampled, columns.received)
    lag = np.where(columns.received <= wall, behind, 0)
    return replace(
        columns,
        sampled=columns.sampled + np.where(own, 0, lag),
        received=columns.received + lag,
    )


def believed(columns: C) -> C:
    """Mark samples whose device's clock is off, by the time rule of `model.time`."""
    _, off = judged_at(columns.sampled, columns.received)
    if not off.any():
        return columns
    quality = np.where(off & (columns.quality == Quality.GOOD), Quality.CLOCK, columns.quality)
    return replace(columns, quality=quality)
