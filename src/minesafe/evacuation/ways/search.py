"""Reverse shortest paths: from the goals outward, against the way people walk.

SciPy's csgraph; about twenty times faster than networkx, so it is simply done again when anything
changes. Of what is summed along the chosen ways, sums are found by doubling: each step of the loop
looks twice as far ahead.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minesafe.evacuation.ways.network import Floats, Network, Rows
from minesafe.evacuation.ways.pace import Pace


@dataclass(frozen=True)
class Arcs:
    """The best arc from each node to each of its neighbours, sorted by (tail, head)."""

    key: npt.NDArray[np.int64]
    """tail × N + head."""
    cost: Floats
    seconds: Floats
    metres: Floats
    danger: Floats
    """Metres of it through danger."""
    road: Rows
    """The roadway it is."""
    nodes: int

    @classmethod
    def of(cls, net: Network, pace: Pace) -> "Arcs":
        """All that can be walked; of several roadways between two nodes the cheapest."""
        open_ = np.flatnonzero(pace.passable & (net.start != net.end))
        tail = np.concatenate([net.start[open_], net.end[open_]])
        head = np.concatenate([net.end[open_], net.start[open_]])
        metres = np.tile(net.length[open_], 2)
        wait = pace.wait_s[open_].T.ravel()
        seconds = metres * pace.seconds_per_m[open_].T.ravel() + wait
        cost = metres * pace.cost_per_m[open_].T.ravel() + wait
        danger = np.where(np.tile(pace.dangerous[open_], 2), metres, 0.0)
        key = tail.astype(np.int64) * len(net.z) + head
        best = np.lexsort((cost, key))
        best = best[np.concatenate([[True], np.diff(key[best]) > 0])] if len(best) else best
        return cls(
            key[best],
            cost[best],
            seconds[best],
            metres[best],
            danger[best],
            np.tile(open_, 2)[best],
            len(net.z),
        )

    def reversed(self) -> "csr_array":
        """The graph in which a search from the goals finds the ways to them."""
        tail, head = np.divmod(self.key, self.nodes)
        # A zero would be no edge; a roadway has length, so this is only for one of none.
        cost = np.maximum(self.cost, 1e-9)
        return csr_array((cost, (head, tail)), shape=(self.nodes, self.nodes))


@dataclass(frozen=True)
class Tree:
    """The ways to the nearest of some goals; per node, shape (N,), inf where there is no way."""

    cost: Floats
    seconds: Floats
    metres: Floats
    danger: Floats
    toward: Rows
    """Row of the next node; the node itself at a goal and where there is no way."""
    goal: Rows
    """Row of the node the way ends at; -1 where there is none."""


def tree(arcs: Arcs, goals: Rows) -> Tree:
    """One search from all goals at once; goals of their own is `trees`."""
    if not len(goals):
        return _nowhere(arcs.nodes)
    cost, before, goal = dijkstra(
        arcs.reversed(), directed=True, indices=goals, return_predecessors=True, min_only=True
    )
    return _summed(arcs, cost, before, np.where(np.isfinite(cost), goal, -1))


def trees(arcs: Arcs, goals: Rows) -> list[Tree]:
    """One search for each goal."""
    if not len(goals):
        return []
    costs, paths = dijkstra(arcs.reversed(), directed=True, indices=goals, return_predecessors=True)
    return [
        _summed(arcs, cost, before, np.where(np.isfinite(cost), goal, -1))
        for cost, before, goal in zip(costs, paths, goals, strict=True)
    ]


def _summed(
    arcs: Arcs, cost: Floats, before: npt.NDArray[np.int32], goal: npt.NDArray[np.int_]
) -> Tree:
    here = np.arange(arcs.nodes)
    toward = np.where(before >= 0, before, here)
    moves = toward != here
    arc = np.searchsorted(arcs.key, here[moves] * arcs.nodes + toward[moves])
    sums = []
    for column in (arcs.seconds, arcs.metres, arcs.danger):
        own = np.where(np.isfinite(cost), 0.0, np.inf)
        own[moves] = column[arc]
        sums.append(_along(toward, own))
    return Tree(cost, sums[0], sums[1], sums[2], toward, goal.astype(np.intp))


def _along(toward: Rows, own: Floats) -> Floats:
    """Sums of `own` along the ways; at their ends `toward` is the node itself."""
    total, hop = own, toward
    while (hop[hop] != hop).any():
        total = total + total[hop]
        hop = hop[hop]
    return total


def _nowhere(nodes: int) -> Tree:
    none = np.full(nodes, np.inf)
    return Tree(none, none, none, none, np.arange(nodes), np.full(nodes, -1, np.intp))
