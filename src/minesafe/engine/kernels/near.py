"""What the compiled loops keep beside the state: derived from it, never saved, found anew at need.

For each point the interval in which nothing about it can change, and for each block of points
the times until which none of them can fall silent and no delay of theirs can end.
"""

import numpy as np

from minesafe.engine.area_grid import AreaGrid
from minesafe.engine.kernels.area_loops import NO_BOX, Drawn, Stays
from minesafe.engine.kernels.logic_loops import Program, Stands
from minesafe.engine.kernels.people_loops import Ground, Wearers
from minesafe.engine.kernels.point_loops import AT_ONCE, BARRED, BLOCK, Known, Near, Rules
from minesafe.engine.kernels.steady_loops import Followed, Patience
from minesafe.engine.kernels.window_loops import Heeded, Ruled, Summed
from minesafe.engine.layout import (
    BELIEVES,
    LIMITS,
    MAY_RAISE,
    SIGNS,
    STOPS_A_RAISE,
    Layout,
    PointTable,
)
from minesafe.engine.pace_table import FREE_M
from minesafe.engine.state import State
from minesafe.engine.trust import COUNTS
from minesafe.engine.windows.table import CODE
from minesafe.model.frame import Column
from minesafe.model.quality import Quality
from minesafe.model.windows import CONDITIONS


def rules_of(layout: Layout) -> Rules:
    """The layout's columns of points as the loops take them."""
    table = layout.points
    values = (table.threshold, table.restore, table.calm, table.low, table.high)
    return Rules(
        value=np.column_stack(values).reshape(-1),
        time=np.column_stack((table.delay, table.stale, table.grace)).reshape(-1),
        quiet=_quiet(table).reshape(-1),
        signs=SIGNS,
        conditions=np.array(LIMITS, np.uint8),
        believes=BELIEVES,
        may_raise=MAY_RAISE,
        stops_a_raise=STOPS_A_RAISE,
    )


def _quiet(table: PointTable) -> Column:
    """Where a value is calm and in range, in half the bytes: rounded inward, so never too wide.

    >>> _inward(np.array([[0.0, 0.1]])).tolist()
    [[0.0, 0.09999999403953552]]
    """
    calm = np.stack(
        [np.nextafter(table.calm[:, 0], np.inf), np.nextafter(table.calm[:, 1], -np.inf)]
    )
    low = np.maximum(calm[0], table.low)
    high = np.minimum(calm[1], table.high)
    return _inward(np.stack([low, high], axis=1))


def _inward(bounds: Column) -> Column:
    with np.errstate(over="ignore"):
        near = bounds.astype(np.float32)
    low, high = near[:, 0], near[:, 1]
    up, down = np.float32(np.inf), np.float32(-np.inf)
    low[low < bounds[:, 0]] = np.nextafter(low, up)[low < bounds[:, 0]]
    high[high > bounds[:, 1]] = np.nextafter(high, down)[high > bounds[:, 1]]
    return near


def known_of(state: State) -> Known:
    """The state's own columns of points."""
    return Known(*(getattr(state, name).reshape(-1) for name in Known._fields))


def near_of(rules: Rules, state: State) -> Near:
    """Everything anew, from rules and state alone."""
    open_ = (state.quality == Quality.GOOD) & (state.judged > 0)
    open_ &= ~(state.stirred | state.silent | (state.bad != 0))
    blocks = -(-len(open_) // BLOCK)
    return Near(
        low=np.where(open_, rules.quiet[::2], BARRED),
        high=rules.quiet[1::2].copy(),
        look=np.full(blocks + 1, AT_ONCE, np.int64),
        ring=np.full(blocks + 1, AT_ONCE, np.int64),
    )


def ground_of(layout: Layout) -> Ground:
    """The layout's columns of places and readers as the loops take them."""
    places, readers = layout.places, layout.readers
    return Ground(
        length=places.length,
        road=places.ends.real.astype(np.int64),
        metres=places.ends.imag.copy(),
        portal=places.portal,
        leave=readers.leave,
        lost=readers.lost,
        believes=BELIEVES,
        free=FREE_M if layout.pace.asks else np.inf,
    )


def drawn_of(layout: Layout) -> Drawn:
    """The layout's areas as the loop takes them."""
    return packed(layout.areas.grid, layout.areas.drawn)


def packed(grid: AreaGrid, drawn: Column) -> Drawn:
    """A grid with all of each entry side by side."""
    entry = np.zeros((len(grid.fence), 8), np.int64)
    entry[:, 0], entry[:, 1], entry[:, 2:4] = grid.fence, grid.inside, grid.point
    entry[:, 4], entry[:, 5] = grid.edge[:-1], grid.edge[1:]
    entry[:, 6] = np.ceil(grid.tolerance)
    return Drawn(
        plane=grid.plane,
        cell=grid.cell,
        entry=entry,
        tolerance=grid.tolerance,
        edges=grid.edges,
        drawn=drawn,
    )


def stays_of(state: State) -> Stays:
    """The state's own columns of stays."""
    return Stays(state.stay, state.fuse)


def boxes_of(state: State) -> Column:
    """(T, 5): no box yet."""
    return np.tile(np.array(NO_BOX, np.int32), (len(state.seen), 1))


def wearers_of(state: State) -> Wearers:
    """The state's own columns of people and readers."""
    return Wearers(*(getattr(state, name) for name in Wearers._fields))


def patience_of(layout: Layout) -> Patience:
    """The layout's columns of points that may not stand still as the loop takes them."""
    table, points = layout.steady, layout.points
    return Patience(
        watched=table.watched,
        patience=table.patience,
        noisy=table.noisy,
        quiet=table.quiet,
        step=table.step,
        stale=points.stale,
        low=points.low,
        high=points.high,
        believes=BELIEVES,
        counts=COUNTS,
    )


def followed_of(state: State) -> Followed:
    """The state's own columns of them."""
    return Followed(*(getattr(state, name) for name in Followed._fields))


def heeded_of(layout: Layout) -> Heeded:
    """The layout's columns of points as the loop over rules over time takes them."""
    points = layout.points
    return Heeded(
        first=layout.windows.first,
        stale=points.stale,
        low=points.low,
        high=points.high,
        believes=BELIEVES,
        counts=COUNTS,
    )


def ruled_of(layout: Layout) -> Ruled:
    """The layout's columns of rules over time as the loop takes them."""
    table = layout.windows
    return Ruled(
        family=table.family,
        sign=table.sign,
        width=table.width,
        window=table.window,
        limit=table.limit,
        restore=table.restore,
        needed=table.count,
        of=table.of,
        over=table.over,
        horizon=table.horizon,
        target=table.target,
        slack=table.slack,
        conditions=np.array([CONDITIONS[family] for family in CODE], np.uint8),
    )


def summed_of(state: State) -> Summed:
    """The state's own columns of them, every one in a single line."""
    return Summed(*(getattr(state, name).reshape(-1) for name in Summed._fields))


def program_of(layout: Layout) -> Program:
    """The layout's rules about several points as the loop takes them."""
    table = layout.logic
    return Program(
        when=table.when,
        until=table.until,
        delay=table.delay,
        op=table.op,
        numbers=table.numbers,
        point=table.point,
        first=table.first,
        args=table.args,
        rules=layout.windows.first,
        family=layout.windows.family,
        counts=COUNTS,
    )


def stands_of(state: State) -> Stands:
    """The state's own columns they ask and change."""
    names = ("count" if name == "heads" else name for name in Stands._fields)
    return Stands(*(getattr(state, name).reshape(-1) for name in names))
