"""The way out: from every place to the nearest safe one, over the roadway graph.

One reverse multi-source shortest path from all exits and refuges (SciPy's csgraph; about twenty
times faster than networkx, so it is simply done again when the air changes).
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minesafe.model.mine import Mine, NodeKind

SHUNNED = 10.0
"""A metre of a roadway in danger counts as so many: taken only where there is no other way."""


@dataclass(frozen=True)
class WayOut:
    """Where to walk, and how far."""

    destination: str
    """Node id of an exit or refuge; empty where none can be reached."""
    distance_m: float | None


@dataclass(frozen=True)
class Ways:
    """The shortest ways with some roadways shunned."""

    mine: Mine
    shunned: frozenset[str]
    cost: npt.NDArray[np.float64]
    """Weighed metres from each node to safety, shape (N,); inf where there is no way."""
    metres: npt.NDArray[np.float64]
    """True metres along the same way, shape (N,)."""
    goal: npt.NDArray[np.int32]
    """Row of the node each node's way ends at, shape (N,); negative where there is none."""
    node_row: dict[str, int]

    @classmethod
    def of(cls, mine: Mine, shunned: Collection[str] = ()) -> "Ways":
        """Find the ways out of every node.

        Args:
            mine: the mine.
            shunned: ids of roadways in danger.
        """
        row = {node.id: i for i, node in enumerate(mine.nodes)}
        edges = _edges(mine, frozenset(shunned), row)
        goals = [
            i for i, n in enumerate(mine.nodes) if n.kind in (NodeKind.PORTAL, NodeKind.REFUGE)
        ]
        cost, before, goal = dijkstra(
            _graph(edges, len(row)),
            directed=False,
            indices=goals,
            return_predecessors=True,
            min_only=True,
        )
        metres = _true_metres(cost, before, edges)
        return cls(mine, frozenset(shunned), cost, metres, goal, row)

    def out_of(self, roadway: str, chainage_m: float) -> WayOut:
        """The way out of a place on a roadway: by its start or by its end, whichever is nearer."""
        road = self.mine.roadways[self.mine.roadway_row[roadway]]
        weight = SHUNNED if roadway in self.shunned else 1.0
        ends = [
            (self.node_row[road.start], chainage_m),
            (self.node_row[road.end], max(road.length_m - chainage_m, 0.0)),
        ]
        node, along = min(ends, key=lambda e: self.cost[e[0]] + weight * e[1])
        if not np.isfinite(self.cost[node]):
            return WayOut("", None)
        goal = self.mine.nodes[int(self.goal[node])]
        return WayOut(goal.id, float(self.metres[node] + along))


_Edges = dict[tuple[int, int], tuple[float, float]]
"""(lower node row, higher node row) → (cost, metres) of the best roadway between them."""


def _edges(mine: Mine, shunned: frozenset[str], row: dict[str, int]) -> _Edges:
    edges: _Edges = {}
    for road in mine.roadways:
        if not road.walkable:
            continue
        a, b = sorted((row[road.start], row[road.end]))
        cost = road.length_m * (SHUNNED if road.id in shunned else 1.0)
        if (a, b) not in edges or cost < edges[a, b][0]:
            edges[a, b] = (cost, road.length_m)
    return edges


def _graph(edges: _Edges, nodes: int) -> "csr_array":
    ends = np.array(list(edges), np.int32).reshape(-1, 2)
    costs = np.array([cost for cost, _ in edges.values()])
    return csr_array((costs, (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))


def _true_metres(
    cost: npt.NDArray[np.float64], before: npt.NDArray[np.int32], edges: _Edges
) -> npt.NDArray[np.float64]:
    metres = np.where(np.isfinite(cost), 0.0, np.inf)
    for node in np.argsort(cost):
        previous = before[node]
        if np.isfinite(cost[node]) and previous >= 0:
            a, b = sorted((int(node), int(previous)))
            metres[node] = metres[previous] + edges[a, b][1]
    return metres
