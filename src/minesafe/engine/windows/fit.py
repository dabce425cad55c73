"""Rise and forecast: a straight line through the window, by least squares, with its error.

A line is said to rise only where it does even two standard errors lower, so noise raises nothing;
it has ended as soon as the line itself is below the restore value. A line needs eight samples that
reach over half of the window.
"""

from typing import NamedTuple

import numpy as np

from minesafe.engine.windows.rows import Found, Heard, Kept
from minesafe.engine.windows.table import BINS
from minesafe.model.frame import Column

ERRORS = 2.0
"""Standard errors a line is given in its favour."""

FEWEST = 8


def sums(heard: Heard) -> Column:
    """1, t, v, t², tv, v² of each sample, t from the beginning of its bin; (n, 6)."""
    t, v = heard.second, heard.value
    rows = np.stack([np.ones_like(v), t, v, t * t, t * v, v * v], axis=1)
    counted: Column = np.where(heard.counts[:, None], rows, 0.0)
    return counted


def shifted(sums: Column, shift: Column) -> Column:
    """The sums of a bin, t from the beginning of another that lies `-shift` seconds later."""
    n, t, v, tt, tv, vv = sums.T
    tt = tt + 2 * shift * t + shift * shift * n
    return np.stack([n, t + shift * n, v, tt, tv + shift * v, vv], axis=1)


def rise(heard: Heard, kept: Kept) -> Found:
    """What it rises by in a minute."""
    line = _line(kept)
    limit, restore = heard.table.limit[heard.row], heard.table.restore[heard.row]
    low, slope = (line.slope - ERRORS * line.slope_error) * 60, line.slope * 60
    return Found(line.known & (low >= limit), line.known & (slope < restore), slope)


def forecast(heard: Heard, kept: Kept) -> Found:
    """Where it is when the horizon has passed."""
    line = _line(kept)
    away = heard.second + heard.table.horizon[heard.row] - line.mean_t
    value = line.mean_v + line.slope * away
    turned = line.slope_error * away
    error = np.sqrt(line.spread / line.n + turned * turned)
    limit, restore = heard.table.limit[heard.row], heard.table.restore[heard.row]
    raises = line.known & (line.slope > 0) & (value - ERRORS * error >= limit)
    return Found(raises, line.known & (value < restore), value * heard.table.sign[heard.row])


class _Line(NamedTuple):
    """Least squares through the samples of each row; t from the beginning of the newest bin."""

    known: Column
    n: Column
    mean_t: Column
    mean_v: Column
    slope: Column
    slope_error: Column
    spread: Column
    """Mean square of what the line leaves."""


def _line(kept: Kept) -> _Line:
    n, t, v, tt, tv, vv = (kept.older + kept.newest).T
    many = np.maximum(n, FEWEST)
    xx = tt - t * t / many
    known = (n >= FEWEST) & (kept.reach >= BINS // 2) & (xx > 0)
    across = np.where(known, xx, 1.0)
    xy = tv - t * v / many
    slope = np.where(known, xy / across, 0.0)
    left = np.maximum(vv - v * v / many - slope * xy, 0.0) / (many - 2)
    return _Line(known, many, t / many, v / many, slope, np.sqrt(left / across), left)
