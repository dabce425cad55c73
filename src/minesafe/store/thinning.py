"""Kinds that are stored with a dead-band: what says nothing new is left out, and counted.

Off unless kinds.toml says otherwise, and refused for kinds the law asks to keep (`config.kinds`). A
sample of such a kind is stored when it differs from the last stored one of its point by more than
the band, when its quality is another or none to be believed, when it is older than that, and at the
latest after the heartbeat. The engine has judged all of them.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.store.chunks import Table

Sample: TypeAlias = tuple[float, int, Micros]
"""Value, quality, when."""


@dataclass(frozen=True, slots=True)
class Band:
    """How a point of such a kind is stored."""

    width: float
    every: Micros


def bands_of(mine: Mine) -> dict[int, Band]:
    """By row of the point; empty in nearly every mine."""
    kinds = {
        kind.id: Band(kind.store_band, int(kind.store_every_s * SECOND))
        for kind in mine.kinds
        if kind.store_band is not None
    }
    return {row: kinds[p.kind] for row, p in enumerate(mine.points) if p.kind in kinds}


class Thinning:
    """The last stored sample of each point that has a band, by the number of its name."""

    def __init__(self) -> None:
        self._last: dict[int, Sample] = {}

    def copy(self) -> "Thinning":
        """For a write that may yet fail."""
        other = Thinning()
        other._last = dict(self._last)
        return other

    def keeps(self, bands: dict[int, Band], row: Column, table: Table) -> Column:
        """Which readings are stored.

        Args:
            bands: by row of the revision; of the others everything is.
            row: of each reading its point's.
            table: the readings as they would be stored, in the order they came.
        """
        keep = np.ones(len(row), bool)
        banded = np.flatnonzero(np.isin(row, list(bands))) if bands else np.empty(0, int)
        for at in banded.tolist():
            name, sample = int(table["point"][at]), _sample(table, at)
            last = self._last.get(name)
            keep[at] = last is None or is_news(bands[int(row[at])], last, sample)
            if keep[at] and (last is None or sample[2] >= last[2]):
                self._last[name] = sample
        return keep


def _sample(table: Table, at: int) -> Sample:
    return float(table["value"][at]), int(table["quality"][at]), int(table["sampled"][at])


def is_news(band: Band, last: Sample, sample: Sample) -> bool:
    """Whether a sample is stored, after the last one that was."""
    value, quality, sampled = sample
    near = abs(value - last[0]) <= band.width  # never of NaN
    again = quality == last[1] == Quality.GOOD
    return not (near and again and 0 <= sampled - last[2] < band.every)


def left_out(keep: Column, seq: Column, frames: Column) -> Column:
    """Of each frame, how many of its readings are not stored."""
    return np.bincount(np.searchsorted(frames, seq[~keep]), minlength=len(frames))
