"""Metres between places: straight through the rock, and along the roadways, as one walks."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse.csgraph import dijkstra

from minesafe.engine.ground import ends_of, graph_of
from minesafe.model.frame import Column
from minesafe.model.mine import Mine


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places on roadways, shape (n,) each."""

    roadway: Column
    chainage: Column
    x: Column
    y: Column
    z: Column

    def at(self, rows: Column) -> "Places":
        """Some of them."""
        return Places(*(c[rows] for c in (self.roadway, self.chainage, self.x, self.y, self.z)))

    def straight(self, other: "Places") -> Column:
        """Metres from each to the other's at the same row."""
        gap = np.stack([self.x - other.x, self.y - other.y, self.z - other.z])
        metres: Column = np.sqrt((gap**2).sum(axis=0))
        return metres


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """The roadways as edges; every one counts, for a closed one may be opened."""

    length: Column
    ends: Column
    """(E, 2): node rows of start and end."""
    graph: Any

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Those of a mine."""
        ends, length = ends_of(mine), [r.length_m for r in mine.roadways]
        return cls(
            np.array(length, np.float64),
            np.array(ends, np.intp).reshape(-1, 2),
            graph_of(len(mine.nodes), ends, length),
        )

    def along(self, one: Places, other: Places) -> Column:
        """Metres along the roadways from each to the other's at the same row; inf: no way."""
        if not len(one.roadway):
            return np.empty(0)
        nodes, row = np.unique(self.ends[one.roadway], return_inverse=True)
        row = row.reshape(-1, 2)
        away = dijkstra(self.graph, indices=nodes)
        best = np.full(len(one.roadway), np.inf)
        same = one.roadway == other.roadway
        best[same] = np.abs(one.chainage - other.chainage)[same]
        for near, mine in enumerate(self._to_ends(one)):
            for far, theirs in enumerate(self._to_ends(other)):
                between = away[row[:, near], self.ends[other.roadway, far]]
                best = np.minimum(best, mine + between + theirs)
        return best

    def _to_ends(self, places: Places) -> tuple[Column, Column]:
        back = np.clip(places.chainage, 0.0, self.length[places.roadway])
        return back, self.length[places.roadway] - back
