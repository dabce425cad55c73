"""A grid over the areas of each level: which of them matter to a place, and which of their edges.

Each cell lists the areas that hold some of it, and of those whose edges come near it the edges,
side by side. A place is in an area if the way to the cell's own point, of which it is known,
crosses an odd number of them: whoever stays in the cell crosses no others. All of it is integers,
so the answer is that of the whole polygon to the millimetre.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from minesafe.model.frame import Column

SHIFT = 13
"""A cell is 2 to this millimetres wide, 8.2 m, where that does not make too many of them."""

MOST_CELLS = 1 << 20
"""Of one level: of its grid, and of what its edges and areas lie over. Cells are larger where
these would be more, so that no drawing can fill the memory."""


class Ring(NamedTuple):
    """One polygon as the grid takes it."""

    fence: int
    tolerance: float
    a: Column
    b: Column


class Plane(NamedTuple):
    """One level's grid, a row each."""

    x: int
    y: int
    shift: int
    wide: int
    high: int
    first: int
    """Row of `cell` of its first cell."""

    @property
    def side(self) -> int:
        """Millimetres of a cell."""
        return 1 << self.shift


@dataclass(frozen=True, slots=True, eq=False)
class AreaGrid:
    """Levels (V), cells (C), entries (N) of areas in cells, and edges (E) of the entries."""

    plane: Column
    """(V, 6) int64: `Plane` of each level."""
    cell: Column
    """(C + 1,): first entry of each cell."""
    fence: Column
    """(N,)"""
    tolerance: Column
    """(N,) millimetres outside within which a person may still be inside."""
    point: Column
    """(N, 2): the cell's own point, on no edge of the area."""
    inside: Column
    """(N,): whether the area holds it."""
    edge: Column
    """(N + 1,): first edge of each entry; without any, the cell is all of one kind."""
    edges: Column
    """(E, 4): corners ax, ay, bx, by."""

    @property
    def most(self) -> int:
        """So many areas can hold one place, at the most."""
        return int(np.diff(self.cell).max(initial=0))

    @classmethod
    def of(cls, levels: Sequence[Sequence[Ring]]) -> Self:
        """The grids of all levels, each with its areas."""
        planes, parts, cells = [], [], 0
        for rings in levels:
            plane = _plane(rings, cells)
            planes.append(plane)
            parts += [_entries(plane, ring) for ring in rings]
            cells += plane.wide * plane.high
        cell = np.concatenate([np.empty(0, np.int64), *(p.cell for p in parts)])
        order = np.argsort(cell, kind="stable")
        counts = np.concatenate([np.empty(0, np.int64), *(p.edges_each for p in parts)])
        starts = np.cumsum(counts) - counts
        edges = np.concatenate([np.empty((0, 4), np.int64), *(p.edges for p in parts)])
        ends = np.cumsum(counts[order])
        rows = np.repeat(starts[order] - (ends - counts[order]), counts[order])
        return cls(
            plane=np.array(planes, np.int64).reshape(-1, 6),
            cell=np.searchsorted(cell[order], np.arange(cells + 1)).astype(np.int32),
            fence=_column(parts, "fence", np.int32)[order],
            tolerance=_column(parts, "tolerance", np.float64)[order],
            point=np.concatenate([np.empty((0, 2), np.int64), *(p.point for p in parts)])[order],
            inside=_column(parts, "inside", np.bool_)[order],
            edge=np.append(0, ends).astype(np.int32),
            edges=np.ascontiguousarray(edges[rows + np.arange(len(rows))]),
        )

    def mark(self, within: Column, near: Column, level: Column, x: Column, y: Column) -> None:
        """Write into the columns of the areas which places they hold, and which are near them.

        Args:
            within: (n, F + 1), the columns of areas false; written.
            near: likewise.
            level: of the places, a row of the mine's.
            x: whole millimetres.
            y: likewise.
        """
        cell = self._cells(level, x, y)
        here = np.flatnonzero(cell >= 0)
        row, entry = _spread(self.cell, cell[here])
        row = here[row]
        pair, edge = _spread(self.edge, entry)
        (ax, ay, bx, by), px, py = self.edges[edge].T, x[row[pair]], y[row[pair]]
        qx, qy = self.point[entry[pair]].T
        crossed, on = crosses(ax, ay, bx, by, px, py, qx, qy)
        odd = np.bincount(pair[crossed], minlength=len(entry)) % 2 == 1
        held = (self.inside[entry] ^ odd) | (np.bincount(pair[on], minlength=len(entry)) > 0)
        nearest = np.full(len(entry), np.inf)
        np.minimum.at(nearest, pair, away2(ax, ay, bx, by, px, py))
        close = held | (np.sqrt(nearest) <= self.tolerance[entry])
        within[row, self.fence[entry]] = held
        near[row, self.fence[entry]] = close

    def _cells(self, level: Column, x: Column, y: Column) -> Column:
        """The cell of each place, -1 where there is none."""
        drawn = (level >= 0) & (level < len(self.plane))
        if not len(self.plane):
            return np.full(len(level), -1)
        x0, y0, shift, wide, high, first = self.plane[np.where(drawn, level, 0)].T
        i, j = (x - x0) >> shift, (y - y0) >> shift
        drawn &= (i >= 0) & (i < wide) & (j >= 0) & (j < high)
        return np.where(drawn, first + j * wide + i, -1)


def crosses(
    ax: Column, ay: Column, bx: Column, by: Column, px: Column, py: Column, qx: Column, qy: Column
) -> tuple[Column, Column]:
    """Whether the way from p to q crosses the edge from a to b, and whether p is on the edge.

    A corner on the way counts for one side of it alone, so a way through a corner crosses one of
    its two edges or both. q is on no edge.
    """
    p = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
    q = (bx - ax) * (qy - ay) - (by - ay) * (qx - ax)
    a = (qx - px) * (ay - py) - (qy - py) * (ax - px)
    b = (qx - px) * (by - py) - (qy - py) * (bx - px)
    between = (np.minimum(ax, bx) <= px) & (px <= np.maximum(ax, bx))
    between &= (np.minimum(ay, by) <= py) & (py <= np.maximum(ay, by))
    return ((p > 0) != (q > 0)) & ((a >= 0) != (b >= 0)), (p == 0) & between


def away2(ax: Column, ay: Column, bx: Column, by: Column, px: Column, py: Column) -> Column:
    """Square millimetres from p to the edge; good to far less than one, and never decides holding.

    Written out product by product: the loops do the same operations in the same order.
    """
    dx, dy = (bx - ax).astype(np.float64), (by - ay).astype(np.float64)
    fx, fy = (px - ax).astype(np.float64), (py - ay).astype(np.float64)
    share = np.clip((fx * dx + fy * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    ex, ey = fx - share * dx, fy - share * dy
    square: Column = ex * ex + ey * ey
    return square


class _Part(NamedTuple):
    """What one area adds: an entry each, and their edges in the same order."""

    cell: Column
    edges_each: Column
    fence: Column
    tolerance: Column
    point: Column
    inside: Column
    edges: Column


def _column(parts: Sequence[_Part], name: str, dtype: type) -> Column:
    return np.concatenate([np.empty(0, dtype), *(getattr(p, name) for p in parts)]).astype(dtype)


def _margin(ring: Ring) -> int:
    return int(np.ceil(ring.tolerance)) + 1 if ring.tolerance > 0 else 0


def _bounds(ring: Ring) -> tuple[Column, Column]:
    """Lower left and upper right corner, with what is near."""
    return ring.a.min(axis=0) - _margin(ring), ring.a.max(axis=0) + _margin(ring)


def _plane(rings: Sequence[Ring], first: int) -> Plane:
    if not rings:
        return Plane(0, 0, SHIFT, 0, 0, first)
    boxes = [_bounds(ring) for ring in rings]
    low = np.min([box[0] for box in boxes], axis=0)
    high = np.max([box[1] for box in boxes], axis=0)
    shift = SHIFT
    while max(_size(low, high, shift), sum(_covered(ring, shift) for ring in rings)) > MOST_CELLS:
        shift += 1
    wide, tall = ((high - low >> shift) + 1).tolist()
    return Plane(int(low[0]), int(low[1]), shift, wide, tall, first)


def _size(low: Column, high: Column, shift: int) -> int:
    wide, tall = ((high - low >> shift) + 1).tolist()
    return int(wide * tall)


def _covered(ring: Ring, shift: int) -> int:
    """Cells that its edges may lie over, and that it may hold; a few more at the borders."""
    low, high = _bounds(ring)
    long = np.abs(ring.b - ring.a) + 2 * _margin(ring)
    return _size(low, high, shift) + int(((long >> shift) + 2).prod(axis=1).sum())


def _entries(plane: Plane, ring: Ring) -> _Part:
    """The cells that one area's edges come near, and those it holds whole."""
    edge, cell = _edge_cells(plane, ring)
    order = np.lexsort((edge, cell))
    edge, cell = edge[order], cell[order]
    cells, count = np.unique(cell, return_counts=True)
    edges = np.concatenate([ring.a, ring.b], axis=1)[edge]
    point = _points(plane, cells, np.repeat(np.arange(len(cells)), count), edges)
    whole = _whole(plane, ring, cells)
    return _Part(
        cell=plane.first + np.append(cells, whole),
        edges_each=np.append(count, np.zeros(len(whole), np.int64)),
        fence=np.full(len(cells) + len(whole), ring.fence),
        tolerance=np.full(len(cells) + len(whole), ring.tolerance),
        point=np.concatenate([point, _middle(plane, whole)]),
        inside=np.append(holds(ring, point), np.ones(len(whole), np.bool_)),
        edges=edges,
    )


def _edge_cells(plane: Plane, ring: Ring) -> tuple[Column, Column]:
    """(edge, cell) wherever an edge comes within the margin of a cell; some near misses too."""
    margin, origin = _margin(ring), np.array([plane.x, plane.y])
    low = (np.minimum(ring.a, ring.b) - margin - origin) // plane.side
    high = (np.maximum(ring.a, ring.b) + margin - origin) // plane.side
    wide = high[:, 0] - low[:, 0] + 1
    count = wide * (high[:, 1] - low[:, 1] + 1)
    edge = np.repeat(np.arange(len(count)), count)
    k = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    cell = (low[edge, 1] + k // wide[edge]) * plane.wide + low[edge, 0] + k % wide[edge]
    middle, half = _middle(plane, cell), plane.side // 2 + 1 + margin
    (dx, dy), (fx, fy) = (ring.b - ring.a)[edge].T, (middle - ring.a[edge]).T
    touched = np.abs(dx * fy - dy * fx) <= half * (np.abs(dx) + np.abs(dy))
    return edge[touched], cell[touched]


def _middle(plane: Plane, cell: Column) -> Column:
    i, j = cell % plane.wide, cell // plane.wide
    half = plane.side // 2
    corner = np.stack([plane.x + i * plane.side, plane.y + j * plane.side], axis=1)
    middle: Column = corner + half
    return middle


def _points(plane: Plane, cells: Column, entry: Column, edges: Column) -> Column:
    """A point of each cell that is on none of its edges: on a parabola no line meets thrice."""
    point = _middle(plane, cells)
    step, half = 0, plane.side // 2
    while True:
        qx, qy = point[entry].T
        ax, ay, bx, by = edges.T
        _, on = crosses(ax, ay, bx, by, qx, qy, qx, qy)
        blocked = np.unique(entry[on])
        if not len(blocked):
            return point
        step += 1
        off = np.array([step % half, step * step % half])
        point[blocked] = _middle(plane, cells[blocked]) + off


def _whole(plane: Plane, ring: Ring, near: Column) -> Column:
    """The cells no edge comes near that the area holds: one of each run in a row is asked."""
    low, high = _bounds(ring)
    i0, j0 = ((low - (plane.x, plane.y)) // plane.side).tolist()
    i1, j1 = ((high - (plane.x, plane.y)) // plane.side).tolist()
    free = np.ones((j1 - j0 + 1, i1 - i0 + 1), np.bool_)
    free[near // plane.wide - j0, near % plane.wide - i0] = False
    begins = free.copy()
    begins[:, 1:] &= ~free[:, :-1]
    rows, columns = np.nonzero(begins)
    first = (rows + j0) * plane.wide + columns + i0
    held = holds(ring, _middle(plane, first))
    run = np.cumsum(begins.ravel()) - 1
    rows, columns = np.nonzero(free)
    cell = (rows + j0) * plane.wide + columns + i0
    whole: Column = cell[held[run[free.ravel()]]]
    return whole


AT_ONCE = 1 << 22


def holds(ring: Ring, places: Column) -> Column:
    """Whether places (n, 2) lie in the polygon or on its edge: a ray to the right, edge by edge."""
    held = np.empty(len(places), np.bool_)
    for part in _chunks(len(places), max(AT_ONCE // len(ring.a), 1)):
        px, py = places[part, :, None].transpose(1, 0, 2)
        (ax, ay), (bx, by) = ring.a.T, ring.b.T
        side = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        between = (np.minimum(ax, bx) <= px) & (px <= np.maximum(ax, bx))
        between &= (np.minimum(ay, by) <= py) & (py <= np.maximum(ay, by))
        on_edge = ((side == 0) & between).any(axis=1)
        up, down = (ay <= py) & (py < by), (by <= py) & (py < ay)
        crossed = (up & (side > 0)) | (down & (side < 0))
        held[part] = on_edge | (crossed.sum(axis=1) % 2 == 1)
    return held


def _chunks(count: int, most: int) -> Iterator[slice]:
    return (slice(begin, begin + most) for begin in range(0, count, most))


def _spread(starts: Column, rows: Column) -> tuple[Column, Column]:
    """Everything that each row lists: (index into rows, index into what is listed)."""
    begin, end = starts[rows].astype(np.int64), starts[rows + 1].astype(np.int64)
    count = end - begin
    row = np.repeat(np.arange(len(rows)), count)
    k = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, begin[row] + k
