"""Points that say very much in one frame: what the arrays do in rounds, sample by sample.

The arrays judge the first sample of every point, then the second, and so on. Such a round costs
about the same however few points it is of, so ten thousand samples of one point were ten thousand
rounds. Where rounds get narrow, the rest goes to the loops, run as the Python they are: on plain
lists of those few points, which Python reads ten times as fast as the arrays' elements.
"""

from typing import Any, NamedTuple, TypeVar

import numpy as np

from minesafe.engine.kernels import point_loops, steady_loops, window_loops
from minesafe.engine.kernels.near import (
    followed_of,
    heeded_of,
    known_of,
    patience_of,
    ruled_of,
    rules_of,
    summed_of,
)
from minesafe.engine.kernels.point_loops import Near, Rows
from minesafe.engine.kernels.telling import drain, room
from minesafe.engine.layout import Layout
from minesafe.engine.rounds import ranks
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Readings

ROUNDS = 8
"""So many rounds of a frame are left to the arrays whatever they cost: most frames have one."""

NARROW = 64
"""A round of fewer points costs the arrays more than its samples cost one by one."""

FARTHEST = 2**61
"""µs: times beyond are nobody's clock. A frame that has any goes through the arrays, which
overflow as the compiled loops do; whole numbers of Python do not."""

C = TypeVar("C", bound=Any)


class Parts(NamedTuple):
    """Readings of one frame; the samples of a point are in their order, first in rounds."""

    in_rounds: Readings
    one_by_one: Readings


def parted(layout: Layout, readings: Readings) -> Parts:
    """Which rows the arrays judge, and which come after them, one by one."""
    whole, point = Parts(readings, Readings.none()), readings.point
    ordered = np.sort(point)
    if not (ordered[ROUNDS:] == ordered[:-ROUNDS]).any():
        return whole
    if ((readings.received > FARTHEST) | (readings.received < -FARTHEST)).any():
        return whole
    known = np.flatnonzero((point >= 0) & (point < len(layout.points.stale)))
    rank = ranks(point[known])
    wide = max(ROUNDS, int((np.bincount(rank) >= NARROW).sum())) if len(rank) else ROUNDS
    early = rank < wide
    return Parts(*(_picked(readings, known[some]) for some in (early, ~early)))


def _picked(readings: Readings, rows: Column) -> Readings:
    return Readings(**{name: getattr(readings, name)[rows] for name in Readings.DTYPES})


def hear_readings(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
    """As `limits.hear`."""
    points, rows = _renumbered(readings)
    known, everybody, told = known_of(state), len(state.judged), room()
    rules, few = _some(rules_of(layout), points, everybody), _some(known, points, everybody)
    near: Any = Near(*(np.zeros(len(points)) for _ in Near._fields))
    picked: Any = range(len(readings))
    drain(
        lambda begin: point_loops.judge_rows(rows, picked, begin, rules, few, near, told),
        len(readings), told, transcript, points,
    )  # fmt: skip
    _put_back(known, points, everybody, few)


def hear_steady(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
    """As `steady.hear`."""
    points, rows = _renumbered(readings)
    followed, everybody, told = followed_of(state), len(state.judged), room()
    table = _some(patience_of(layout), points, everybody)
    few = _some(followed, points, everybody)
    drain(
        lambda begin: steady_loops.follow(rows, begin, table, few, told),
        len(readings), told, transcript, points,
    )  # fmt: skip
    _put_back(followed, points, everybody, few)


def hear_windows(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
    """As `windows.hearing.hear`."""
    points, rows = _renumbered(readings)
    first, summed, told = layout.windows.first, summed_of(state), room()
    held, rules = np.flatnonzero(np.isin(layout.windows.point, points)), len(layout.windows.point)
    heeded = _some(heeded_of(layout)._replace(first=first[:-1]), points, len(first) - 1)
    begins = np.cumsum(np.append(0, first[points + 1] - first[points])).tolist()
    heeded = heeded._replace(first=begins)
    table, few = _some(ruled_of(layout), held, rules), _some(summed, held, rules)
    drain(
        lambda begin: window_loops.look_back(rows, begin, heeded, table, few, told),
        len(readings), told, transcript, points,
    )  # fmt: skip
    _put_back(summed, held, rules, few)


def _renumbered(readings: Readings) -> tuple[Column, Rows]:
    """Which points there are, and the rows as lists that name them by their places among these."""
    points, place = np.unique(readings.point, return_inverse=True)
    columns = [getattr(readings, name) for name in Rows._fields]
    columns[0] = place
    return points, Rows(*(column.tolist() for column in columns))


_BY_CODE = {
    *("signs", "conditions", "believes", "may_raise", "stops_a_raise", "counts"),
}
"""Columns that are not about points."""


def _some(columns: C, rows: Column, total: int) -> C:
    """Those rows of columns of so many, as lists."""
    lists = {
        name: column if name in _BY_CODE else _by_row(column, total)[rows].reshape(-1)
        for name, column in columns._asdict().items()
    }
    some: C = type(columns)(**{name: column.tolist() for name, column in lists.items()})
    return some


def _by_row(column: Column, total: int) -> Column:
    """A column with its row's values side by side; a mine without rules has neither."""
    return column.reshape(total, column.size // max(total, 1))


def _put_back(columns: C, rows: Column, total: int, lists: C) -> None:
    """Write the lists where they were taken from."""
    for column, values in zip(columns, lists, strict=True):
        several = _by_row(column, total)
        several[rows] = np.array(values, column.dtype).reshape(len(rows), several.shape[1])
