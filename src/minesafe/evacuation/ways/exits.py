"""Levels that a fall or a fire has left with one way out, told by a flow.

Two ways that share no roadway are a flow of two from the level to the surface. Source:
矿山安全法实施条例, article 10 (1): each level has two exits.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from minesafe.evacuation.ways.network import Flags, Network
from minesafe.model.mine import Mine

NEEDED = 2


ALL_OPEN: frozenset[str] = frozenset()


def few_ways(mine: Mine, net: Network, shut: frozenset[str]) -> frozenset[str]:
    """Levels with fewer than two ways to the surface, with these roadways shut."""
    open_ = net.walkable & ~np.isin([r.id for r in mine.roadways], sorted(shut))
    return frozenset(
        level.id for level in mine.levels if _ways(mine, net, open_, level.id) < NEEDED
    )


def _ways(mine: Mine, net: Network, open_: Flags, level: str) -> int:
    portals = set(net.portals.tolist())
    inner = [i for i, n in enumerate(mine.nodes) if n.level == level and i not in portals]
    if not inner or not len(net.portals):
        return 0 if inner else NEEDED
    nodes, (source, sink) = len(net.z), (len(net.z), len(net.z) + 1)
    one = np.ones(int(open_.sum()), np.int32)
    start, end = net.start[open_], net.end[open_]
    wide = np.full(len(inner) + len(net.portals), NEEDED, np.int32)
    tail = np.concatenate([start, end, np.full(len(inner), source), net.portals])
    head = np.concatenate([end, start, inner, np.full(len(net.portals), sink)])
    flow = csr_array((np.concatenate([one, one, wide]), (tail, head)), shape=(nodes + 2, nodes + 2))
    return int(maximum_flow(flow, source, sink).flow_value)
