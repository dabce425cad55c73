"""Drift (CUSUM, Page 1954): small deviations in one direction that come to something in sum.

Two sums follow the samples, one up and one down: each adds what a value lies beyond `target` by
more than `slack`, loses what it lies within, and never goes below 0. It ends when both are back at
0. Twice the limit is as far as a sum goes, so that the end is not put off without bound.
"""

import numpy as np

from minesafe.engine.windows.rows import Found, Heard, Kept
from minesafe.engine.windows.table import SUMS
from minesafe.model.frame import Column

UP, DOWN = 0, 1
"""Where the sums stand, in the first bin of the row: they have no window."""


def sums(heard: Heard) -> Column:
    """Nothing goes into bins; (n, 6)."""
    return np.zeros((len(heard.row), SUMS))


def drift(heard: Heard, kept: Kept) -> Found:
    """Both sums, moved on in place."""
    table, row, both = heard.table, heard.row, kept.newest[:, :2]
    away, slack, top = heard.value - table.target[row], table.slack[row], 2 * table.limit[row]
    moved = both + np.stack([away - slack, -away - slack], axis=1)
    moved = np.minimum(np.where(moved > 0, moved, 0.0), top[:, None])
    both[heard.counts] = moved[heard.counts]
    up, down = both[:, UP], both[:, DOWN]
    worst = np.maximum(up, down)
    return Found(worst >= table.limit[row], worst <= 0, np.where(up >= down, up, -down))
