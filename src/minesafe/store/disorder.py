"""Samples that came late, and those that came after newer ones of their own point: counted.

Both are stored like any other, where their own time puts them. Late ones carry the quality CLOCK
by the time rule; the others are known by their frame, which is younger than their neighbours'.
"""

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.time import OLDEST, Micros
from minesafe.store.chunks import Shape, Table
from minesafe.store.thinning import Thinning

_FAR = np.int64(1) << 40
"""Twelve days: further away is as far as that, so that a point and a time fit into one number."""


class Newest:
    """The newest sample of each point, or person, that went into the history since the start."""

    def __init__(self) -> None:
        self._known = np.full(0, -_FAR, np.int64)
        self._base: Micros | None = None

    def copy(self) -> "Newest":
        """For a write that may yet fail."""
        other = Newest()
        other._known, other._base = self._known.copy(), self._base
        return other

    def older(self, key: Column, sampled: Column) -> Column:
        """Which rows, in the order they came, are older than one before them of the same key.

        >>> Newest().older(np.array([7, 7, 8, 7]), np.array([5, 3, 1, 5])).tolist()
        [False, True, False, False]
        """
        if not len(key):
            return np.zeros(0, bool)
        keys = np.unique(key)
        self._grow(int(keys[-1]) + 1)
        every = np.concatenate([keys, key])  # what is known of each stands before its rows
        time = np.concatenate([self._known[keys], self._near(sampled)])
        order = np.argsort(every, kind="stable")
        far_apart = np.searchsorted(keys, every[order]) * (4 * _FAR)
        highest = np.maximum.accumulate(time[order] + far_apart) - far_apart
        last = np.append(np.flatnonzero(np.diff(every[order])), len(every) - 1)
        self._known[keys] = highest[last]
        older = np.zeros(len(every), bool)
        older[order[1:]] = time[order[1:]] < highest[:-1]
        return older[len(keys) :]

    def _near(self, sampled: Column) -> Column:
        """Microseconds from the first sample ever; times are as wild as devices are."""
        base = self._base = int(sampled[0]) if self._base is None else self._base
        away = sampled.astype(np.float64) - base
        return np.clip(away, -float(_FAR), float(_FAR)).astype(np.int64)

    def _grow(self, size: int) -> None:
        more = size - len(self._known)
        if more > 0:
            self._known = np.append(self._known, np.full(more, -_FAR, np.int64))


class Tally:
    """How many rows went into the history late, and how many out of order, since the start."""

    def __init__(self) -> None:
        self.late = 0
        self.disordered = 0
        self._newest: dict[str, Newest] = {}
        self.thinning = Thinning()

    def copy(self) -> "Tally":
        """For a write that may yet fail."""
        other = Tally()
        other.late, other.disordered = self.late, self.disordered
        other.thinning = self.thinning.copy()
        other._newest = {name: newest.copy() for name, newest in self._newest.items()}
        return other

    def count(self, shape: Shape, table: Table, seqs: Column, now: Column) -> tuple[Column, Column]:
        """Of each frame, how many of these rows came late, and how many out of order.

        Args:
            shape: which table.
            table: rows in the order they came.
            seqs: of the frames, rising.
            now: of the frames.
        """
        frame = np.searchsorted(seqs, table["seq"])
        late = table["sampled"] < now[frame] + OLDEST
        newest = self._newest.setdefault(shape.name, Newest())
        older = newest.older(table[shape.key], table["sampled"])
        self.late += int(late.sum())
        self.disordered += int(older.sum())
        size = len(seqs)
        return np.bincount(frame[late], minlength=size), np.bincount(frame[older], minlength=size)
