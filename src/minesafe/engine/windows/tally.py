"""Repeats, time over a limit and averages: what adds up within the window.

A value stands until the next sample, for at most its point's stale time, and counts into the bin in
which it ends. An average is over the window, or over what is covered where that is more: hours
without a sensor count as nothing breathed.
"""

import numpy as np

from minesafe.engine.windows.rows import Found, Heard, Kept
from minesafe.engine.windows.table import SUMS
from minesafe.model.frame import Column


def as_they_are(sums: Column, _shift: Column) -> Column:
    """Nothing that is added up here depends on where in its bin it was."""
    return sums


def repeats(heard: Heard) -> Column:
    """Samples, and those of them over the limit; (n, 6) like all of these."""
    over = heard.value >= heard.table.limit[heard.row]
    return _columns(heard.counts, heard.counts & over)


def repeat(heard: Heard, kept: Kept) -> Found:
    """Over often enough, and often enough of so many."""
    table, (samples, over) = heard.table, (kept.older + kept.newest)[:, :2].T
    count, of = table.count[heard.row], table.of[heard.row]
    raises = (over >= count) & ((of == 0) | (over * of >= count * samples))
    return Found(raises, ~raises, over)


def times(heard: Heard) -> Column:
    """Seconds that stood, value times seconds, and seconds over the limit."""
    known = ~np.isnan(heard.held)
    seconds, value = np.where(known, heard.held_s, 0.0), np.where(known, heard.held, 0.0)
    over = known & (heard.held >= heard.table.limit[heard.row])
    return _columns(seconds, value * seconds, np.where(over, seconds, 0.0))


def over_time(heard: Heard, kept: Kept) -> Found:
    """Seconds over the limit."""
    seconds = kept.older[:, 2] + kept.newest[:, 2]
    raises = seconds >= heard.table.over[heard.row]
    return Found(raises, ~raises, seconds)


def average(heard: Heard, kept: Kept) -> Found:
    """The average weighted by time."""
    table, row = heard.table, heard.row
    seconds, dose = (kept.older + kept.newest)[:, :2].T
    value = dose / np.maximum(seconds, table.window[row])
    return Found(value >= table.limit[row], value < table.restore[row], value * table.sign[row])


def _columns(*given: Column) -> Column:
    columns = np.zeros((len(given[0]), SUMS))
    for i, column in enumerate(given):
        columns[:, i] = column
    return columns
