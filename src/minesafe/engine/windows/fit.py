"""Rise and forecast: a straight line through the window, by least squares, with its error.

A line is said to rise only where it does even two standard errors lower, so noise raises nothing;
it has ended as soon as the line itself is below the restore value. A line needs eight samples that
reach over half of the window.
"""

from typing import NamedTuple

import numpy as np

from minesafe.engine.windows.rows import Found, Heard
from minesafe.engine.windows.table import BINS
from minesafe.model.frame import Column
from minesafe.model.time import SECOND

ERRORS = 2.0
"""Standard errors a line is given in its favour."""

FEWEST = 8


def sums(heard: Heard) -> Column:
    """1, t, v, t², tv, v² of each sample, t from the beginning of its bin; (n, 6)."""
    t, v = heard.second, heard.value
    rows = np.stack([np.ones_like(v), t, v, t * t, t * v, v * v], axis=1)
    counted: Column = np.where(heard.counts[:, None], rows, 0.0)
    return counted


def rise(heard: Heard, bins: Column, back: Column) -> Found:
    """What it rises by in a minute."""
    line = _line(heard, bins, back)
    limit, restore = heard.table.limit[heard.row], heard.table.restore[heard.row]
    low, slope = (line.slope - ERRORS * line.slope_error) * 60, line.slope * 60
    return Found(line.known & (low >= limit), line.known & (slope < restore), slope)


def forecast(heard: Heard, bins: Column, back: Column) -> Found:
    """Where it is when the horizon has passed."""
    line = _line(heard, bins, back)
    away = heard.second + heard.table.horizon[heard.row] - line.mean_t
    value = line.mean_v + line.slope * away
    error = np.sqrt(line.spread / line.n + (line.slope_error * away) ** 2)
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


def _line(heard: Heard, bins: Column, back: Column) -> _Line:
    shift = -back * (heard.table.width[heard.row] / SECOND)[:, None]
    n, t, v, tt, tv, vv = np.moveaxis(bins, 2, 0)
    total, ts, vs = n.sum(axis=1), (t + shift * n).sum(axis=1), v.sum(axis=1)
    tts = (tt + 2 * shift * t + shift * shift * n).sum(axis=1)
    tvs = (tv + shift * v).sum(axis=1)
    many = np.maximum(total, FEWEST)
    xx = np.maximum(tts - ts * ts / many, 0.0)
    known = (total >= FEWEST) & (np.where(n > 0, back, 0).max(axis=1) >= BINS // 2) & (xx > 0)
    across = np.where(known, xx, 1.0)
    xy = tvs - ts * vs / many
    slope = np.where(known, xy / across, 0.0)
    left = np.maximum(vv.sum(axis=1) - vs * vs / many - slope * xy, 0.0) / (many - 2)
    return _Line(known, many, ts / many, vs / many, slope, np.sqrt(left / across), left)
