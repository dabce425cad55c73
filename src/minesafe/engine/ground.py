"""The ground between zones: metres along the roadways from each zone to every node.

One shortest-path search from all zones at once, as of the revision. What lies within some metres
of a zone, and how far a place is from it, are read off that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

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
    stretches: tuple[tuple[tuple[int, float, float], ...], ...]
    """Of each zone: roadway row, from, to."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The mine's ground; every roadway counts, for a closed one may be opened."""
        row = {node.id: i for i, node in enumerate(mine.nodes)}
        ends = [(row[r.start], row[r.end]) for r in mine.roadways]
        return cls(
            length=np.array([r.length_m for r in mine.roadways], np.float64),
            ends=np.array(ends, np.intp).reshape(-1, 2),
            away=_away(mine, ends),
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
    pairs = np.array(list(edges), np.intp)
    size = nodes + len(mine.zones)
    graph = csr_array((np.array(list(edges.values())), pairs.T), shape=(size, size))
    away: Column = dijkstra(graph, indices=np.arange(nodes, size))
    return away[:, :nodes]


def _ways_out(mine: Mine, zone: Zone, ends: list[tuple[int, int]]) -> Iterator[tuple[int, float]]:
    for i in zone.intervals:
        road = mine.roadway_row[i.roadway]
        yield ends[road][0], i.from_m
        yield ends[road][1], max(mine.roadways[road].length_m - i.to_m, 0.0)


def _shorter(edges: dict[tuple[int, int], float], pair: tuple[int, int], metres: float) -> None:
    edges[pair] = min(metres, edges.get(pair, np.inf))
