"""How many will go through each roadway, and how close behind one another.

Everybody on the way to one goal is on one tree, so nobody is walked through roadway by roadway:
from the farthest node to the goal each hands on how many come to it, and the least and the greatest
time all of their ways take. What is left of that from here on is the tree's own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minesafe.evacuation.ways.network import Floats, Network, Rows
from minesafe.evacuation.ways.search import Arcs, Tree
from minesafe.evacuation.ways.ways import Ways


@dataclass(frozen=True)
class Load:
    """Per roadway, shape (E,), both directions together."""

    people: npt.NDArray[np.int64]
    """Who is in it or will come through, each once for each way."""
    first: Floats
    """Seconds from now at which the first comes into it; inf where nobody does. `last`: -inf."""
    last: Floats

    def density(self, net: Network, walking_m_s: float) -> Floats:
        """People a square metre, of a stream as long as its last is behind its first."""
        behind = np.where(self.people > 0, self.last - self.first, 0.0) * walking_m_s
        found: Floats = self.people / np.maximum((net.length + behind) * net.width, 1.0)
        return found


def load_of(ways: Ways, road: Rows, chainage: Floats, room: npt.NDArray[np.int64]) -> Load:
    """The load when everybody sets out now; arguments as of `Ways.send`."""
    reach, given = ways.allotted(road, chainage, room)
    going = reach.goal >= 0
    count = len(ways.net.length)
    load = Load(np.zeros(count, np.int64), np.full(count, np.inf), np.full(count, -np.inf))
    _add(load, road[going], np.ones(int(going.sum()), np.int64), *np.zeros((2, int(going.sum()))))
    for goals, tree in enumerate((ways.exits, *ways.refuges)):
        rows = going & (given == goals - 1)
        if rows.any():
            _add(load, *_down(ways.arcs, tree, reach.toward[rows], reach.seconds[rows]))
    return load


def _add(load: Load, road: Rows, people: Rows, first: Floats, last: Floats) -> None:
    np.add.at(load.people, road, people)
    np.minimum.at(load.first, road, first)
    np.maximum.at(load.last, road, last)


def _down(
    arcs: Arcs, tree: Tree, toward: Rows, seconds: Floats
) -> tuple[Rows, Rows, Floats, Floats]:
    """Roadways of one tree, with how many come through each, and when the first and the last."""
    nodes = arcs.nodes
    soonest, latest = np.full(nodes, np.inf), np.full(nodes, -np.inf)
    np.minimum.at(soonest, toward, seconds)
    np.maximum.at(latest, toward, seconds)
    people = np.bincount(toward, minlength=nodes).tolist()
    soon, late, hop = soonest.tolist(), latest.tolist(), tree.toward.tolist()
    passed = []
    for node in np.argsort(-np.where(np.isfinite(tree.cost), tree.cost, -1.0)).tolist():
        ahead = hop[node]
        if people[node] and ahead != node:
            people[ahead] += people[node]
            soon[ahead], late[ahead] = min(soon[ahead], soon[node]), max(late[ahead], late[node])
            passed.append(node)
    tail = np.array(passed, np.intp)
    arc = np.searchsorted(arcs.key, tail * nodes + tree.toward[tail])
    rest = tree.seconds[tail]
    return (
        arcs.road[arc],
        np.array(people, np.int64)[tail],
        np.array(soon)[tail] - rest,
        np.array(late)[tail] - rest,
    )
