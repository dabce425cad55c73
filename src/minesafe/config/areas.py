"""Open areas of zones.toml: polygons on a level, and the roadways that lead through them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from minesafe.config.place import Ground
from minesafe.config.row import Row
from minesafe.model.mine import Interval, Roadway

Corner = tuple[int, int]
"""Whole millimetres, x east and y north."""

FARTHEST_M = 100_000.0
"""From the origin of the plan; beyond it 64 bits would not hold the engine's products."""

MOST_CORNERS = 1_000


def read_area(row: Row, ground: Ground) -> tuple[tuple[Corner, ...], str, tuple[Interval, ...]]:
    """`polygon` and `level` of a zone: corners, the level, and the stretches of roadway within."""
    level = row.reference("level", ground.levels, "level")
    corners = _corners(row)
    if not corners or not _is_simple(row, corners):
        return (), level, ()
    roads = [r for r in ground.roadways.values if r.level == level]
    spans = tuple(span for road in roads for span in _through(road, corners))
    if level and not spans:
        row.fault("polygon", f"no roadway of level {level!r} leads through it", "check x and y")
    return corners, level, spans


def _corners(row: Row) -> tuple[Corner, ...]:
    row.taken.add("polygon")
    given = row.values.get("polygon")
    if not isinstance(given, list) or not all(_is_corner(c) for c in given):
        row.fault("polygon", "is no list of corners", "[[x east, y north], …] in metres")
        return ()
    corners = [(round(1000 * x), round(1000 * y)) for x, y in given]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not 3 <= len(corners) <= MOST_CORNERS:
        row.fault("polygon", f"has {len(corners)} corners", f"3 … {MOST_CORNERS}")
        return ()
    return tuple(corners)


def _is_corner(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
        and all(abs(n) <= FARTHEST_M for n in value)
    )


def _is_simple(row: Row, corners: Sequence[Corner]) -> bool:
    """Whether the edges meet at their shared corners alone, and enclose something."""
    edges = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    for i, one in enumerate(edges):
        for k in range(i + 1, len(edges)):
            beside = k == i + 1 or (i == 0 and k == len(edges) - 1)
            if _meet(one, edges[k]) and not (beside and not _fold(one, edges[k])):
                at = [f"({x / 1000:g}, {y / 1000:g})" for x, y in (one[0], edges[k][0])]
                what = f"the edges from {at[0]} and from {at[1]} cross or touch"
                row.fault("polygon", what, "give the corners in their order")
                return False
    return True


Edge = tuple[Corner, Corner]


def side(a: Corner, b: Corner, p: Corner) -> int:
    """Above 0: p lies left of the way from a to b; 0: on its line. Exact, of integers.

    >>> side((0, 0), (10, 0), (5, 1)), side((0, 0), (10, 0), (20, 0))
    (10, 0)
    """
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def _on(edge: Edge, p: Corner) -> bool:
    a, b = edge
    between = all(min(a[i], b[i]) <= p[i] <= max(a[i], b[i]) for i in (0, 1))
    return between and side(a, b, p) == 0


def _meet(one: Edge, other: Edge) -> bool:
    (a, b), (c, d) = one, other
    if _on(one, c) or _on(one, d) or _on(other, a) or _on(other, b):
        return True
    return (side(a, b, c) > 0) != (side(a, b, d) > 0) and (side(c, d, a) > 0) != (side(c, d, b) > 0)


def _fold(one: Edge, other: Edge) -> bool:
    """Whether two edges with a corner in common share more than it, or one is a point."""
    (a, b), (c, d) = one, other
    if a == b or c == d:
        return True
    shared = b if b == c else a
    far = (a if shared == b else b, d if shared == c else c)
    return _on(one, far[1]) or _on(other, far[0])


def _through(road: Roadway, corners: Sequence[Corner]) -> Iterator[Interval]:
    """The stretches of a roadway whose centre line lies in the polygon, in chainage."""
    before = 0.0
    spans: list[tuple[float, float]] = []
    for start, end in pairwise(road.path):
        leg = sum((e - s) ** 2 for s, e in zip(start, end, strict=True)) ** 0.5
        cuts = sorted({0.0, 1.0, *_cuts(start, end, corners)})
        for low, high in pairwise(cuts):
            middle = [s + (low + high) / 2 * (e - s) for s, e in zip(start, end, strict=True)]
            if _inside(middle[0], middle[1], corners):
                spans.append((before + low * leg, before + high * leg))
        before += leg
    for from_m, to_m in _joined(spans):
        yield Interval(road.id, round(from_m, 3), min(round(to_m, 3), road.length_m))


def _joined(spans: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    whole: list[tuple[float, float]] = []
    for low, high in spans:
        if whole and low <= whole[-1][1]:
            whole[-1] = (whole[-1][0], high)
        else:
            whole.append((low, high))
    return iter(whole)


def _cuts(
    start: Sequence[float], end: Sequence[float], corners: Sequence[Corner]
) -> Iterator[float]:
    """Where along a leg, as a share of it, the polygon's edges cross it."""
    sx, sy = start[0] * 1000, start[1] * 1000
    dx, dy = end[0] * 1000 - sx, end[1] * 1000 - sy
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        ex, ey = bx - ax, by - ay
        cross = dx * ey - dy * ex
        if cross:
            along = ((ax - sx) * ey - (ay - sy) * ex) / cross
            across = ((ax - sx) * dy - (ay - sy) * dx) / cross
            if 0 < along < 1 and 0 <= across <= 1:
                yield along


def _inside(x_m: float, y_m: float, corners: Sequence[Corner]) -> bool:
    x, y, odd = x_m * 1000, y_m * 1000, False
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            odd = not odd
    return odd
