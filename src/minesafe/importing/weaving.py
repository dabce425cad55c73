"""Lines that a hand drew become a network: joined at their ends, parted where they meet."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from scipy.spatial import cKDTree

from minesafe.importing.drawing import Item, Place

CELL_M = 50.0
"""Pieces are compared with those of the same square of the plan."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One roadway between two nodes."""

    start: int
    end: int
    """Rows of `Network.nodes`."""
    path: tuple[Place, ...]
    item: Item


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes, what leads from one to another, and what was drawn twice."""

    nodes: tuple[Place, ...]
    edges: tuple[Edge, ...]
    doubled: tuple[Item, ...]


def weave(lines: Sequence[Item], join_m: float) -> Network:
    """The network of lines.

    Two lines meet where they come within `join_m` of each other in space: one over the other on an
    air bridge (风桥), drawn with its height, does not.

    Args:
        lines: courses in metres.
        join_m: metres.
    """
    whole, doubled = _once(((line.places, line) for line in lines), join_m)
    kept = [edge.item for edge in whole.edges]
    cuts = _cuts(kept, join_m)
    pieces = (
        (piece, line)
        for row, line in enumerate(kept)
        for piece in parted(line.places, cuts[row], join_m)
    )
    network, more = _once(pieces, join_m)
    return replace(network, doubled=(*doubled, *more))


# --- where lines meet ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Leg:
    """One straight piece of a line."""

    line: int
    a: Place
    b: Place
    before: float
    """Chainage at `a`."""


def _cuts(lines: Sequence[Item], join_m: float) -> dict[int, list[float]]:
    """Chainages of each line at which another comes near."""
    cuts: dict[int, list[float]] = defaultdict(list)
    squares: dict[tuple[int, int], list[_Leg]] = defaultdict(list)
    for leg in _legs(lines):
        for square in _squares(leg, join_m):
            squares[square].append(leg)
    for legs in squares.values():
        for one, other in combinations(legs, 2):
            if one.line != other.line:
                for leg, chainage in _meeting(one, other, join_m):
                    cuts[leg.line].append(chainage)
    return cuts


def _legs(lines: Sequence[Item]) -> Iterator[_Leg]:
    for row, line in enumerate(lines):
        before = 0.0
        for a, b in pairwise(line.places):
            yield _Leg(row, a, b, before)
            before += math.dist(a, b)


def _squares(leg: _Leg, join_m: float) -> Iterator[tuple[int, int]]:
    """Every square that the box around a leg touches."""
    (x0, x1), (y0, y1) = (sorted((leg.a[i], leg.b[i])) for i in (0, 1))
    for column in range(_square(x0 - join_m), _square(x1 + join_m) + 1):
        for row in range(_square(y0 - join_m), _square(y1 + join_m) + 1):
            yield column, row


def _square(metres: float) -> int:
    return math.floor(metres / CELL_M)


def _meeting(one: _Leg, other: _Leg, join_m: float) -> Iterator[tuple[_Leg, float]]:
    """Both legs with the chainage where they come nearest, if that is near enough."""
    s, t = nearest_shares(one.a, one.b, other.a, other.b)
    p, q = _at(one, s), _at(other, t)
    if math.dist(p, q) <= join_m:
        yield one, one.before + s * math.dist(one.a, one.b)
        yield other, other.before + t * math.dist(other.a, other.b)


def _at(leg: _Leg, share: float) -> Place:
    x, y, z = (a + share * (b - a) for a, b in zip(leg.a, leg.b, strict=True))
    return (x, y, z)


def nearest_shares(a: Place, b: Place, c: Place, d: Place) -> tuple[float, float]:
    """How far along a-b and along c-d, as shares, the two come nearest.

    >>> nearest_shares((0, 0, 0), (10, 0, 0), (5, -5, 0), (5, 5, 0))
    (0.5, 0.5)
    """
    u, v, w = _minus(b, a), _minus(d, c), _minus(a, c)
    uu, uv, vv, uw, vw = _dot(u, u), _dot(u, v), _dot(v, v), _dot(u, w), _dot(v, w)
    if not uu or not vv:
        return _within(-uw / uu) if uu else 0.0, _within(vw / vv) if vv else 0.0
    steep = uu * vv - uv * uv
    s = _within((uv * vw - vv * uw) / steep) if steep > 1e-9 * uu * vv else 0.0
    t = _within((uv * s + vw) / vv)
    return _within((uv * t - uw) / uu), t


def _minus(a: Place, b: Place) -> Place:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def _dot(a: Place, b: Place) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def parted(
    path: Sequence[Place], cuts: Sequence[float], join_m: float
) -> Iterator[tuple[Place, ...]]:
    """A course parted at chainages; cuts nearer than `join_m` to an end or one another are one.

    >>> [len(piece) for piece in parted([(0, 0, 0), (10, 0, 0)], [5.0, 5.1, 9.9], 0.5)]
    [2, 2]
    """
    length = sum(math.dist(a, b) for a, b in pairwise(path))
    at: list[float] = []
    for cut in sorted(cuts):
        if join_m < cut < length - join_m and (not at or cut - at[-1] > join_m):
            at.append(cut)
    piece, before = [path[0]], 0.0
    for a, b in pairwise(path):
        leg = math.dist(a, b)
        while at and at[0] <= before + leg:
            share = (at.pop(0) - before) / leg if leg else 0.0
            x, y, z = (round(s + share * (e - s), 2) for s, e in zip(a, b, strict=True))
            yield (*piece, (x, y, z)) if piece[-1] != (x, y, z) else tuple(piece)
            piece = [(x, y, z)]
        if b != piece[-1]:
            piece.append(b)
        before += leg
    if len(piece) > 1:
        yield tuple(piece)


# --- ends that meet ------------------------------------------------------------------------


def _once(
    courses: Iterable[tuple[tuple[Place, ...], Item]], join_m: float
) -> tuple[Network, list[Item]]:
    """Courses joined at their ends; of those that lie on one another the first."""
    pieces = [(path, item) for path, item in courses if len(path) > 1]
    ends = [end for path, _ in pieces for end in (path[0], path[-1])]
    groups = _groups(ends, join_m)
    nodes: dict[int, Place] = {}
    for group, place in zip(groups, ends, strict=True):
        nodes.setdefault(group, place)
    rows = {group: row for row, group in enumerate(nodes)}
    edges: dict[frozenset[int], list[Edge]] = defaultdict(list)
    doubled: list[Item] = []
    for at, (path, item) in enumerate(pieces):
        first, last = groups[2 * at], groups[2 * at + 1]
        edge = Edge(rows[first], rows[last], (nodes[first], *path[1:-1], nodes[last]), item)
        beside = edges[frozenset((first, last))]
        if first == last and len(path) < SMALLEST_LOOP:
            continue
        if any(_same(edge, other, join_m) for other in beside):
            doubled.append(item)
        else:
            beside.append(edge)
    every = tuple(edge for beside in edges.values() for edge in beside)
    return Network(tuple(nodes.values()), every, ()), doubled


SMALLEST_LOOP = 4
"""Places of a course that leads back to its start; with fewer it is the stump of a cut."""


def _groups(ends: Sequence[Place], join_m: float) -> list[int]:
    """For each end, the first of those it meets."""
    if not ends:
        return []
    first = list(range(len(ends)))

    def root(end: int) -> int:
        while first[end] != end:
            first[end] = first[first[end]]
            end = first[end]
        return end

    for a, b in cKDTree(np.array(ends)).query_pairs(join_m):
        low, high = sorted((root(int(a)), root(int(b))))
        first[high] = low
    return [root(end) for end in range(len(ends))]


def _same(one: Edge, other: Edge, join_m: float) -> bool:
    """Whether two edges between the same nodes lie on one another."""
    fine = spots(other.path, 101)
    return all(
        min(math.dist(spot, near) for near in fine) <= 2 * join_m for spot in spots(one.path, 5)
    )


def spots(path: Sequence[Place], count: int) -> list[Place]:
    """So many places along a course, evenly, both ends among them."""
    lengths = np.cumsum([0.0, *(math.dist(a, b) for a, b in pairwise(path))])
    at = np.linspace(0.0, lengths[-1], count)
    columns = [np.interp(at, lengths, [place[axis] for place in path]) for axis in range(3)]
    return [(float(x), float(y), float(z)) for x, y, z in zip(*columns, strict=True)]
