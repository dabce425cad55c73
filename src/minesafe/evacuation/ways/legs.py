"""Which roadways the people of an evacuation walk, and which way: the routes of a map.

Everybody on the way to one goal is on one tree, so each node hands on how many come to it, as in
`load`; here every direction of a roadway stands for itself, and where each sets out is kept.
"""

from collections.abc import Iterable

import numpy as np

from minesafe.evacuation.ways.network import Floats, Rows
from minesafe.evacuation.ways.search import Tree
from minesafe.evacuation.ways.ways import Ways
from minesafe.model.mine import NodeKind
from minesafe.model.way import Leg

Found = dict[tuple[int, int], tuple[float, int]]
"""By roadway and the node walked to: metres from there at which the farthest is, and how many."""


def legs_of(ways: Ways, road: Rows, chainage: Floats, destination: Iterable[str]) -> list[Leg]:
    """The legs of people who are each sent somewhere.

    Args:
        ways: on the ground as it was told to them.
        road: row of the roadway each is in.
        chainage: metres along it.
        destination: node id of each one's exit or refuge; empty: sent nowhere.
    """
    goals, found = list(destination), Found()
    for goal in dict.fromkeys(goals):
        tree = _tree_to(ways, goal)
        if tree is None:
            continue
        there = np.array([g == goal for g in goals])
        _walk(ways, tree, road[there], chainage[there], found)
    return [_leg(ways, *at, *walked) for at, walked in sorted(found.items())]


def _tree_to(ways: Ways, goal: str) -> Tree | None:
    """The tree the ways to a destination are read from; None of one this revision lacks."""
    node = ways.mine.node.get(goal)
    if node is None:
        return None
    if node.kind is NodeKind.PORTAL:
        return ways.exits
    names = [ways.mine.nodes[row].id for row in ways.net.refuges.tolist()]
    return ways.refuges[names.index(goal)] if goal in names else None


def _walk(ways: Ways, tree: Tree, road: Rows, chainage: Floats, found: Found) -> None:
    """Add everybody's first leg, then hand on node by node, the farthest from the goal first."""
    net, reach = ways.net, ways.from_places(tree, road, chainage)
    on_the_way = reach.goal >= 0
    come = np.bincount(reach.toward[on_the_way], minlength=ways.arcs.nodes).tolist()
    ahead = net.end[road] == reach.toward
    along = np.where(ahead, net.length[road] - chainage, chainage)
    rows = zip(road.tolist(), reach.toward.tolist(), along.tolist(), strict=True)
    for (row, toward, metres), goes in zip(rows, on_the_way.tolist(), strict=True):
        if goes:
            _add(found, row, toward, max(metres, 0.0), 1)
    farthest_first = np.argsort(-np.where(np.isfinite(tree.cost), tree.cost, -1.0))
    for node in farthest_first.tolist():
        toward = int(tree.toward[node])
        if come[node] and toward != node:
            come[toward] += come[node]
            arc = np.searchsorted(ways.arcs.key, node * ways.arcs.nodes + toward)
            row = int(ways.arcs.road[arc])
            _add(found, row, toward, float(net.length[row]), come[node])


def _add(found: Found, row: int, toward: int, metres: float, people: int) -> None:
    far, many = found.get((row, toward), (0.0, 0))
    found[row, toward] = (max(far, metres), many + people)


def _leg(ways: Ways, row: int, toward: int, metres: float, people: int) -> Leg:
    length = float(ways.net.length[row])
    if int(ways.net.end[row]) == toward:
        return Leg(ways.mine.roadways[row].id, round(length - metres, 1), length, people)
    return Leg(ways.mine.roadways[row].id, round(metres, 1), 0.0, people)
