"""The ground between zones: metres along the roadways from each zone to every node.

One shortest-path search from all zones at once, as of the revision. What lies within some metres
of a zone, and how far a place is from it, are read off that. What somebody may reach from a place
is searched when it is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minesafe.model.frame import Column
from minesafe.model.mine import Interval, Mine, Zone


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Roadways (E) as edges between nodes (N), and zones (Z) as stretches of them."""

    length: Column
    """(E,) metres."""
    ends: Column
    """(E, 2): node rows of start and end."""
    away: Column
    """(Z, N): metres from the zone to a node, inf where no roadway leads."""
    graph: Any
    """Metres from node to node, sparse (N, N)."""
    stretches: tuple[tuple[tuple[int, float, float], ...], ...]
    """Of each zone: roadway row, from, to."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The mine's ground; every roadway counts, for a closed one may be opened."""
        ends, length = ends_of(mine), [r.length_m for r in mine.roadways]
        return cls(
            length=np.array(length, np.float64),
            ends=np.array(ends, np.intp).reshape(-1, 2),
            away=_away(mine, ends),
            graph=graph_of(len(mine.nodes), ends, length),
            stretches=tuple(
                tuple((mine.roadway_row[i.roadway], i.from_m, i.to_m) for i in zone.intervals)
                for zone in mine.zones
            ),
        )

    def around(self, mine: Mine, zone: int, metres: float) -> Iterator[Interval]:
        """The stretches within some metres of a zone, the zone itself among them."""
        reach = metres - self.away[zone]
        for road, (start, end) in zip(mine.roadways, self.ends.tolist(), strict=True):
            if reach[start] >= 0:
                yield Interval(road.id, 0.0, min(float(reach[start]), road.length_m))
            if reach[end] >= 0:
                yield Interval(road.id, max(road.length_m - float(reach[end]), 0.0), road.length_m)
        for i in mine.zones[zone].intervals:
            length = self.length[mine.roadway_row[i.roadway]]
            begin, stop = max(i.from_m - metres, 0.0), min(i.to_m + metres, float(length))
            yield Interval(i.roadway, begin, stop)

    def between(self, zone: int, roadway: Column, chainage: Column) -> Column:
        """Metres along the roadways from places to a zone; 0 within it."""
        start, end = self.ends[roadway].T
        back = np.clip(chainage, 0.0, self.length[roadway])
        on = self.length[roadway] - back
        metres: Column = np.minimum(self.away[zone, start] + back, self.away[zone, end] + on)
        for road, begin, stop in self.stretches[zone]:
            own = np.flatnonzero(roadway == road)
            outside = np.maximum(begin - back[own], back[own] - stop)
            metres[own] = np.minimum(metres[own], np.maximum(outside, 0.0))
        return metres

    def reach(
        self, roadway: int, chainage: float, metres: float
    ) -> Iterator[tuple[int, float, float]]:
        """The stretches (roadway row, from, to) within some metres of a place, each once."""
        length = float(self.length[roadway])
        start = min(max(chainage, 0.0), length)
        own = (start - metres, start + metres)
        away = dijkstra(self.graph, indices=self.ends[roadway], limit=max(metres, 0.0))
        left = metres - np.minimum(away[0] + start, away[1] + (length - start))
        for row, (first, last) in enumerate(left[self.ends].tolist()):
            long = float(self.length[row])
            spans = [(0.0, first), (long - last, long)]
            spans += [own] if row == roadway else []
            for begin, end in joined(spans, long):
                yield row, begin, end


def joined(spans: Iterable[tuple[float, float]], length: float) -> Iterator[tuple[float, float]]:
    """Stretches of one roadway that touch or overlap as one; those that end before they begin go.

    >>> list(joined([(0.0, 3.0), (2.0, 5.0), (9.0, 12.0), (7.0, 6.0)], 10.0))
    [(0.0, 5.0), (9.0, 10.0)]
    """
    begin = end = -np.inf
    for first, last in sorted(spans):
        first, last = max(first, 0.0), min(last, length)
        if last < first:
            continue
        if first > end:
            if end >= begin > -np.inf:
                yield begin, end
            begin, end = first, last
        end = max(end, last)
    if end > -np.inf:
        yield begin, end


def ends_of(mine: Mine) -> list[tuple[int, int]]:
    """Rows of the nodes at which each roadway starts and ends."""
    row = {node.id: i for i, node in enumerate(mine.nodes)}
    return [(row[r.start], row[r.end]) for r in mine.roadways]


def graph_of(nodes: int, ends: list[tuple[int, int]], cost: list[float]) -> Any:
    """Sparse (N, N): what it costs from one end of each roadway to the other, either way."""
    edges: dict[tuple[int, int], float] = {}
    for (start, end), price in zip(ends, cost, strict=True):
        _shorter(edges, (start, end), price)
        _shorter(edges, (end, start), price)
    return _sparse(edges, nodes)


def _sparse(edges: dict[tuple[int, int], float], size: int) -> Any:
    pairs = np.array(list(edges), np.intp).reshape(-1, 2)
    return csr_array((np.array(list(edges.values()), np.float64), pairs.T), shape=(size, size))


def _away(mine: Mine, ends: list[tuple[int, int]]) -> Column:
    """Each zone is a node of its own that leads to the ends of the roadways it lies on."""
    nodes = len(mine.nodes)
    edges: dict[tuple[int, int], float] = {}
    for road, (start, end) in zip(mine.roadways, ends, strict=True):
        _shorter(edges, (start, end), road.length_m)
        _shorter(edges, (end, start), road.length_m)
    for number, zone in enumerate(mine.zones):
        for node, metres in _ways_out(mine, zone, ends):
            _shorter(edges, (nodes + number, node), metres)
    if not mine.zones or not edges:
        return np.full((len(mine.zones), nodes), np.inf)
    size = nodes + len(mine.zones)
    away: Column = dijkstra(_sparse(edges, size), indices=np.arange(nodes, size))
    return away[:, :nodes]


def _ways_out(mine: Mine, zone: Zone, ends: list[tuple[int, int]]) -> Iterator[tuple[int, float]]:
    for i in zone.intervals:
        road = mine.roadway_row[i.roadway]
        yield ends[road][0], i.from_m
        yield ends[road][1], max(mine.roadways[road].length_m - i.to_m, 0.0)


def _shorter(edges: dict[tuple[int, int], float], pair: tuple[int, int], metres: float) -> None:
    edges[pair] = min(metres, edges.get(pair, np.inf))
