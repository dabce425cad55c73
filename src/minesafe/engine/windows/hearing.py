"""Rules over time: rise, repeats, time over a limit, averages, forecast, drift.

Each sample of a point is added to the sums of the point's rows, and the row is judged by them at
once, in the sample's own time. Nothing is judged by time that passes without a sample: what holds
is held. Only what counts (trust.py) raises or clears.

A family is one line of `FAMILIES` and one of `CONDITIONS` (model/windows.py): what goes into a bin
and what is found in the bins.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.rounds import rounds
from minesafe.engine.samples import Samples
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.engine.trust import COUNTS
from minesafe.engine.windows import drift, fit, tally
from minesafe.engine.windows.rows import Found, Heard, Kept
from minesafe.engine.windows.table import BINS, CODE, SUMS
from minesafe.model.frame import Column, Readings
from minesafe.model.time import SECOND
from minesafe.model.windows import CONDITIONS, WindowFamily


class Family(NamedTuple):
    """How the rows of one family are judged."""

    sums: Callable[[Heard], Column]
    judge: Callable[[Heard, Kept], Found]
    shifted: Callable[[Column, Column], Column] | None
    """The sums of an older bin as the newest sees them. None: there is no window, and the first
    bin holds them for ever."""


_F = WindowFamily

FAMILIES: dict[WindowFamily, Family] = {
    _F.RISE: Family(fit.sums, fit.rise, fit.shifted),
    _F.REPEAT: Family(tally.repeats, tally.repeat, tally.as_they_are),
    _F.OVER_TIME: Family(tally.times, tally.over_time, tally.as_they_are),
    _F.TWA: Family(tally.times, tally.average, tally.as_they_are),
    _F.STEL: Family(tally.times, tally.average, tally.as_they_are),
    _F.FORECAST: Family(fit.sums, fit.forecast, fit.shifted),
    _F.DRIFT: Family(drift.sums, drift.drift, None),
}

_PLACES = np.arange(BINS)


def hear(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
    """Judge each sample of the points that have rules over time, in the order they came."""
    samples = Samples.of(layout, readings, layout.windows.watched)
    first = layout.windows.first
    for picked in rounds(samples.point):
        some = samples.take(picked)
        held = first[some.point + 1] - first[some.point]
        row = np.repeat(first[some.point], held) + _places(held)
        some = some.take(np.repeat(np.arange(len(held)), held))
        fresh = np.flatnonzero(some.at >= state.window_at[row])
        _judge(layout, state, row[fresh], some.take(fresh), transcript)


def _places(counts: Column) -> Column:
    """0, 1, … within each group.

    >>> _places(np.array([2, 1, 3])).tolist()
    [0, 1, 0, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    places: Column = np.arange(counts.sum()) - np.repeat(ends - counts, counts)
    return places


@np.errstate(over="ignore", invalid="ignore")  # what is not believed may be any number
def _judge(
    layout: Layout, state: State, row: Column, samples: Samples, transcript: Transcript
) -> None:
    """Judge one sample of each of some different rows, family by family."""
    table = layout.windows
    for family, code in CODE.items():
        mine = np.flatnonzero(table.family[row] == code)
        if len(mine):
            some = samples.take(mine)
            heard = _heard(layout, state, row[mine], some)
            found = _found(state, heard, some.at, FAMILIES[family])
            was = state.window_on[heard.row]
            now = np.where(was, ~(heard.counts & found.clears), heard.counts & found.raises)
            i = np.flatnonzero(now != was)
            transcript.add(
                CONDITIONS[family], some.point[i], on=now[i], at=some.at[i], value=found.value[i]
            )
            state.window_on[heard.row] = now
    state.window_held[row] = np.where(
        COUNTS[samples.quality], samples.value * table.sign[row], np.nan
    )
    state.window_at[row] = samples.at


def _heard(layout: Layout, state: State, row: Column, samples: Samples) -> Heard:
    table, counts = layout.windows, COUNTS[samples.quality]
    stale = layout.points.stale[samples.point]
    return Heard(
        table=table,
        row=row,
        value=np.where(counts, samples.value * table.sign[row], 0.0),
        counts=counts,
        second=samples.at % table.width[row] / SECOND,
        held=state.window_held[row],
        held_s=np.minimum(samples.at - state.window_at[row], stale) / SECOND,
    )


def _found(state: State, heard: Heard, at: Column, family: Family) -> Found:
    """Move the bins on to the sample's time, add it, and judge."""
    row = heard.row
    number = at // heard.table.width[row]
    place = np.zeros_like(number) if family.shifted is None else number % BINS
    moved = np.flatnonzero(number != state.window_bin[row])
    if family.shifted is not None and len(moved):
        _move_on(state, row[moved], number[moved], heard.table.width, family.shifted)
    state.window_bin[row] = number
    newest = state.window_bins[row, place] + family.sums(heard)
    found = family.judge(heard, Kept(state.window_older[row], newest, state.window_reach[row]))
    state.window_bins[row, place] = newest
    return found


def _move_on(
    state: State,
    row: Column,
    number: Column,
    width: Column,
    shifted: Callable[[Column, Column], Column],
) -> None:
    """Begin a bin: what is out of the window goes, the others are added up, the oldest first.

    That sum holds until the next bin begins, and so a sample costs two sums and not ten.
    """
    bins, newest = state.window_bins[row], state.window_bin[row][:, None]
    bins[newest - (newest - _PLACES) % BINS <= number[:, None] - BINS] = 0.0
    state.window_bins[row] = bins
    older, reach = np.zeros((len(row), SUMS)), np.zeros(len(row), np.uint8)
    for back in range(BINS - 1, 0, -1):
        sums = bins[np.arange(len(row)), (number - back) % BINS]
        older += shifted(sums, -back * (width[row] / SECOND))
        reach[(reach == 0) & (sums[:, 0] > 0)] = back
    state.window_older[row], state.window_reach[row] = older, reach
